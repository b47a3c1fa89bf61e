/* SPDX-License-Identifier: MIT */
/* Owns the copying of what is asked about objects. */
#include "objects_ask.h"

#include <stdlib.h>
#include <string.h>

/* A copy of `text` at `*at`, which moves behind it; NULL for NULL. */
static const char *copy_text(char **at, const char *text, size_t n)
{
    char *copy = *at;

    if (!text)
        return NULL;
    memcpy(copy, text, n);
    copy[n] = '\0';
    *at += n + 1;
    return copy;
}

static size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

char *ph_objects_ask_copy(struct porthole_objects_ask *to,
                          const struct porthole_objects_ask *from)
{
    size_t type = length(from->type), fields = length(from->fields);
    char *texts = malloc(type + from->id_bytes + fields + 3), *at = texts;

    if (!texts)
        return NULL;
    *to = *from;
    to->type = copy_text(&at, from->type, type);
    to->id = copy_text(&at, from->id, from->id_bytes);
    to->fields = copy_text(&at, from->fields, fields);
    return texts;
}
