/* SPDX-License-Identifier: MIT */
/*
 * objects: from documents to rows. What a document lacks is unknown, never an error.
 */
#include "objects.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

/* ---- Types ---------------------------------------------------------------------------- */

/* The sum, of which a part may be unknown. */
static double sum(double a, double b)
{
    if (isnan(a))
        return b;
    return isnan(b) ? a : a + b;
}

static double older(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

static struct objects_type *type_of(struct objects *objects, struct slice name)
{
    uint32_t known = objects->names.count;
    uint32_t number = names_find(&objects->names, name);

    if (number != NAMES_NONE)
        return &objects->types[number];
    names_add(&objects->names, pool_copy(&objects->pool, name));
    if ((known & (known - 1)) == 0)
        objects->types = mem_resize(objects->types, known > 0 ? (size_t)known * 2 : 1,
                                    sizeof *objects->types);
    objects->types[known] =
        (struct objects_type){ objects->names.items[known], NAN, NAN, NAN, NAN, NAN, NAN, 0 };
    return &objects->types[known];
}

static double figure(struct jsonspan object, const char *name)
{
    double value = jsonspan_number(jsonspan_find(object, name));

    return value >= 0 && isfinite(value) ? value : NAN;
}

static void add_type(struct objects *objects, struct slice name, struct jsonspan row)
{
    struct objects_type *type = type_of(objects, name);

    type->count = sum(type->count, figure(row, "count"));
    type->created = sum(type->created, figure(row, "created"));
    type->released = sum(type->released, figure(row, "released"));
    type->collected = sum(type->collected, figure(row, "collected"));
    type->created_per_s = sum(type->created_per_s, figure(row, "created_per_s"));
    type->copy_ms = older(type->copy_ms, figure(row, "age_ms"));
    type->targets++;
}

void objects_add_types(struct objects *objects, struct jsonspan document,
                       struct objects_answer *answer)
{
    struct jsonspan_walk walk = jsonspan_begin(jsonspan_find(document, "types"));
    struct jsonspan key, value;
    struct buf scratch = { 0 };

    answer->causes = jsonspan_find(document, "causes");
    while (walk.object && jsonspan_next(&walk, &key, &value))
        add_type(objects, jsonspan_slice(key, &scratch), value);
    buf_fini(&scratch);
}

void objects_add_kang_types(struct objects *objects, const struct kangsnap *snap)
{
    for (uint32_t i = 0; i < snap->types.count; i++) {
        struct objects_type *type = type_of(objects, snap->types.items[i]);
        struct jsonspan_walk walk = jsonspan_begin(snap->objects[i]);
        struct jsonspan key, value;
        double count = 0;

        while (jsonspan_next(&walk, &key, &value))
            count++;
        type->count = sum(type->count, count);
        type->copy_ms = older(type->copy_ms, snap->stale_ms);
        type->targets++;
    }
}

static int by_count(const void *a, const void *b)
{
    const struct objects_type *p = a, *q = b;
    double x = isnan(p->count) ? -1 : p->count, y = isnan(q->count) ? -1 : q->count;

    return x != y ? (x < y) - (x > y) : slice_compare(p->name, q->name);
}

void objects_sort_types(struct objects *objects)
{
    if (objects->names.count > 1)
        qsort(objects->types, objects->names.count, sizeof *objects->types, by_count);
}

/* ---- Objects -------------------------------------------------------------------------- */

static struct objects_row *append(struct objects *objects)
{
    size_t count = objects->row_count;

    if ((count & (count - 1)) == 0)
        objects->rows =
            mem_resize(objects->rows, count > 0 ? count * 2 : 1, sizeof *objects->rows);
    objects->rows[count] = (struct objects_row){ .tracked_s = NAN, .copy_ms = NAN };
    return &objects->rows[objects->row_count++];
}

static void add_row(struct objects *objects, struct jsonspan object, uint32_t target,
                    double copy_ms)
{
    struct jsonspan id = jsonspan_find(object, "id");
    struct objects_row *row = append(objects);
    struct buf scratch = { 0 };

    row->id = (struct slice){ "", 0 };
    if (jsonspan_kind(id) == '"') {
        row->id = jsonspan_slice(id, &scratch);
        if (scratch.len > 0)
            row->id = pool_copy(&objects->pool, row->id);
    }
    row->value = jsonspan_find(object, "value");
    row->thread = jsonspan_find(object, "thread");
    row->tracked_s = figure(object, "tracked_s");
    row->how = jsonspan_find(object, "how");
    if (jsonspan_kind(row->how) != '"')
        row->how.len = 0;
    row->target = target;
    row->copy_ms = copy_ms;
    buf_fini(&scratch);
}

void objects_add_rows(struct objects *objects, struct jsonspan document, uint32_t target,
                      struct objects_answer *answer)
{
    struct jsonspan list = jsonspan_find(document, "objects"), key, value;
    struct jsonspan_walk walk = jsonspan_begin(list);
    bool stale = jsonspan_kind(jsonspan_find(document, "stale")) == 't';
    double before = (double)objects->row_count;

    answer->copy_ms = stale ? figure(document, "age_ms") : NAN;
    answer->causes = jsonspan_find(document, list.len > 0 ? "causes" : "cause");
    answer->total = list.len > 0 ? figure(document, "total") : 1;
    if (list.len == 0)
        add_row(objects, document, target, answer->copy_ms);
    while (!walk.object && jsonspan_next(&walk, &key, &value))
        add_row(objects, value, target, answer->copy_ms);
    answer->shown = (double)objects->row_count - before;
}

static void add_kang_row(struct objects *objects, struct slice id, struct jsonspan value,
                         uint32_t target)
{
    struct objects_row *row = append(objects);

    row->id = pool_copy(&objects->pool, id);
    row->value = value;
    row->target = target;
}

void objects_add_kang_rows(struct objects *objects, const struct kangsnap *snap,
                           const struct objects_pick *pick, struct objects_answer *answer)
{
    struct kangset_origin origin = { .name = slice_of("") };
    struct kangset set = { 0 };
    uint32_t number, shown = 0;

    kangset_add(&set, snap, &origin);
    number = kangset_find(&set, pick->type);
    answer->total = 0;
    for (uint32_t i = 0; number != NAMES_NONE && i < set.types[number].ids.count; i++) {
        const struct kangset_type *type = &set.types[number];

        if (pick->id != NULL && !slice_equal(type->ids.items[i], *pick->id))
            continue;
        answer->total++;
        if (shown == pick->limit)
            continue;
        add_kang_row(objects, type->ids.items[i], type->objects[type->groups[i].first].value,
                     pick->target);
        objects->rows[objects->row_count - 1].copy_ms = snap->stale_ms;
        shown++;
    }
    answer->shown = shown;
    answer->copy_ms = snap->stale_ms;
    kangset_fini(&set);
}

void objects_fini(struct objects *objects)
{
    free(objects->types);
    free(objects->rows);
    names_fini(&objects->names);
    pool_fini(&objects->pool);
    *objects = (struct objects){ 0 };
}
