/* SPDX-License-Identifier: MIT */
/*
 * kangrow: what knSnapshot.add() and emitTable() of kang do to an object, without changing it.
 */
#include "kangrow.h"

#include "mem.h"

#include <stdlib.h>

/* ---- Lists ---------------------------------------------------------------------------- */

static void list_types(struct kangrow_list *list)
{
    uint32_t *order = kangset_order(&list->set->names);

    list->count = list->set->names.count;
    list->items = mem_new(list->count, sizeof *list->items);
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = (struct kangrow){ order[i], NAMES_NONE };
    free(order);
}

static void add_group(struct kangrow_list *list, uint32_t group)
{
    const struct kangset_type *type = &list->set->types[list->number];

    for (uint32_t i = type->groups[group].first; i != NAMES_NONE; i = type->objects[i].next)
        list->items[list->count++] = (struct kangrow){ group, i };
}

static void list_objects(struct kangrow_list *list, const struct slice *id)
{
    const struct kangset_type *type = &list->set->types[list->number];
    uint32_t *order;

    list->items = mem_new(type->count, sizeof *list->items);
    if (id != NULL) {
        uint32_t group = names_find(&type->ids, *id);

        if (group != NAMES_NONE)
            add_group(list, group);
        return;
    }
    order = kangset_order(&type->ids);
    for (uint32_t i = 0; i < type->ids.count; i++)
        add_group(list, order[i]);
    free(order);
}

struct kangrow_list kangrow_find(const struct kangset *set, struct slice type,
                                 const struct slice *id)
{
    struct kangrow_list list = { .set = set, .type = type, .number = NAMES_NONE };

    if (id == NULL && slice_equal(type, slice_of("type"))) {
        list_types(&list);
        return list;
    }
    list.number = kangset_find(set, type);
    if (list.number != NAMES_NONE)
        list_objects(&list, id);
    return list;
}

void kangrow_fini(struct kangrow_list *list)
{
    free(list->items);
    *list = (struct kangrow_list){ 0 };
}

/* ---- Fields --------------------------------------------------------------------------- */

/* What merging writes. */
struct written {
    struct slice name;
    struct kangrow_value value;
    bool done;
};

#define WRITTEN 2

static struct kangrow_value text_value(struct slice text)
{
    return (struct kangrow_value){ { NULL, 0 }, text };
}

/* Like the order of assignments in kang: `source` or `origin`, then the id. */
static size_t find_written(const struct kangrow_list *list, const struct kangrow *row,
                           bool with_origin, struct written *out)
{
    const struct kangset_type *type = &list->set->types[list->number];
    const struct kangset_origin *origin =
        &list->set->origins[type->objects[row->object].origin];
    bool service = slice_equal(list->type, slice_of("service"));
    bool special = service || slice_equal(list->type, slice_of("stats"));
    size_t count = 0;

    if (service)
        out[count++] = (struct written){ slice_of("source"), text_value(origin->name), false };
    else if (with_origin && !special && !slice_equal(list->type, slice_of("origin")))
        out[count++] = (struct written){ slice_of("origin"), text_value(origin->key), false };
    out[count++] =
        (struct written){ list->type, text_value(type->ids.items[row->group]), false };
    return count;
}

static struct jsonspan value_of(const struct kangrow_list *list, const struct kangrow *row)
{
    return list->set->types[list->number].objects[row->object].value;
}

struct jsonspan kangrow_bare(const struct kangrow_list *list, const struct kangrow *row)
{
    struct jsonspan none = { NULL, 0 }, value;

    if (row->object == NAMES_NONE)
        return none;
    value = value_of(list, row);
    return jsonspan_kind(value) != '{' && jsonspan_kind(value) != '"' ? value : none;
}

/* The field of that name that merging writes, if it does. */
static struct written *find_name(struct written *written, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(written[i].name, name))
            return &written[i];
    }
    return NULL;
}

void kangrow_fields(
    const struct kangrow_list *list, const struct kangrow *row, bool with_origin,
    void (*each)(void *user, struct slice name, const struct kangrow_value *value), void *user)
{
    struct written written[WRITTEN];
    struct buf scratch = { 0 };
    struct jsonspan_walk walk;
    struct jsonspan key, value;
    size_t count;

    if (row->object == NAMES_NONE) {
        struct kangrow_value name = text_value(list->set->names.items[row->group]);

        each(user, list->type, &name);
        return;
    }
    count = find_written(list, row, with_origin, written);
    value = value_of(list, row);
    walk = jsonspan_begin(jsonspan_kind(value) == '{' ? value : (struct jsonspan){ NULL, 0 });
    if (jsonspan_kind(value) != '{') {
        struct kangrow_value whole = { value, { NULL, 0 } };

        each(user, slice_of(jsonspan_kind(value) == '"' ? "body" : "value"), &whole);
    }
    while (jsonspan_next(&walk, &key, &value)) {
        struct slice name = jsonspan_slice(key, &scratch);
        struct written *over = find_name(written, count, name);
        struct kangrow_value own = { value, { NULL, 0 } };

        if (over == NULL || !over->done)
            each(user, name, over != NULL ? &over->value : &own);
        if (over != NULL)
            over->done = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (!written[i].done)
            each(user, written[i].name, &written[i].value);
    }
    buf_fini(&scratch);
}

/* ---- Texts ---------------------------------------------------------------------------- */

static void add_list(struct buf *out, struct jsonspan list)
{
    struct jsonspan_walk walk = jsonspan_begin(list);
    struct jsonspan key;
    struct kangrow_value item = { 0 };

    for (bool first = true; jsonspan_next(&walk, &key, &item.json); first = false) {
        buf_puts(out, first ? "" : ",");
        if (jsonspan_kind(item.json) != 'n')
            kangrow_text(out, &item);
    }
}

void kangrow_text(struct buf *out, const struct kangrow_value *value)
{
    switch (jsonspan_kind(value->json)) {
    case '\0':
        buf_add(out, value->text.text, value->text.len);
        break;
    case '"':
        jsonspan_text(out, value->json);
        break;
    case '[':
        add_list(out, value->json);
        break;
    case '{':
        buf_puts(out, "[object Object]");
        break;
    default:
        buf_add(out, value->json.text, value->json.len);
        break;
    }
}
