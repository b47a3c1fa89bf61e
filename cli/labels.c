/* SPDX-License-Identifier: MIT */
/*
 * labels: a sorted array; targets have a handful of them.
 */
#include "labels.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

bool labels_is_name(const char *name, size_t len)
{
    if (len == 0 || len >= LABELS_NAME_BYTES || (name[0] >= '0' && name[0] <= '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = name[i];

        if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z'))
            return false;
    }
    return true;
}

/* Where `name` is, or would be. */
static size_t place_of(const struct labels *labels, const char *name, bool *found)
{
    size_t i = 0;

    while (i < labels->count && strcmp(labels->items[i].name, name) < 0)
        i++;
    *found = i < labels->count && strcmp(labels->items[i].name, name) == 0;
    return i;
}

bool labels_set(struct labels *labels, const char *name, const char *value)
{
    size_t len = strlen(value);
    bool found;
    size_t at = place_of(labels, name, &found);

    if (!labels_is_name(name, strlen(name)) || len >= LABELS_VALUE_BYTES)
        return false;
    if (found) {
        free(labels->items[at].value);
    } else {
        if (labels->count == LABELS_MOST)
            return false;
        labels->items = mem_resize(labels->items, labels->count + 1, sizeof *labels->items);
        memmove(labels->items + at + 1, labels->items + at,
                (labels->count - at) * sizeof *labels->items);
        labels->items[at].name = mem_text(name, strlen(name));
        labels->count++;
    }
    labels->items[at].value = mem_text(value, len);
    return true;
}

const char *labels_get(const struct labels *labels, const char *name)
{
    bool found;
    size_t at = place_of(labels, name, &found);

    return found ? labels->items[at].value : NULL;
}

void labels_inherit(struct labels *labels, const struct labels *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (labels_get(labels, from->items[i].name) == NULL)
            labels_set(labels, from->items[i].name, from->items[i].value);
    }
}

void labels_fini(struct labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        free(labels->items[i].name);
        free(labels->items[i].value);
    }
    free(labels->items);
    *labels = (struct labels){ 0 };
}
