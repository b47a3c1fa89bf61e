/* SPDX-License-Identifier: MIT */
/* Owns kang's face of objects, made while it is sent. Its clients die of a null and of names
 * that mean something in JavaScript: none of those goes out as it is. */
#include "encode_kang.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "jwalk.h"
#include "kang_names.h"
#include "kang_stats.h"
#include "put.h"
#include "scroll.h"
#include "text.h"

enum stage { SERVICE, STATS, TYPES, TYPE, ROWS, MEMBERS, SCHEMAS, END };

/* Where we are in a lot, among the objects of the type that is being put. */
struct spot {
    uint16_t type;
    bool ready; /* the row at `row` is one of them */
    size_t row; /* SIZE_MAX: there are no more */
};

struct kang {
    struct ph_scroll scroll;
    struct ph_haul *haul; /* a reference */
    struct ph_kang_env env;
    struct ph_published *published; /* a reference; NULL: none */
    bool schema;
    enum stage stage;
    bool first, first_member;
    struct ph_kang_names names; /* the types */
    size_t at_type, at_lot;
    struct ph_kang_stats stats;
    struct ph_jwalk walk;
    struct spot spots[];
};

/* ---- service ----------------------------------------------------------------------- */

/* A provider speaks for the application: what he says of it wins. */
static void put_said(struct kang *k, const char *before, const char *key, const char *ours)
{
    struct ph_sink *sink = &k->scroll.text;
    struct ph_member member;

    for (size_t i = 0; i < k->haul->n; i++) {
        const struct ph_fragments *f = k->haul->lots[i].fragments;
        uint32_t row = f ? f->of_kind[PORTHOLE_FRAGMENT_SERVICE].first : 0;

        if (!f || !f->of_kind[PORTHOLE_FRAGMENT_SERVICE].n ||
            !ph_jwalk_find(ph_fragment_json(ph_fragments_at(f, row)), key, &member) ||
            member.value[0] != '"' || member.value_bytes > 1024)
            continue;
        ph_sink_text(sink, before);
        ph_sink_put(sink, member.value, member.value_bytes);
        return;
    }
    if (ours)
        ph_put_string(sink, before, ours);
}

static const char *text_or_none(const char *text)
{
    return text && text[0] ? text : NULL;
}

static void put_service(struct kang *k)
{
    const struct ph_identity *id = k->env.identity;

    put_said(k, "{\"service\":{\"name\":", "name", id->service ? id->service : "");
    ph_put_string(&k->scroll.text, ",\"ident\":", id->ident ? id->ident : "");
    put_said(k, ",\"version\":", "version", id->version ? id->version : "");
    put_said(k, ",\"component\":", "component", text_or_none(id->component));
    ph_sink_char(&k->scroll.text, '}');
}

/* ---- types ------------------------------------------------------------------------- */

static void put_name(struct kang *k, const struct ph_kang_name *name)
{
    struct ph_sink *sink = &k->scroll.text;

    ph_text_json(sink, name->name);
    if (!name->tails)
        return;
    sink->len--;
    for (unsigned i = 0; i < name->tails; i++)
        ph_sink_char(sink, '_');
    ph_sink_char(sink, '"');
}

static void put_type_of_list(struct kang *k)
{
    if (k->at_type == 0)
        ph_sink_text(&k->scroll.text, ",\"types\":[");
    if (k->at_type < k->names.n) {
        ph_sink_text(&k->scroll.text, k->at_type ? "," : "");
        put_name(k, &k->names.all[k->at_type++]);
        return;
    }
    ph_sink_text(&k->scroll.text, k->schema ? "],\"schemas\":{" : "]");
    k->at_type = k->at_lot = 0;
    k->first = true;
    k->stage = k->schema ? SCHEMAS : TYPE;
}

static void begin_type(struct kang *k)
{
    const struct ph_kang_name *name = &k->names.all[k->at_type];

    if (k->at_type == k->names.n) {
        ph_sink_text(&k->scroll.text, "}\n");
        k->stage = END;
        return;
    }
    ph_sink_char(&k->scroll.text, ',');
    put_name(k, name);
    ph_sink_text(&k->scroll.text, ":{");
    for (size_t i = 0; i < k->haul->n; i++) {
        const struct ph_fragments *f = k->haul->lots[i].fragments;
        uint16_t type = f ? ph_fragments_find_type(f, name->name) : PH_NO_TYPE;

        k->spots[i] = (struct spot){ .type = type, .row = SIZE_MAX };
        if (type != PH_NO_TYPE && f->span[type].n)
            k->spots[i].row = f->span[type].first;
    }
    k->first = true;
    k->stage = ROWS;
}

/* ---- objects ----------------------------------------------------------------------- */

/* Go on to the next row of the type in this lot. False if that takes too long. */
static bool seek(struct kang *k, size_t lot)
{
    const struct ph_fragments *f = k->haul->lots[lot].fragments;
    struct spot *spot = &k->spots[lot];

    while (!spot->ready && spot->row != SIZE_MAX) {
        const struct ph_fragment *row;

        if (ph_scroll_is_tired(&k->scroll))
            return false;
        k->scroll.work++;
        if (spot->row >= f->span[spot->type].end) {
            spot->row = SIZE_MAX;
            continue;
        }
        row = ph_fragments_at(f, spot->row);
        spot->ready = row->kind == PORTHOLE_FRAGMENT_OBJECT && row->type == spot->type;
        spot->row += !spot->ready;
    }
    return true;
}

/* The oldest of the lots' next rows: of two objects with one name kang's clients keep the
 * later one. NULL if there are none, or, with the stage as it is, if it takes too long. */
static const struct ph_fragment *take_oldest(struct kang *k)
{
    const struct ph_fragment *oldest = NULL;
    size_t from = 0;

    for (size_t i = 0; i < k->haul->n; i++) {
        const struct ph_fragment *row;

        if (!seek(k, i))
            return NULL;
        if (!k->spots[i].ready)
            continue;
        row = ph_fragments_at(k->haul->lots[i].fragments, k->spots[i].row);
        if (oldest && oldest->born_ns <= row->born_ns)
            continue;
        oldest = row;
        from = i;
    }
    if (!oldest) {
        k->stage = TYPE;
        return NULL;
    }
    k->spots[from].ready = false;
    k->spots[from].row++;
    return oldest;
}

static void put_id(struct kang *k, const struct ph_fragment *row)
{
    struct ph_sink *sink = &k->scroll.text;

    ph_text_json_bytes(sink, row->bytes, row->id_bytes, "\xE2\x90\x80"); /* U+2400 */
    if (ph_kang_id_means_something(row->bytes, row->id_bytes)) {
        sink->len--;
        ph_sink_text(sink, "_\"");
    }
    ph_sink_char(sink, ':');
}

static void put_object(struct kang *k)
{
    const struct ph_fragment *row = take_oldest(k);
    struct ph_sink *sink = &k->scroll.text;
    const char *json;

    if (!row) {
        ph_sink_text(sink, k->stage == TYPE ? "}" : "");
        k->at_type += k->stage == TYPE;
        return;
    }
    json = ph_fragment_json(row);
    ph_sink_text(sink, k->first ? "" : ",");
    k->first = false;
    put_id(k, row);
    if (strcmp(json, "null") == 0) {
        ph_sink_text(sink, "{\"value\":\"null\"}");
    } else if (row->has_nulls && ph_jwalk_begin(&k->walk, json)) {
        ph_sink_char(sink, '{');
        k->first_member = true;
        k->stage = MEMBERS;
        k->scroll.work += row->json_bytes / PH_SCROLL_BYTES;
    } else {
        k->scroll.span = json;
        k->scroll.span_bytes = row->json_bytes;
    }
}

/* A field that is null stops the printer of kang 0.0.x. */
static void put_member(struct kang *k)
{
    struct ph_member member;

    while (ph_jwalk_next(&k->walk, &member)) {
        if (ph_member_is_null(&member))
            continue;
        ph_sink_text(&k->scroll.text, k->first_member ? "" : ",");
        k->first_member = false;
        k->scroll.span = member.key - 1;
        k->scroll.span_bytes = (size_t)(member.value - member.key) + 1 + member.value_bytes;
        return;
    }
    ph_sink_char(&k->scroll.text, '}');
    k->stage = ROWS;
}

/* ---- schemas ----------------------------------------------------------------------- */

/* The first that is said of a type. */
static const struct ph_fragment *find_schema(const struct kang *k, const char *name)
{
    for (size_t i = 0; i < k->haul->n; i++) {
        const struct ph_fragments *f = k->haul->lots[i].fragments;
        uint16_t type = f ? ph_fragments_find_type(f, name) : PH_NO_TYPE;

        if (type == PH_NO_TYPE)
            continue;
        for (size_t row = f->of_kind[PORTHOLE_FRAGMENT_SCHEMA].first;
             row < f->of_kind[PORTHOLE_FRAGMENT_SCHEMA].end; row++) {
            const struct ph_fragment *said = ph_fragments_at(f, row);

            if (said->kind == PORTHOLE_FRAGMENT_SCHEMA && said->type == type)
                return said;
        }
    }
    return NULL;
}

static void put_schema(struct kang *k)
{
    const struct ph_fragment *said;
    struct ph_sink *sink = &k->scroll.text;

    if (k->at_type == k->names.n) {
        ph_sink_text(sink, "}}\n");
        k->stage = END;
        return;
    }
    said = find_schema(k, k->names.all[k->at_type].name);
    if (said) {
        ph_sink_text(sink, k->first ? "" : ",");
        k->first = false;
        put_name(k, &k->names.all[k->at_type]);
        ph_sink_char(sink, ':');
        k->scroll.span = ph_fragment_json(said);
        k->scroll.span_bytes = said->json_bytes;
    }
    k->scroll.work += PORTHOLE_MAX_TYPES;
    k->at_type++;
}

/* ---- All of it --------------------------------------------------------------------- */

static void put_stats(struct kang *k)
{
    struct ph_kang_process process = { .started_unix_ns = k->env.identity->started_unix_ns,
                                       .board = k->env.board,
                                       .snapshot =
                                           k->published ? k->published->snapshot : NULL };

    if (ph_kang_stats_member(&k->stats, k->haul, &k->scroll))
        return;
    ph_kang_stats_end(&k->stats, k->haul, &process, &k->scroll.text);
    k->stage = TYPES;
}

static bool next_piece(struct ph_scroll *scroll)
{
    struct kang *k = (struct kang *)scroll;

    switch (k->stage) {
    case SERVICE:
        put_service(k);
        k->stage = k->schema ? TYPES : STATS;
        break;
    case STATS:
        put_stats(k);
        break;
    case TYPES:
        put_type_of_list(k);
        break;
    case TYPE:
        begin_type(k);
        break;
    case ROWS:
        put_object(k);
        break;
    case MEMBERS:
        put_member(k);
        break;
    case SCHEMAS:
        put_schema(k);
        break;
    default:
        return false;
    }
    return true;
}

static bool next_of_nothing(struct ph_scroll *scroll)
{
    struct kang *k = (struct kang *)scroll;

    if (k->stage == END)
        return false;
    ph_sink_text(&scroll->text, "{}\n");
    k->stage = END;
    return true;
}

static void drop(struct ph_feed *feed)
{
    struct kang *k = (struct kang *)feed;

    ph_haul_unref(k->haul);
    ph_published_unref(k->published);
    free(k);
}

static bool has_schemas(const struct ph_haul *haul)
{
    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;

        if (f && f->of_kind[PORTHOLE_FRAGMENT_SCHEMA].n)
            return true;
    }
    return false;
}

struct ph_feed *ph_encode_kang(struct ph_haul *haul, const struct ph_kang_env *env, bool schema)
{
    struct kang *k = calloc(1, sizeof *k + haul->n * sizeof k->spots[0]);

    if (!k)
        return NULL;
    ph_scroll_init(&k->scroll, schema && !has_schemas(haul) ? next_of_nothing : next_piece,
                   drop);
    k->haul = ph_haul_ref(haul);
    k->env = *env;
    k->schema = schema;
    k->published = schema ? NULL : ph_current_get(env->current);
    ph_kang_names_collect(&k->names, env->types, haul);
    return &k->scroll.feed;
}
