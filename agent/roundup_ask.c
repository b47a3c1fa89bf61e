/* SPDX-License-Identifier: MIT */
/* Owns what somebody asks of a roundup, and whether another asks the same. */
#include "roundup_ask.h"

#include <stdlib.h>
#include <string.h>

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

bool ph_roundup_ask_copy(struct ph_roundup_ask *to, const struct ph_roundup_ask *from)
{
    const struct porthole_objects_ask *o = &from->objects;
    size_t type = o->type ? strlen(o->type) : 0, fields = o->fields ? strlen(o->fields) : 0;
    char *at = malloc(type + o->id_bytes + fields + 3);

    *to = *from;
    to->texts = at;
    if (!at)
        return false;
    to->objects.type = copy_text(&at, o->type, type);
    to->objects.id = copy_text(&at, o->id, o->id_bytes);
    to->objects.fields = copy_text(&at, o->fields, fields);
    return true;
}

void ph_roundup_ask_fini(struct ph_roundup_ask *ask)
{
    free(ask->texts);
    ask->texts = NULL;
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_id(const struct porthole_objects_ask *a,
                       const struct porthole_objects_ask *b)
{
    if (!a->id || !b->id)
        return a->id == b->id;
    return a->id_bytes == b->id_bytes && memcmp(a->id, b->id, a->id_bytes) == 0;
}

bool ph_roundup_ask_equals(const struct ph_roundup_ask *a, const struct ph_roundup_ask *b)
{
    const struct porthole_objects_ask *x = &a->objects, *y = &b->objects;

    return x->want == y->want && is_same_text(x->type, y->type) && is_same_id(x, y) &&
           is_same_text(x->fields, y->fields) && x->depth == y->depth && x->limit == y->limit &&
           a->from.thread == b->from.thread && a->from.kind == b->from.kind &&
           a->from.place == b->from.place && a->wait_ns == b->wait_ns &&
           a->max_age_ns == b->max_age_ns;
}

bool ph_roundup_ask_is_whole(const struct ph_roundup_ask *ask)
{
    const struct porthole_objects_ask *o = &ask->objects;

    return !o->id && !o->fields && !o->depth && !o->limit && !ask->from.place;
}
