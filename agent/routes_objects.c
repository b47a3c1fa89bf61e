/* SPDX-License-Identifier: MIT */
/* Owns the paths of the application's objects. All of them ask around first, and answer when
 * everybody has come or been given up; nothing here waits itself. */
#include "routes_objects.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "encode_kang.h"
#include "encode_objects.h"
#include "params.h"
#include "place.h"
#include "porthole_wire.h"
#include "put.h"
#include "text.h"

#define JSON "application/json"
#define FIELDS_BYTES 1024u
#define RETRY_NS (5 * PH_NS_PER_MS)

static const struct ph_param timeout = { "timeout", 0.05, 60, 2, false };
static const struct ph_param max_age = { "max_age", 0, 86400, 0, false };
static const struct ph_param limit = { "limit", 1, 1e6, 0, true };
static const struct ph_param depth = { "depth", 1, 16, 0, true };

struct objects_later {
    struct ph_later later;
    const struct ph_routes_env *env;
    struct ph_roundup_ask ask;  /* ours, until there is a roundup */
    uint64_t until_ns;          /* so long it waits for a place */
    struct ph_roundup *roundup; /* a reference; what was asked lies there. NULL: too many ask */
    /* When everything is there: fill in `reply`. False: call again in the next turn. */
    bool (*answer)(struct objects_later *o, struct ph_haul *haul, struct ph_reply *reply);
    struct ph_find find;
};

/* ---- Waiting ----------------------------------------------------------------------- */

static void tell_cost(const struct ph_haul *haul, struct ph_reply *reply)
{
    struct ph_sink sink = { .bytes = reply->cost,
                            .cap = sizeof reply->cost - 1,
                            .max = sizeof reply->cost - 1 };

    ph_put_ms(&sink, "loop_ms=", haul->spent_ns); /* never in the locale's own way */
    reply->age_s = ph_haul_age_ns(haul, ph_clock_ns()) / PH_NS_PER_S;
}

/* A place among those who ask. False without one, and then `reply` is filled in if it is not
 * waited for any more. */
static bool get_roundup(struct objects_later *o, uint64_t now_ns, struct ph_reply *reply)
{
    bool busy = false;

    if (!o->roundup)
        o->roundup = ph_roundup_get(o->env->roundups, &o->ask, &busy);
    if (o->roundup)
        return true;
    if (!busy) {
        ph_reply_error(reply, 503, "no-memory", "out of memory", NULL);
    } else if (now_ns >= o->until_ns) {
        ph_reply_error(reply, 429, "busy", "too many ask for objects at once", NULL);
        reply->retry_s = 1;
    }
    o->later.due_ns = now_ns + RETRY_NS; /* no bell rings when a place becomes free */
    return false;
}

static bool settle(struct ph_later *later, uint64_t now_ns, struct ph_reply *reply)
{
    struct objects_later *o = (struct objects_later *)later;
    struct ph_haul *haul;

    if (!get_roundup(o, now_ns, reply))
        return reply->status != 0;
    haul = ph_roundup_haul(o->roundup);
    if (!ph_roundup_tend(o->roundup, now_ns)) {
        later->due_ns = ph_roundup_due(o->roundup);
        return false;
    }
    if (!o->answer(o, haul, reply)) {
        later->due_ns = now_ns;
        return false;
    }
    if (reply->status == 200)
        tell_cost(haul, reply);
    return true;
}

static void drop(struct ph_later *later)
{
    struct objects_later *o = (struct objects_later *)later;

    ph_roundup_unref(o->roundup);
    ph_roundup_ask_fini(&o->ask);
    free(o);
}

static void ask_around(const struct ph_routes_env *env, const struct ph_roundup_ask *ask,
                       bool (*answer)(struct objects_later *, struct ph_haul *,
                                      struct ph_reply *),
                       struct ph_reply *reply)
{
    struct objects_later *o = calloc(1, sizeof *o);
    uint64_t now_ns = ph_clock_ns();

    if (!o || !ph_roundup_ask_copy(&o->ask, ask)) {
        free(o);
        return; /* memory is out: no body, the connection is closed */
    }
    o->env = env;
    o->answer = answer;
    o->until_ns = now_ns + ask->wait_ns;
    o->later = (struct ph_later){ settle, drop, now_ns };
    reply->later = &o->later;
}

static void stream(struct ph_feed *feed, struct ph_reply *reply)
{
    reply->status = 200;
    reply->content_type = JSON;
    reply->feed = feed; /* NULL: memory is out, no body, the connection is closed */
}

/* ---- Parameters -------------------------------------------------------------------- */

static bool read_patience(const struct ph_request *request, struct ph_roundup_ask *ask,
                          struct ph_reply *reply)
{
    double wait_s, age_s;

    if (!ph_param_duration(request, &timeout, &wait_s, reply) ||
        !ph_param_duration(request, &max_age, &age_s, reply))
        return false;
    ask->wait_ns = (uint64_t)(wait_s * (double)PH_NS_PER_S);
    ask->max_age_ns = (uint64_t)(age_s * (double)PH_NS_PER_S);
    return true;
}

static bool read_place(const struct ph_request *request, struct ph_place *out,
                       struct ph_reply *reply)
{
    const char *given = request->query(request, "after");

    if (!given || ph_place_read(given, out))
        return true;
    ph_reply_error(reply, 400, "bad-option", "'after' takes what 'next' has given, not", given);
    return false;
}

static bool read_fields(const struct ph_request *request, const char **out,
                        struct ph_reply *reply)
{
    *out = request->query(request, "fields");
    if (!*out || (**out && strlen(*out) <= FIELDS_BYTES))
        return true;
    ph_reply_error(reply, 400, "bad-option", "'fields' takes names parted by commas, not",
                   *out);
    return false;
}

static bool read_shape(const struct ph_request *request, struct ph_roundup_ask *ask,
                       struct ph_reply *reply)
{
    double levels, most;

    if (!read_patience(request, ask, reply) ||
        !ph_param_read(request, &depth, &levels, reply) ||
        !ph_param_read(request, &limit, &most, reply) ||
        !read_place(request, &ask->from, reply) ||
        !read_fields(request, &ask->objects.fields, reply))
        return false;
    ask->objects.depth = (unsigned)levels;
    ask->objects.limit = (uint64_t)most;
    return true;
}

/* ---- /objects ---------------------------------------------------------------------- */

static bool answer_types(struct objects_later *o, struct ph_haul *haul, struct ph_reply *reply)
{
    struct ph_sink sink;

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_encode_types(o->env->types, haul, &sink);
    ph_reply_take(reply, 200, JSON, &sink);
    return true;
}

/* ---- /objects/TYPE ----------------------------------------------------------------- */

static bool is_tracked(const struct objects_later *o, const char *type)
{
    return ph_types_find(o->env->types, type) != NULL;
}

/* The first cause that leaves something unknown, or NULL. */
static const char *cause_of(const struct ph_haul *haul)
{
    for (size_t i = 0; i < haul->n; i++)
        if (haul->lots[i].cause[0])
            return haul->lots[i].cause;
    return NULL;
}

static void refuse_unknown(const struct ph_haul *haul, const char *message, const char *subject,
                           struct ph_reply *reply)
{
    const char *cause = cause_of(haul);

    if (cause)
        ph_reply_error(reply, 503, "unavailable", cause, NULL);
    else
        ph_reply_error(reply, 404, "not-found", message, subject);
}

/* Those of the lots that nobody counts, as far as they have come; all of them if the type is
 * not tracked. */
static uint64_t total_of(const struct objects_later *o, const struct ph_haul *haul)
{
    const struct ph_roundup_ask *ask = ph_roundup_asked(o->roundup);
    const struct porthole_type *type = ph_types_find(o->env->types, ask->objects.type);
    struct ph_type_figures figures = { 0 };
    uint64_t total = 0;

    if (type)
        ph_type_read(type, &figures);
    else if (ask->from.place)
        return PORTHOLE_UNKNOWN;
    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;
        uint16_t at = f ? ph_fragments_find_type(f, ask->objects.type) : PH_NO_TYPE;

        if (!type && ((f && f->cut) || (!f && haul->lots[i].cause[0])))
            return PORTHOLE_UNKNOWN;
        if (at != PH_NO_TYPE && (!type || haul->lots[i].kind == PORTHOLE_TASK_PROVIDED))
            total += f->span[at].n;
    }
    return total + figures.count;
}

static bool answer_list(struct objects_later *o, struct ph_haul *haul, struct ph_reply *reply)
{
    const struct ph_roundup_ask *ask = ph_roundup_asked(o->roundup);
    const struct ph_list_spec spec = { .type = ask->objects.type,
                                       .fields = ask->objects.fields,
                                       .limit = ask->objects.limit,
                                       .from = ask->from,
                                       .total = total_of(o, haul) };
    bool tracked = is_tracked(o, spec.type);

    if (tracked)
        ph_haul_forgive(haul, spec.type);
    if (!tracked && !ph_haul_knows(haul, spec.type) && !ask->from.place)
        refuse_unknown(haul, "there is no type", spec.type, reply);
    else
        stream(ph_encode_list(haul, &spec), reply);
    return true;
}

/* ---- /objects/TYPE/ID -------------------------------------------------------------- */

static bool answer_one(struct objects_later *o, struct ph_haul *haul, struct ph_reply *reply)
{
    const struct porthole_objects_ask *ask = &ph_roundup_asked(o->roundup)->objects;
    struct ph_sink sink;

    if (is_tracked(o, ask->type))
        ph_haul_forgive(haul, ask->type);
    o->find.type = ask->type;
    o->find.id = ask->id;
    o->find.id_bytes = ask->id_bytes;
    if (!ph_haul_find(haul, &o->find))
        return false;
    if (!o->find.row) {
        refuse_unknown(haul, "there is no such object now:", ask->id, reply);
        return true;
    }
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_encode_object(&o->find, ask->fields, &sink);
    ph_reply_take(reply, 200, JSON, &sink);
    return true;
}

/* ---- Which of the three ------------------------------------------------------------- */

/* Does `path` begin with the name, as a whole? How long the name is then, or 0. */
static size_t match(const char *path, const char *name)
{
    size_t n = strlen(name);

    return strncmp(path, name, n) == 0 && (path[n] == '\0' || path[n] == '/') ? n : 0;
}

static void take_longer(size_t *longest, size_t n)
{
    if (n > *longest)
        *longest = n;
}

/* A name may hold a slash: where does the type end in "TYPE/ID"? With the longest name that
 * anybody knows, else at the first slash. */
static size_t type_length(const struct ph_routes_env *env, const char *path)
{
    const struct ph_shelf *shelf = &env->roundups->shelf;
    size_t n = ph_types_count(env->types), longest = 0;

    for (size_t i = 0; i < n; i++)
        take_longer(&longest, match(path, env->types->all[i]->name));
    for (size_t i = 0; i < shelf->n; i++) {
        const struct ph_fragments *f = shelf->copies[i].fragments;

        for (size_t k = 0; k < f->n_types; k++)
            take_longer(&longest, match(path, f->types[k]));
    }
    return longest ? longest : strcspn(path, "/");
}

static void answer_below(const struct ph_routes_env *env, const struct ph_request *request,
                         const char *path, struct ph_reply *reply)
{
    struct ph_roundup_ask ask = { .objects.want = PORTHOLE_WANT_VALUES };
    char type[PORTHOLE_TYPE_BYTES], id[PORTHOLE_ID_BYTES];
    size_t n = type_length(env, path);

    if (n == 0 || n >= sizeof type) {
        ph_reply_error(reply, 404, "not-found", "there is no type", path);
        return;
    }
    if (!read_shape(request, &ask, reply))
        return;
    memcpy(type, path, n);
    type[n] = '\0';
    ask.objects.type = type;
    if (path[n] == '\0') {
        ask_around(env, &ask, answer_list, reply);
        return;
    }
    ph_text_copy(id, sizeof id, path + n + 1); /* cut as it was when it was registered */
    ask.objects.id = id;
    ask.objects.id_bytes = strlen(id);
    ask.objects.limit = 0;
    ask.from = (struct ph_place){ 0 };
    ask_around(env, &ask, answer_one, reply);
}

void ph_answer_objects(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply)
{
    struct ph_roundup_ask ask = { .objects.want = PORTHOLE_WANT_TYPES };
    const char *below = request->path + strlen(PORTHOLE_PATH_OBJECTS);

    if (*below == '/')
        answer_below(env, request, below + 1, reply);
    else if (read_patience(request, &ask, reply))
        ask_around(env, &ask, answer_types, reply);
}

/* ---- /kang ------------------------------------------------------------------------- */

static bool answer_kang(struct objects_later *o, struct ph_haul *haul, struct ph_reply *reply)
{
    const struct ph_kang_env kang = { .identity = o->env->identity,
                                      .types = o->env->types,
                                      .board = o->env->board,
                                      .current = o->env->current };
    bool schema = ph_roundup_asked(o->roundup)->objects.want == PORTHOLE_WANT_SCHEMAS;

    stream(ph_encode_kang(haul, &kang, schema), reply);
    return true;
}

void ph_answer_kang_snapshot(const struct ph_routes_env *env, const struct ph_request *request,
                             struct ph_reply *reply)
{
    struct ph_roundup_ask ask = { .objects.want = PORTHOLE_WANT_VALUES };

    if (read_patience(request, &ask, reply))
        ask_around(env, &ask, answer_kang, reply);
}

void ph_answer_kang_schema(const struct ph_routes_env *env, const struct ph_request *request,
                           struct ph_reply *reply)
{
    struct ph_roundup_ask ask = { .objects.want = PORTHOLE_WANT_SCHEMAS };

    if (read_patience(request, &ask, reply))
        ask_around(env, &ask, answer_kang, reply);
}
