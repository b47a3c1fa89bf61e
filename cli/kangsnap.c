/* SPDX-License-Identifier: MIT */
/*
 * kangsnap: from a body to spans. Its document may be damaged in every way that leaves it
 * JSON: what is not as it should be is passed over, and the rest is used.
 */
#include "kangsnap.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The service ---------------------------------------------------------------------- */

/* As JavaScript would add it to a text. */
static void add_part(struct buf *out, struct jsonspan value)
{
    if (jsonspan_kind(value) == '"')
        jsonspan_text(out, value);
    else if (value.len > 0)
        buf_add(out, value.text, value.len);
    else
        buf_puts(out, "undefined");
}

static struct slice make_key(struct kangsnap *snap)
{
    struct jsonspan component = jsonspan_find(snap->service, "component");
    struct buf key = { 0 };
    struct slice copy;

    add_part(&key, jsonspan_find(snap->service, "name"));
    if (component.len > 0) {
        buf_puts(&key, ".");
        add_part(&key, component);
    }
    buf_puts(&key, ".");
    add_part(&key, jsonspan_find(snap->service, "ident"));
    copy = pool_copy(&snap->pool, (struct slice){ buf_text(&key), key.len });
    buf_fini(&key);
    return copy;
}

static double stale_ms(const struct kangsnap *snap)
{
    struct jsonspan own = jsonspan_find(snap->stats, "porthole");

    if (jsonspan_kind(jsonspan_find(own, "stale")) != 't')
        return NAN;
    return jsonspan_number(jsonspan_find(own, "age_ms"));
}

/* ---- The types ------------------------------------------------------------------------ */

static bool is_reserved(struct slice name)
{
    return slice_equal(name, slice_of("service")) || slice_equal(name, slice_of("stats")) ||
           slice_equal(name, slice_of("types"));
}

/* Add a name that may have been decoded into `scratch`. */
static void add_name(struct kangsnap *snap, struct slice name, const struct buf *scratch)
{
    if (names_find(&snap->types, name) != NAMES_NONE)
        return;
    if (name.text == buf_text(scratch))
        name = pool_copy(&snap->pool, name);
    names_add(&snap->types, name);
}

static bool list_types(struct kangsnap *snap, struct jsonspan list)
{
    struct jsonspan_walk walk = jsonspan_begin(list);
    struct jsonspan key, value;
    struct buf scratch = { 0 };

    while (!walk.object && snap->types.count <= KANGSNAP_TYPES &&
           jsonspan_next(&walk, &key, &value)) {
        struct slice name;

        if (jsonspan_kind(value) != '"')
            continue;
        name = jsonspan_slice(value, &scratch);
        if (!is_reserved(name)) /* their members are no objects */
            add_name(snap, name, &scratch);
    }
    buf_fini(&scratch);
    snap->objects = mem_new(snap->types.count, sizeof *snap->objects);
    snap->any = mem_new(snap->types.count, sizeof *snap->any);
    return snap->types.count <= KANGSNAP_TYPES;
}

static void find_objects(struct kangsnap *snap, struct jsonspan document)
{
    struct jsonspan_walk walk = jsonspan_begin(document);
    struct jsonspan key, value;
    struct buf scratch = { 0 };

    while (jsonspan_next(&walk, &key, &value)) {
        uint32_t type = names_find(&snap->types, jsonspan_slice(key, &scratch));
        struct jsonspan_walk members = jsonspan_begin(value);
        struct jsonspan id, object;

        if (type == NAMES_NONE)
            continue;
        snap->any[type] = members.object && jsonspan_next(&members, &id, &object);
        snap->objects[type] = snap->any[type] ? value : (struct jsonspan){ NULL, 0 };
    }
    buf_fini(&scratch);
}

/* ---- What is kept --------------------------------------------------------------------- */

static void move(char **to, struct jsonspan *span)
{
    if (span->len > 0)
        memcpy(*to, span->text, span->len);
    span->text = *to;
    *to += span->len;
}

/* Names of types stand in the body unless they had to be decoded. */
static void move_names(struct kangsnap *snap)
{
    for (uint32_t i = 0; i < snap->types.count; i++)
        snap->types.items[i] = pool_copy(&snap->pool, snap->types.items[i]);
}

static void keep(struct kangsnap *snap, struct buf *body, const struct slice *wanted)
{
    size_t need = snap->service.len + snap->stats.len;
    uint32_t type = wanted != NULL ? names_find(&snap->types, *wanted) : NAMES_NONE;
    char *to;

    for (uint32_t i = 0; wanted != NULL && i < snap->types.count; i++) {
        if (i != type)
            snap->objects[i].len = 0;
        need += snap->objects[i].len;
    }
    if (wanted == NULL || need > body->len / 2) {
        snap->text = body->data;
        snap->bytes = body->len;
        *body = (struct buf){ .limit = body->limit };
        return;
    }
    snap->text = to = mem_new(need + 1, 1);
    snap->bytes = need;
    move(&to, &snap->service);
    move(&to, &snap->stats);
    if (type != NAMES_NONE)
        move(&to, &snap->objects[type]);
    move_names(snap);
    buf_fini(body);
}

/* The three members that are no types, in one pass: each walk is as long as the text. */
static void find_heads(struct kangsnap *snap, struct jsonspan document, struct jsonspan *types)
{
    struct jsonspan_walk walk = jsonspan_begin(document);
    struct jsonspan key, value;
    struct buf scratch = { 0 };

    while (walk.object && jsonspan_next(&walk, &key, &value)) {
        struct slice name = jsonspan_slice(key, &scratch);

        if (slice_equal(name, slice_of("service")))
            snap->service = value;
        else if (slice_equal(name, slice_of("stats")))
            snap->stats = value;
        else if (slice_equal(name, slice_of("types")))
            *types = value;
    }
    buf_fini(&scratch);
}

enum cause kangsnap_take(struct buf *body, const struct slice *wanted, struct kangsnap *out)
{
    struct kangsnap snap = { 0 };
    struct jsonspan document, types = { NULL, 0 };
    enum cause cause = jsonspan_read(buf_text(body), body->len, &document);

    if (cause != CAUSE_NONE)
        return cause;
    find_heads(&snap, document, &types);
    if (jsonspan_kind(snap.service) != '{')
        return CAUSE_NO_SERVICE;
    if (!list_types(&snap, types)) {
        kangsnap_fini(&snap);
        return CAUSE_TOO_BIG;
    }
    find_objects(&snap, document);
    snap.key = make_key(&snap);
    snap.stale_ms = stale_ms(&snap);
    keep(&snap, body, wanted);
    *out = snap;
    return CAUSE_NONE;
}

void kangsnap_fini(struct kangsnap *snap)
{
    free(snap->text);
    free(snap->objects);
    free(snap->any);
    names_fini(&snap->types);
    pool_fini(&snap->pool);
    *snap = (struct kangsnap){ 0 };
}
