/* SPDX-License-Identifier: MIT */
/* Owns what somebody asks of a roundup, and whether another asks the same. */
#include "roundup_ask.h"

#include <stdlib.h>
#include <string.h>

#include "objects_ask.h"

bool ph_roundup_ask_copy(struct ph_roundup_ask *to, const struct ph_roundup_ask *from)
{
    *to = *from;
    to->texts = ph_objects_ask_copy(&to->objects, &from->objects);
    return to->texts;
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
