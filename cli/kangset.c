/* SPDX-License-Identifier: MIT */
/*
 * kangset: 48 bytes an object beside its text. A type comes into being with its first object,
 * as in kang.
 */
#include "kangset.h"

#include "mem.h"

#include <stdlib.h>

static struct kangset_type *type_of(struct kangset *set, struct slice name)
{
    uint32_t number = names_find(&set->names, name);

    if (number == NAMES_NONE) {
        number = names_add(&set->names, pool_copy(&set->pool, name));
        set->types = mem_resize(set->types, set->names.count, sizeof *set->types);
        set->types[number] = (struct kangset_type){ 0 };
    }
    return &set->types[number];
}

static uint32_t append(struct kangset_type *type, struct jsonspan value, uint32_t origin)
{
    if (type->count == type->room) {
        type->room = type->room > 0 ? type->room * 2 : 4;
        type->objects = mem_resize(type->objects, type->room, sizeof *type->objects);
        type->groups = mem_resize(type->groups, type->room, sizeof *type->groups);
    }
    type->objects[type->count] = (struct kangset_object){ value, origin, NAMES_NONE };
    return type->count++;
}

static bool add_object(struct kangset_type *type, struct slice id, struct jsonspan value,
                       uint32_t origin)
{
    uint32_t known = type->ids.count, group, object;

    if (type->count == KANGSET_OBJECTS)
        return false;
    group = names_add(&type->ids, id);
    if (group < known && type->objects[type->groups[group].last].origin == origin) {
        type->objects[type->groups[group].last].value = value;
        return true;
    }
    object = append(type, value, origin);
    if (group == known)
        type->groups[group].first = object;
    else
        type->objects[type->groups[group].last].next = object;
    type->groups[group].last = object;
    return true;
}

static bool add_objects(struct kangset *set, struct kangset_type *type, struct jsonspan objects,
                        uint32_t origin)
{
    struct jsonspan_walk walk = jsonspan_begin(objects);
    struct jsonspan key, value;
    struct buf scratch = { 0 };
    bool good = true;

    while (good && jsonspan_next(&walk, &key, &value)) {
        struct slice id = jsonspan_slice(key, &scratch);

        if (scratch.len > 0 && id.text == buf_text(&scratch))
            id = pool_copy(&set->pool, id);
        good = add_object(type, id, value, origin);
    }
    buf_fini(&scratch);
    return good;
}

static uint32_t add_origin(struct kangset *set, const struct kangsnap *snap,
                           const struct kangset_origin *origin)
{
    uint32_t number = set->origin_count++;

    set->origins = mem_resize(set->origins, set->origin_count, sizeof *set->origins);
    set->origins[number] = *origin;
    set->origins[number].key = snap->key;
    set->origins[number].name = pool_copy(&set->pool, origin->name);
    return number;
}

bool kangset_add(struct kangset *set, const struct kangsnap *snap,
                 const struct kangset_origin *origin)
{
    uint32_t number = add_origin(set, snap, origin);
    bool good = true;

    add_object(type_of(set, slice_of("service")), snap->key, snap->service, number);
    if (snap->stats.len > 0)
        add_object(type_of(set, slice_of("stats")), snap->key, snap->stats, number);
    for (uint32_t i = 0; good && i < snap->types.count; i++) {
        struct kangset_type *type;

        if (!snap->any[i])
            continue;
        type = type_of(set, snap->types.items[i]);
        good = add_objects(set, type, snap->objects[i], number);
    }
    return good;
}

uint32_t kangset_find(const struct kangset *set, struct slice type)
{
    return names_find(&set->names, type);
}

/* "0", "17", but neither "007" nor what 32 bits cannot hold. */
static bool is_index(struct slice name, uint32_t *index)
{
    uint64_t value = 0;

    if (name.len == 0 || name.len > 10 || (name.text[0] == '0' && name.len > 1))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (name.text[i] < '0' || name.text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(name.text[i] - '0');
    }
    *index = (uint32_t)value;
    return value < UINT32_MAX;
}

struct indexed {
    uint32_t index;
    uint32_t number;
};

static int by_index(const void *a, const void *b)
{
    const struct indexed *p = a, *q = b;

    return (p->index > q->index) - (p->index < q->index);
}

uint32_t *kangset_order(const struct names *names)
{
    struct indexed *indexed = mem_new(names->count, sizeof *indexed);
    uint32_t *order = mem_new(names->count, sizeof *order);
    uint32_t indexes = 0, others;

    for (uint32_t i = 0; i < names->count; i++) {
        indexed[indexes].number = i;
        indexes += is_index(names->items[i], &indexed[indexes].index);
    }
    if (indexes > 1)
        qsort(indexed, indexes, sizeof *indexed, by_index);
    for (uint32_t i = 0; i < indexes; i++)
        order[i] = indexed[i].number;
    others = indexes;
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t index;

        if (!is_index(names->items[i], &index))
            order[others++] = i;
    }
    free(indexed);
    return order;
}

void kangset_fini(struct kangset *set)
{
    for (uint32_t i = 0; i < set->names.count; i++) {
        names_fini(&set->types[i].ids);
        free(set->types[i].groups);
        free(set->types[i].objects);
    }
    free(set->types);
    free(set->origins);
    names_fini(&set->names);
    pool_fini(&set->pool);
    *set = (struct kangset){ 0 };
}
