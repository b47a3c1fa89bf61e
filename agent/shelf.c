/* SPDX-License-Identifier: MIT */
/* Owns the last copies. What lies here is shared with the answers it has gone into. */
#include "shelf.h"

#include <string.h>

#include "text.h"

static void take_out(struct ph_shelf *shelf, size_t i)
{
    ph_fragments_unref(shelf->copies[i].fragments);
    shelf->n--;
    memmove(&shelf->copies[i], &shelf->copies[i + 1], (shelf->n - i) * sizeof shelf->copies[0]);
}

void ph_shelf_fini(struct ph_shelf *shelf)
{
    while (shelf->n)
        take_out(shelf, shelf->n - 1);
}

static bool is_same_source(const struct ph_shelf_key *a, const struct ph_shelf_key *b)
{
    return a->thread == b->thread && a->joined_ns == b->joined_ns && a->kind == b->kind;
}

/* Does a copy of `have` hold what is asked for by `want`? One of all objects tells the types
 * as well. */
static bool holds(const struct ph_shelf_copy *copy, const struct ph_shelf_key *want)
{
    const struct ph_shelf_key *have = &copy->key;

    if (!is_same_source(have, want))
        return false;
    if (have->want != want->want)
        return want->want == PORTHOLE_WANT_TYPES && have->want == PORTHOLE_WANT_VALUES &&
               !have->type;
    return !have->type || (want->type && strcmp(copy->type, want->type) == 0);
}

/* Is the copy of no use once there is one of `fresh`? */
static bool is_outdone(const struct ph_shelf_copy *copy, const struct ph_shelf_key *fresh)
{
    if (!is_same_source(&copy->key, fresh) || copy->key.want != fresh->want)
        return false;
    if (!fresh->type)
        return true;
    return copy->key.type && strcmp(copy->type, fresh->type) == 0;
}

size_t ph_shelf_bytes(const struct ph_shelf *shelf)
{
    size_t bytes = 0;

    for (size_t i = 0; i < shelf->n; i++)
        bytes += shelf->copies[i].fragments->bytes;
    return bytes;
}

void ph_shelf_put(struct ph_shelf *shelf, const struct ph_shelf_key *key,
                  struct ph_fragments *fragments)
{
    struct ph_shelf_copy *copy;

    for (size_t i = shelf->n; i-- > 0;)
        if (is_outdone(&shelf->copies[i], key))
            take_out(shelf, i);
    if (shelf->n == PH_SHELF_PLACES)
        take_out(shelf, 0);
    copy = &shelf->copies[shelf->n++];
    copy->key = *key;
    copy->key.type = key->type ? "" : NULL; /* the text moves with the copy: see `type` */
    ph_text_copy(copy->type, sizeof copy->type, key->type);
    copy->fragments = ph_fragments_ref(fragments);
    while (shelf->n > 1 && ph_shelf_bytes(shelf) > PH_SHELF_BYTES)
        take_out(shelf, 0);
}

struct ph_fragments *ph_shelf_find(const struct ph_shelf *shelf, const struct ph_shelf_key *key)
{
    for (size_t i = shelf->n; i-- > 0;)
        if (holds(&shelf->copies[i], key))
            return shelf->copies[i].fragments;
    return NULL;
}

void ph_shelf_sweep(struct ph_shelf *shelf,
                    bool (*lives)(void *ctx, int thread, uint64_t joined_ns), void *ctx)
{
    for (size_t i = shelf->n; i-- > 0;) {
        const struct ph_shelf_key *key = &shelf->copies[i].key;

        if (!lives(ctx, key->thread, key->joined_ns))
            take_out(shelf, i);
    }
}
