/* SPDX-License-Identifier: MIT */
/* Owns the agent's own face of objects: the types, a type's objects, one object. A list is
 * made while it is sent, a piece at a time, out of fragments that lie where they are. */
#include "encode_objects.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "jwalk.h"
#include "place.h"
#include "put.h"
#include "scroll.h"
#include "text.h"

/* ---- One value --------------------------------------------------------------------- */

/* Is the key among the names? Names and keys are compared as they are written. */
static bool is_named(const char *fields, const struct ph_member *member)
{
    for (const char *at = fields, *comma; at; at = comma ? comma + 1 : NULL) {
        size_t n;

        comma = strchr(at, ',');
        n = comma ? (size_t)(comma - at) : strlen(at);
        if (n == member->key_bytes && memcmp(at, member->key, n) == 0)
            return true;
    }
    return false;
}

/* Who serialises for somebody keeps to his fields; what is copied or published has all. */
static const char *fields_for(const struct ph_lot *lot, const char *fields)
{
    return lot->how == PH_HOW_COPY || lot->how == PH_HOW_PUBLISHED ? fields : NULL;
}

static void put_tracked_s(struct ph_sink *sink, const struct ph_fragment *row, uint64_t now_ns)
{
    ph_sink_text(sink, ",\"tracked_s\":");
    if (row->born_ns && row->born_ns <= now_ns)
        ph_sink_real(sink, (double)(now_ns - row->born_ns) / (double)PH_NS_PER_S);
    else
        ph_sink_text(sink, "null");
    ph_sink_text(sink, ",\"value\":");
}

static void put_captured(struct ph_sink *sink, uint64_t age_ns)
{
    char iso[PH_ISO_BYTES];

    ph_put_text(sink, ",\"captured\":{\"at\":", ph_clock_iso(ph_clock_unix_ns() - age_ns, iso));
    ph_sink_char(sink, '}');
}

static void put_head(struct ph_sink *sink, const struct ph_lot *lot,
                     const struct ph_fragment *row, uint64_t now_ns)
{
    ph_sink_text(sink, "{\"id\":");
    ph_text_json_bytes(sink, row->bytes, row->id_bytes, "\\u0000");
    ph_put_number(sink, ",\"thread\":",
                  lot->thread == PH_THREAD_PUBLISHED ? PORTHOLE_UNKNOWN
                                                     : (uint64_t)lot->thread);
    put_tracked_s(sink, row, now_ns);
}

static void put_value(struct ph_sink *sink, const struct ph_fragment *row, const char *fields)
{
    const char *json = ph_fragment_json(row);
    struct ph_member member;
    struct ph_jwalk walk;
    bool first = true;

    if (!fields || !ph_jwalk_begin(&walk, json)) {
        ph_sink_put(sink, json, row->json_bytes);
        return;
    }
    ph_sink_char(sink, '{');
    while (ph_jwalk_next(&walk, &member)) {
        if (!is_named(fields, &member))
            continue;
        ph_sink_text(sink, first ? "" : ",");
        first = false;
        ph_sink_put(sink, member.key - 1, (size_t)(member.value - member.key) + 1);
        ph_sink_put(sink, member.value, member.value_bytes);
    }
    ph_sink_char(sink, '}');
}

/* ---- A type's objects -------------------------------------------------------------- */

enum stage { HEAD, CAUSES, ROWS, MEMBERS, TAIL, END };

struct list {
    struct ph_scroll scroll;
    struct ph_haul *haul; /* a reference */
    struct ph_list_spec spec;
    char type[PORTHOLE_TYPE_BYTES];
    char *fields; /* ours */
    uint64_t now_ns;
    enum stage stage;
    bool first, first_member, truncated;
    size_t at_lot, at_row;
    uint64_t shown;
    struct ph_place last; /* the one shown last */
    struct ph_jwalk walk;
};

static void put_list_head(struct list *l)
{
    uint64_t age_ns = ph_haul_age_ns(l->haul, l->now_ns);
    struct ph_sink *sink = &l->scroll.text;

    ph_put_string(sink, "{\"type\":", l->type);
    ph_put_number(sink, ",\"total\":", l->spec.total);
    put_captured(sink, age_ns);
    ph_put_ms(sink, ",\"age_ms\":", age_ns);
    ph_sink_text(sink, ph_haul_is_stale(l->haul) ? ",\"stale\":true" : ",\"stale\":false");
    ph_sink_text(sink, ph_haul_is_complete(l->haul) ? ",\"complete\":true,\"causes\":["
                                                    : ",\"complete\":false,\"causes\":[");
    l->first = true;
}

/* The next row of this type from where we are, in this lot; NULL if there is none, or if it
 * takes too long to find it. */
static const struct ph_fragment *next_row(struct list *l, const struct ph_lot *lot)
{
    const struct ph_fragments *f = lot->fragments;
    uint16_t type = f ? ph_fragments_find_type(f, l->type) : PH_NO_TYPE;
    bool from_here = type != PH_NO_TYPE && ph_lot_order(lot, &l->spec.from) == 0;

    if (type != PH_NO_TYPE && l->at_row < f->span[type].first)
        l->at_row = f->span[type].first;
    while (type != PH_NO_TYPE && l->at_row < f->span[type].end) {
        const struct ph_fragment *row = ph_fragments_at(f, l->at_row);

        if (ph_scroll_is_tired(&l->scroll))
            return NULL;
        l->scroll.work++;
        l->at_row++;
        if (row->type == type && row->kind == PORTHOLE_FRAGMENT_OBJECT &&
            !(from_here && row->place <= l->spec.from.place))
            return row;
    }
    l->at_row = SIZE_MAX;
    return NULL;
}

static void put_row(struct list *l, const struct ph_lot *lot, const struct ph_fragment *row)
{
    const char *json = ph_fragment_json(row);

    ph_sink_text(&l->scroll.text, l->first ? "" : ",");
    l->first = false;
    put_head(&l->scroll.text, lot, row, l->now_ns);
    l->shown++;
    l->last = (struct ph_place){ lot->thread, lot->kind, row->place };
    if (fields_for(lot, l->fields) && ph_jwalk_begin(&l->walk, json)) {
        ph_sink_char(&l->scroll.text, '{');
        l->first_member = true;
        l->stage = MEMBERS;
        l->scroll.work += row->json_bytes / PH_SCROLL_BYTES;
        return;
    }
    l->scroll.span = json;
    l->scroll.span_bytes = row->json_bytes;
    l->stage = ROWS;
}

/* Rows end with the bracket that this puts before the next one. */
static void put_rows(struct list *l)
{
    const struct ph_lot *lot = &l->haul->lots[l->at_lot];
    const struct ph_fragment *row = next_row(l, lot);

    if (row && l->spec.limit && l->shown == l->spec.limit) {
        l->truncated = true;
        l->stage = TAIL;
    } else if (row) {
        ph_sink_text(&l->scroll.text, l->shown ? "}" : "");
        put_row(l, lot, row);
    } else if (l->at_row == SIZE_MAX) {
        bool more = lot->fragments && lot->fragments->cut && !lot->fragments->why[0];

        l->truncated |= lot->fragments && lot->fragments->cut;
        l->at_row = 0;
        /* What is behind it in the next lots can be asked for once this one is through. */
        if (++l->at_lot == l->haul->n || more)
            l->stage = TAIL;
    }
}

/* The next member that is wanted, of a row that has more of them. */
static void put_member(struct list *l)
{
    struct ph_member member;

    while (ph_jwalk_next(&l->walk, &member)) {
        if (!is_named(l->fields, &member))
            continue;
        ph_sink_text(&l->scroll.text, l->first_member ? "" : ",");
        l->first_member = false;
        l->scroll.span = member.key - 1;
        l->scroll.span_bytes = (size_t)(member.value - member.key) + 1 + member.value_bytes;
        return;
    }
    ph_sink_char(&l->scroll.text, '}');
    l->stage = ROWS;
}

static void put_tail(struct list *l)
{
    struct ph_sink *sink = &l->scroll.text;
    char token[PH_PLACE_BYTES];

    ph_put_number(sink, l->shown ? "}],\"shown\":" : "],\"shown\":", l->shown);
    ph_sink_text(sink, l->truncated ? ",\"truncated\":true" : ",\"truncated\":false");
    ph_place_write(&l->last, token);
    ph_put_text(sink, ",\"next\":", l->truncated && l->shown ? token : NULL);
    ph_sink_text(sink, "}\n");
    l->stage = END;
}

static bool next_piece(struct ph_scroll *scroll)
{
    struct list *l = (struct list *)scroll;

    switch (l->stage) {
    case HEAD:
        put_list_head(l);
        l->stage = CAUSES;
        break;
    case CAUSES:
        if (ph_scroll_cause(scroll, l->haul, &l->at_lot, &l->first))
            break;
        ph_sink_text(&scroll->text, "],\"objects\":[");
        l->at_lot = 0;
        l->first = true;
        l->stage = l->haul->n ? ROWS : TAIL;
        break;
    case ROWS:
        put_rows(l);
        break;
    case MEMBERS:
        put_member(l);
        break;
    case TAIL:
        put_tail(l);
        break;
    default:
        return false;
    }
    return true;
}

static void drop_list(struct ph_feed *feed)
{
    struct list *l = (struct list *)feed;

    ph_haul_unref(l->haul);
    free(l->fields);
    free(l);
}

struct ph_feed *ph_encode_list(struct ph_haul *haul, const struct ph_list_spec *spec)
{
    struct list *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    ph_scroll_init(&l->scroll, next_piece, drop_list);
    l->haul = ph_haul_ref(haul);
    l->spec = *spec;
    l->now_ns = ph_clock_ns();
    ph_text_copy(l->type, sizeof l->type, spec->type);
    l->fields = spec->fields ? strdup(spec->fields) : NULL;
    if (spec->fields && !l->fields) {
        drop_list(&l->scroll.feed);
        return NULL;
    }
    return &l->scroll.feed;
}

/* ---- The types --------------------------------------------------------------------- */

static void put_tracked(struct ph_sink *sink, const struct porthole_type *type)
{
    struct ph_type_figures figures;

    ph_type_read(type, &figures);
    ph_text_json(sink, type->name);
    ph_put_number(sink, ":{\"count\":", figures.count);
    ph_put_number(sink, ",\"created\":", figures.created);
    ph_put_number(sink, ",\"released\":", figures.released);
    ph_put_number(sink, ",\"collected\":", figures.collected);
    ph_sink_text(sink, ",\"created_per_s\":");
    if (figures.created_per_s < 0)
        ph_sink_text(sink, "null");
    else
        ph_sink_real(sink, figures.created_per_s);
    ph_sink_text(sink, ",\"source\":\"tracked\"}");
}

/* How many of a type a lot tells of: by its word, or by what it brought. */
static uint64_t count_of(const struct ph_fragments *f, uint16_t type)
{
    const struct ph_fragments_span *told = &f->of_kind[PORTHOLE_FRAGMENT_TYPE];
    size_t end = told->first + (size_t)PORTHOLE_MAX_TYPES;

    for (size_t i = told->first; i < told->end && i < end; i++) {
        const struct ph_fragment *row = ph_fragments_at(f, i);

        if (row->kind == PORTHOLE_FRAGMENT_TYPE && row->type == type)
            return row->count;
    }
    return f->span[type].n;
}

/* Has one of the lots before told of it, or is it tracked? */
static bool is_told(const struct ph_types *types, const struct ph_haul *haul, size_t lot,
                    const char *name)
{
    for (size_t i = 0; i < lot; i++)
        if (haul->lots[i].fragments &&
            ph_fragments_find_type(haul->lots[i].fragments, name) != PH_NO_TYPE)
            return true;
    return ph_types_find(types, name) != NULL;
}

/* The sum over all lots, and how old the oldest of those is that are stale. */
static void put_provided(struct ph_sink *sink, const struct ph_haul *haul, const char *name,
                         uint64_t now_ns)
{
    uint64_t count = 0, age_ns = 0;

    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;
        uint16_t type = f ? ph_fragments_find_type(f, name) : PH_NO_TYPE;
        uint64_t n = type == PH_NO_TYPE ? 0 : count_of(f, type);

        count =
            n == PORTHOLE_UNKNOWN || count == PORTHOLE_UNKNOWN ? PORTHOLE_UNKNOWN : count + n;
        if (type != PH_NO_TYPE && haul->lots[i].stale && now_ns - f->taken_ns > age_ns)
            age_ns = now_ns - f->taken_ns;
    }
    ph_text_json(sink, name);
    ph_put_number(sink, ":{\"count\":", count);
    ph_sink_text(sink, ",\"created\":null,\"released\":null,\"collected\":null,"
                       "\"created_per_s\":null,\"source\":\"provided\"");
    if (age_ns)
        ph_put_ms(sink, ",\"age_ms\":", age_ns);
    ph_sink_char(sink, '}');
}

#define TYPES_SHOWN (2 * PORTHOLE_MAX_TYPES)

static bool put_types(const struct ph_types *types, const struct ph_haul *haul,
                      struct ph_sink *sink)
{
    uint64_t now_ns = ph_clock_ns();
    size_t n = ph_types_count(types), shown = n;

    for (size_t i = 0; i < n; i++) {
        ph_sink_text(sink, i ? "," : "");
        put_tracked(sink, types->all[i]);
    }
    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;

        for (size_t k = 0; f && k < f->n_types; k++) {
            if (is_told(types, haul, i, f->types[k]))
                continue;
            if (shown == TYPES_SHOWN)
                return false;
            ph_sink_text(sink, shown++ ? "," : "");
            put_provided(sink, haul, f->types[k], now_ns);
        }
    }
    return true;
}

void ph_encode_types(const struct ph_types *types, const struct ph_haul *haul,
                     struct ph_sink *sink)
{
    bool complete = ph_haul_is_complete(haul);
    char iso[PH_ISO_BYTES];

    ph_put_text(sink, "{\"captured\":{\"at\":", ph_clock_iso(haul->at_unix_ns, iso));
    ph_sink_text(sink, "},\"types\":{");
    ph_sink_text(sink, put_types(types, haul, sink) ? "},\"types_truncated\":false"
                                                    : "},\"types_truncated\":true");
    ph_sink_text(sink, complete ? ",\"complete\":true" : ",\"complete\":false");
    ph_sink_text(sink, ",\"causes\":");
    ph_put_causes(sink, haul);
    ph_sink_text(sink, "}\n");
}

/* ---- One object -------------------------------------------------------------------- */

void ph_encode_object(const struct ph_find *found, const char *fields, struct ph_sink *sink)
{
    static const char *const hows[] = { [PH_HOW_LOOP] = "loop",
                                        [PH_HOW_INTERRUPT] = "interrupt",
                                        [PH_HOW_PUBLISHED] = "published",
                                        [PH_HOW_COPY] = "last copy" };
    const struct ph_lot *lot = found->lot;
    const struct ph_fragment *row = found->row;
    uint64_t now_ns = ph_clock_ns(), age_ns = now_ns - lot->fragments->taken_ns;

    ph_put_string(sink, "{\"type\":", found->type);
    ph_sink_text(sink, ",\"id\":");
    ph_text_json_bytes(sink, row->bytes, row->id_bytes, "\\u0000");
    if (lot->thread == PH_THREAD_PUBLISHED) {
        ph_sink_text(sink, ",\"thread\":null");
    } else {
        ph_put_number(sink, ",\"thread\":{\"id\":", (uint64_t)lot->thread);
        ph_put_text(sink, ",\"name\":", lot->name);
        ph_sink_char(sink, '}');
    }
    ph_put_text(sink, ",\"how\":", hows[lot->how]);
    put_captured(sink, age_ns);
    ph_put_ms(sink, ",\"age_ms\":", age_ns);
    ph_sink_text(sink, lot->stale ? ",\"stale\":true" : ",\"stale\":false");
    ph_put_text(sink, ",\"cause\":", lot->cause);
    put_tracked_s(sink, row, now_ns);
    put_value(sink, row, fields_for(lot, fields));
    ph_sink_text(sink, "}\n");
}
