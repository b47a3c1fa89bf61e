/* SPDX-License-Identifier: MIT */
/**
 * The merged objects of kang, field by field: what the object itself has, and what merging
 * writes into it (its id under the name of its type, `origin`, `source`).
 *
 * A string as object is {"body":STRING}. Numbers, booleans, lists and null have no fields but
 * a `value`.
 *
 * Threads: any.
 */
#ifndef KANGROW_H
#define KANGROW_H

#include "kangset.h"

/* One object of a type; of a query for `type`, a type itself. */
struct kangrow {
    uint32_t group;   /* which id */
    uint32_t object;  /* NAMES_NONE: a type, whose number is `group` */
};

struct kangrow_list {
    const struct kangset *set;
    struct slice type;
    uint32_t number;        /* of the type; NAMES_NONE: nobody has it, or a query for `type` */
    struct kangrow *items;  /* in the order in which kang shows them */
    size_t count;
};

/* A field's value: either JSON or text. */
struct kangrow_value {
    struct jsonspan json; /* len 0: it is the text */
    struct slice text;
};

/**
 * The objects of a type, all or with one id. The type `type` lists the types themselves.
 *
 * @param id  NULL: all.
 *
 * @return a list to be given to kangrow_fini().
 *
 * Threads: any.
 */
struct kangrow_list kangrow_find(const struct kangset *set, struct slice type,
                                 const struct slice *id);

/**
 * Threads: any.
 */
void kangrow_fini(struct kangrow_list *list);

/**
 * Call `each` for every field, in the order of the object; what merging writes stands where a
 * field of that name was, else at the end.
 *
 * @param with_origin  whether merging writes `origin`, as kang 1.x does and 0.0.x does not.
 *
 * Threads: any.
 */
void kangrow_fields(
    const struct kangrow_list *list, const struct kangrow *row, bool with_origin,
    void (*each)(void *user, struct slice name, const struct kangrow_value *value), void *user);

/**
 * The JSON of an object that has no fields of its own (a number, boolean, list or null); len
 * 0: it has.
 *
 * Threads: any.
 */
struct jsonspan kangrow_bare(const struct kangrow_list *list, const struct kangrow *row);

/**
 * Append a value as kang shows it in a table, which is how JavaScript makes texts: lists with
 * commas, and objects as "[object Object]".
 *
 * Threads: any.
 */
void kangrow_text(struct buf *out, const struct kangrow_value *value);

#endif /* KANGROW_H */
