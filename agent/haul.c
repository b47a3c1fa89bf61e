/* SPDX-License-Identifier: MIT */
/* Owns what is common to all answers about objects: how old, how complete, where is one. */
#include "haul.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 8192u

struct ph_haul *ph_haul_new(size_t n)
{
    struct ph_haul *haul = calloc(1, sizeof *haul + n * sizeof haul->lots[0]);

    if (!haul)
        return NULL;
    haul->refs = 1;
    haul->n = n;
    return haul;
}

struct ph_haul *ph_haul_ref(struct ph_haul *haul)
{
    haul->refs++;
    return haul;
}

void ph_haul_unref(struct ph_haul *haul)
{
    if (!haul || --haul->refs)
        return;
    for (size_t i = 0; i < haul->n; i++)
        ph_fragments_unref(haul->lots[i].fragments);
    if (haul->all) {
        haul->all->n--;
        haul->all->bytes -= haul->bytes;
    }
    free(haul);
}

int ph_lot_order(const struct ph_lot *lot, const struct ph_place *place)
{
    if (lot->thread != place->thread)
        return lot->thread < place->thread ? -1 : 1;
    return (int)lot->kind - (int)place->kind;
}

bool ph_haul_is_complete(const struct ph_haul *haul)
{
    for (size_t i = 0; i < haul->n; i++)
        if (haul->lots[i].cause[0])
            return false;
    return true;
}

bool ph_haul_is_stale(const struct ph_haul *haul)
{
    for (size_t i = 0; i < haul->n; i++)
        if (haul->lots[i].stale)
            return true;
    return false;
}

uint64_t ph_haul_age_ns(const struct ph_haul *haul, uint64_t now_ns)
{
    uint64_t oldest_ns = now_ns;

    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;

        if (f && f->taken_ns && f->taken_ns < oldest_ns)
            oldest_ns = f->taken_ns;
    }
    return now_ns - oldest_ns;
}

bool ph_haul_knows(const struct ph_haul *haul, const char *type)
{
    for (size_t i = 0; i < haul->n; i++) {
        const struct ph_fragments *f = haul->lots[i].fragments;

        if (f && ph_fragments_find_type(f, type) != PH_NO_TYPE)
            return true;
    }
    return false;
}

void ph_haul_forgive(struct ph_haul *haul, const char *type)
{
    for (size_t i = 0; i < haul->n; i++) {
        struct ph_lot *lot = &haul->lots[i];

        if (lot->kind != PORTHOLE_TASK_PROVIDED || !lot->cause[0] ||
            (lot->fragments && ph_fragments_find_type(lot->fragments, type) != PH_NO_TYPE))
            continue;
        ph_fragments_unref(lot->fragments);
        lot->fragments = NULL;
        lot->cause[0] = '\0';
        lot->stale = false;
    }
}

/* ---- One object -------------------------------------------------------------------- */

static bool fits(const struct ph_find *find, const struct ph_fragment *row, uint16_t type)
{
    return row->kind == PORTHOLE_FRAGMENT_OBJECT && row->type == type &&
           row->id_bytes == find->id_bytes && memcmp(row->bytes, find->id, find->id_bytes) == 0;
}

/* Search this lot on, as long as there are `*rows` left. */
static void search(const struct ph_lot *lot, struct ph_find *find, size_t *rows)
{
    const struct ph_fragments *f = lot->fragments;
    uint16_t type = f ? ph_fragments_find_type(f, find->type) : PH_NO_TYPE;
    const struct ph_fragment *row;

    if (type == PH_NO_TYPE) {
        find->at_row = SIZE_MAX;
        return;
    }
    if (find->at_row < f->span[type].first)
        find->at_row = f->span[type].first;
    for (; find->at_row < f->span[type].end && *rows; --*rows) {
        row = ph_fragments_at(f, find->at_row++);
        if (!fits(find, row, type) || (find->row && row->born_ns < find->row->born_ns))
            continue;
        find->row = row;
        find->lot = lot;
    }
    if (find->at_row >= f->span[type].end)
        find->at_row = SIZE_MAX;
}

bool ph_haul_find(const struct ph_haul *haul, struct ph_find *find)
{
    size_t rows = ROWS_AT_ONCE;

    while (find->at_lot < haul->n) {
        search(&haul->lots[find->at_lot], find, &rows);
        if (find->at_row != SIZE_MAX)
            return false; /* there is more of this lot */
        find->at_row = 0;
        find->at_lot++;
    }
    return true;
}
