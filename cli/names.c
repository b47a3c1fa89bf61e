/* SPDX-License-Identifier: MIT */
/*
 * names: an open-addressing table of numbers beside a list. The seed differs from run to run:
 * the texts come from strangers, who would else choose a million that collide.
 */
#include "names.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
}

int slice_compare(struct slice a, struct slice b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    int order = least > 0 ? memcmp(a.text, b.text, least) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct slice slice_of(const char *text)
{
    return (struct slice){ text, strlen(text) };
}

static uint64_t seed(void)
{
    static uint64_t value;

    while (value == 0) {
        if (getrandom(&value, sizeof value, GRND_NONBLOCK) != (ssize_t)sizeof value)
            value = (uint64_t)(uintptr_t)&value | 1;
    }
    return value;
}

__extension__ typedef unsigned __int128 wide;

/* Eight bytes at a time, each mixed by a multiplication whose halves are folded. */
static uint64_t mix(uint64_t state, uint64_t word)
{
    wide product = (wide)(state ^ word) * UINT64_C(0x9E3779B97F4A7C15);

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(struct slice name)
{
    uint64_t state = mix(seed(), name.len), word;

    for (; name.len >= sizeof word; name.text += sizeof word, name.len -= sizeof word) {
        memcpy(&word, name.text, sizeof word);
        state = mix(state, word);
    }
    word = 0;
    if (name.len > 0)
        memcpy(&word, name.text, name.len);
    return mix(state, word ^ seed());
}

/* The slot where `name` is, or the free one where it would be. */
static uint32_t slot_of(const struct names *names, struct slice name)
{
    uint32_t mask = names->slot_count - 1, slot = (uint32_t)hash_of(name) & mask;

    while (names->slots[slot] != 0 && !slice_equal(names->items[names->slots[slot] - 1], name))
        slot = (slot + 1) & mask;
    return slot;
}

static void grow(struct names *names)
{
    names->room = names->room > 0 ? names->room * 2 : 8;
    names->items = mem_resize(names->items, names->room, sizeof *names->items);
    names->slot_count = names->room * 2;
    free(names->slots);
    names->slots = mem_new(names->slot_count, sizeof *names->slots);
    for (uint32_t i = 0; i < names->count; i++)
        names->slots[slot_of(names, names->items[i])] = i + 1;
}

uint32_t names_find(const struct names *names, struct slice name)
{
    uint32_t number = names->count > 0 ? names->slots[slot_of(names, name)] : 0;

    return number > 0 ? number - 1 : NAMES_NONE;
}

uint32_t names_add(struct names *names, struct slice name)
{
    uint32_t slot;

    if (names->count == names->room) {
        uint32_t known = names_find(names, name);

        if (known != NAMES_NONE || names->count == NAMES_MOST)
            return known;
        grow(names);
    }
    slot = slot_of(names, name);
    if (names->slots[slot] == 0) {
        names->items[names->count++] = name;
        names->slots[slot] = names->count;
    }
    return names->slots[slot] - 1;
}

void names_fini(struct names *names)
{
    free(names->items);
    free(names->slots);
    *names = (struct names){ 0 };
}
