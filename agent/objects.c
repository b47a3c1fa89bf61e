/* SPDX-License-Identifier: MIT */
/* Owns the objects that are published. Under the lock pointers are swapped and counts are
 * raised, nothing is copied or freed: host threads publish per event, and a reader that is
 * in the middle of 100,000 must not stop them. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "jcheck.h"
#include "text.h"

#define BATCH 64u /* taken at a time, under the lock */

/* What was published once: frozen. */
struct value {
    atomic_uint refs; /* atomic (acq_rel on the last unref) */
    size_t len;
    bool has_nulls;
    char json[]; /* and a NUL */
};

struct porthole_object {
    atomic_uint refs;           /* atomic (acq_rel on the last unref) */
    struct ph_objects *objects; /* immutable, as below */
    struct porthole_type *type;
    uint64_t place, born_ns;
    size_t id_bytes;

    struct porthole_object *older, *newer; /* guarded by objects->lock, as below */
    struct value *value;                   /* our reference; NULL until first published */

    char id[]; /* immutable */
};

void ph_objects_init(struct ph_objects *objects)
{
    memset(objects, 0, sizeof *objects);
    pthread_mutex_init(&objects->lock, NULL);
    objects->pid = getpid();
}

static void unref_value(struct value *value)
{
    if (value && atomic_fetch_sub_explicit(&value->refs, 1, memory_order_acq_rel) == 1)
        free(value);
}

static void unref_object(struct porthole_object *o)
{
    if (atomic_fetch_sub_explicit(&o->refs, 1, memory_order_acq_rel) != 1)
        return;
    unref_value(o->value);
    free(o);
}

void ph_objects_fini(struct ph_objects *objects)
{
    while (objects->oldest) {
        struct porthole_object *o = objects->oldest;

        objects->oldest = o->newer;
        unref_object(o);
    }
    pthread_mutex_destroy(&objects->lock);
}

/* ---- The host's side --------------------------------------------------------------- */

static bool is_id(const char *id, size_t *len)
{
    *len = 0;
    while (id && id[*len] && *len < PORTHOLE_ID_BYTES) {
        size_t n = ph_text_utf8(id + *len);

        if (n == 0)
            return false;
        *len += n;
    }
    return id && *len < PORTHOLE_ID_BYTES;
}

/* Put it at the list's end; the caller holds the lock. */
static void link_newest(struct ph_objects *objects, struct porthole_object *o)
{
    o->place = ++objects->places;
    o->older = objects->newest;
    if (objects->newest)
        objects->newest->newer = o;
    else
        objects->oldest = o;
    objects->newest = o;
    objects->n++;
}

enum porthole_status ph_objects_add(struct ph_objects *objects, struct porthole_type *type,
                                    const char *id, struct porthole_object **out)
{
    struct porthole_object *o;
    size_t len;
    bool room;

    if (!type || !is_id(id, &len))
        return PORTHOLE_EINVAL;
    o = calloc(1, sizeof *o + len + 1);
    if (!o)
        return PORTHOLE_ENOMEM;
    atomic_init(&o->refs, 1);
    o->objects = objects;
    o->type = type;
    o->born_ns = ph_clock_ns();
    o->id_bytes = len;
    memcpy(o->id, id, len);
    pthread_mutex_lock(&objects->lock);
    room = objects->n < PORTHOLE_MAX_OBJECTS;
    if (room)
        link_newest(objects, o);
    pthread_mutex_unlock(&objects->lock);
    if (!room) {
        free(o);
        return PORTHOLE_ELIMIT;
    }
    porthole_type_created(type, 1);
    *out = o;
    return PORTHOLE_OK;
}

/* A copy that has been checked; checking the caller's own bytes would race with him. */
static enum porthole_status make_value(const char *json, size_t len, struct value **out)
{
    struct value *v = malloc(sizeof *v + len + 1);

    if (!v)
        return PORTHOLE_ENOMEM;
    atomic_init(&v->refs, 1);
    v->len = len;
    memcpy(v->json, json, len);
    v->json[len] = '\0';
    if (!ph_jcheck(v->json, len, &v->has_nulls)) {
        free(v);
        return PORTHOLE_EINVAL;
    }
    *out = v;
    return PORTHOLE_OK;
}

enum porthole_status porthole_object_publish(porthole_object *o, const char *json, size_t len)
{
    struct ph_objects *objects = o->objects;
    struct value *fresh, *stale;
    enum porthole_status rc;
    size_t before;
    bool room;

    if (getpid() != objects->pid)
        return PORTHOLE_ESTOPPED;
    if (len == 0 || len > PORTHOLE_OBJECT_BYTES)
        return PORTHOLE_ELIMIT;
    rc = make_value(json, len, &fresh);
    if (rc)
        return rc;
    pthread_mutex_lock(&objects->lock);
    before = o->value ? o->value->len : 0;
    room = objects->bytes - before + len <= PH_OBJECTS_BYTES;
    stale = room ? o->value : fresh;
    if (room) {
        o->value = fresh;
        objects->bytes += len - before;
    }
    pthread_mutex_unlock(&objects->lock);
    unref_value(stale);
    return room ? PORTHOLE_OK : PORTHOLE_ELIMIT;
}

/* Take it out of the list; the caller holds the lock. */
static void unlink_object(struct ph_objects *objects, struct porthole_object *o)
{
    for (struct ph_objects_reader *r = objects->readers; r; r = r->next_reader)
        if (r->next == o)
            r->next = o->newer;
    if (o->older)
        o->older->newer = o->newer;
    else
        objects->oldest = o->newer;
    if (o->newer)
        o->newer->older = o->older;
    else
        objects->newest = o->older;
    objects->n--;
    objects->bytes -= o->value ? o->value->len : 0;
}

void porthole_object_release(porthole_object *o)
{
    if (!o || getpid() != o->objects->pid)
        return;
    pthread_mutex_lock(&o->objects->lock);
    unlink_object(o->objects, o);
    pthread_mutex_unlock(&o->objects->lock);
    porthole_type_released(o->type, 1);
    unref_object(o);
}

/* ---- Reading ----------------------------------------------------------------------- */

void ph_objects_begin(struct ph_objects *objects, struct ph_objects_reader *reader)
{
    reader->objects = objects;
    pthread_mutex_lock(&objects->lock);
    reader->next = objects->oldest;
    reader->next_reader = objects->readers;
    objects->readers = reader;
    pthread_mutex_unlock(&objects->lock);
}

void ph_objects_end(struct ph_objects_reader *reader)
{
    struct ph_objects *objects = reader->objects;
    struct ph_objects_reader **link;

    if (!objects)
        return;
    pthread_mutex_lock(&objects->lock);
    for (link = &objects->readers; *link != reader; link = &(*link)->next_reader)
        continue;
    *link = reader->next_reader;
    pthread_mutex_unlock(&objects->lock);
    reader->objects = NULL;
}

struct taken {
    struct porthole_object *object; /* a reference each */
    struct value *value;
};

static bool is_picked(const struct porthole_object *o, const struct ph_objects_pick *pick)
{
    return o->value && o->place > pick->after &&
           (!pick->type || strcmp(pick->type, o->type->name) == 0) &&
           (!pick->id ||
            (pick->id_bytes == o->id_bytes && memcmp(pick->id, o->id, o->id_bytes) == 0));
}

/* References on the next few; how many, and whether there are more behind them. */
static size_t take(struct ph_objects_reader *reader, const struct ph_objects_pick *pick,
                   struct taken *out, bool *more)
{
    struct porthole_object *o;
    size_t n = 0;

    pthread_mutex_lock(&reader->objects->lock);
    o = reader->next;
    for (size_t i = 0; o && i < BATCH; i++, o = o->newer) {
        if (!is_picked(o, pick))
            continue;
        atomic_fetch_add_explicit(&o->refs, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&o->value->refs, 1, memory_order_relaxed);
        out[n++] = (struct taken){ o, o->value };
    }
    reader->next = o;
    *more = o != NULL;
    pthread_mutex_unlock(&reader->objects->lock);
    return n;
}

static bool copy(const struct taken *t, const struct ph_objects_pick *pick,
                 struct ph_fragments *out)
{
    const struct porthole_fragment fragment = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                                .type = t->object->type->name,
                                                .id = t->object->id,
                                                .id_bytes = t->object->id_bytes,
                                                .json = t->value->json,
                                                .json_bytes = t->value->len,
                                                .born_ns = t->object->born_ns,
                                                .place = t->object->place,
                                                .has_nulls = t->value->has_nulls };

    if (pick->limit && out->n_objects >= pick->limit) {
        out->cut = true;
        return false;
    }
    return ph_fragments_add(out, &fragment);
}

bool ph_objects_read(struct ph_objects_reader *reader, const struct ph_objects_pick *pick,
                     struct ph_fragments *out)
{
    struct taken taken[BATCH];
    bool more, fits = true;
    size_t n = take(reader, pick, taken, &more);

    for (size_t i = 0; i < n; i++) {
        fits = fits && copy(&taken[i], pick, out);
        unref_value(taken[i].value);
        unref_object(taken[i].object);
    }
    return more && fits;
}
