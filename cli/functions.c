/* SPDX-License-Identifier: MIT */
/*
 * functions: a hash table with open addresses, at most half full.
 */
#include "functions.h"

#include "mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint32_t mix(uint32_t hash, const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return (hash ^ 0xFF) * 16777619u; /* where one text ends and the next begins */
}

static uint32_t hash_of(const struct functions_item *item)
{
    uint32_t hash = mix(mix(2166136261u, item->name), item->url);

    hash = (hash ^ item->line) * 16777619u;
    hash = (hash ^ item->column) * 16777619u;
    return hash ^ hash >> 15;
}

static bool is_same(const struct functions_item *a, const struct functions_item *b)
{
    return a->line == b->line && a->column == b->column && strcmp(a->name, b->name) == 0 &&
           strcmp(a->url, b->url) == 0;
}

/* Where the function is, or the free slot where it belongs. */
static uint32_t *find(const struct functions *set, const struct functions_item *item)
{
    size_t i = hash_of(item) & (set->slot_count - 1);

    while (set->slots[i] != 0 && !is_same(&set->items[set->slots[i] - 1], item))
        i = (i + 1) & (set->slot_count - 1);
    return &set->slots[i];
}

static void grow(struct functions *set)
{
    set->slot_count = set->slot_count > 0 ? set->slot_count * 2 : 64;
    free(set->slots);
    set->slots = mem_new(set->slot_count, sizeof *set->slots);
    set->items = mem_resize(set->items, set->slot_count / 2, sizeof *set->items);
    for (size_t i = 0; i < set->count; i++)
        *find(set, &set->items[i]) = (uint32_t)(i + 1);
}

uint32_t functions_index(struct functions *set, const struct functions_item *item)
{
    uint32_t *slot;

    if (set->count >= set->slot_count / 2)
        grow(set);
    slot = find(set, item);
    if (*slot == 0) {
        set->items[set->count] = *item;
        *slot = (uint32_t)++set->count;
    }
    return *slot - 1;
}

void functions_fini(struct functions *set)
{
    free(set->items);
    free(set->slots);
    *set = (struct functions){ 0 };
}
