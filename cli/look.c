/* SPDX-License-Identifier: MIT */
/*
 * look: a set of names with a number each, to JSON and back.
 */
#include "look.h"

#include "doc.h"
#include "jsontext.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1

void look_fini(struct look *look)
{
    names_fini(&look->keys);
    pool_fini(&look->texts);
    free(look->values);
    *look = (struct look){ .at_s = NAN };
}

static size_t room_for(struct look *look, size_t count)
{
    if (count > look->room) {
        look->room = count < 64 ? 64 : 2 * count;
        look->values = mem_resize(look->values, look->room, sizeof *look->values);
    }
    return count;
}

void look_put(struct look *look, const char *key, double value)
{
    uint32_t at = names_find(&look->keys, slice_of(key));

    if (at == NAMES_NONE) {
        if (look->keys.count >= LOOK_FIGURES)
            return;
        at = names_add(&look->keys, pool_copy(&look->texts, slice_of(key)));
        room_for(look, look->keys.count);
    }
    look->values[at] = value;
}

bool look_find(const struct look *look, const char *key, double *value)
{
    uint32_t at = names_find(&look->keys, slice_of(key));

    if (at == NAMES_NONE)
        return false;
    *value = look->values[at];
    return true;
}

/* ---- JSON ---------------------------------------------------------------------------- */

void look_write(struct buf *out, const struct look *look, const struct look_owner *owner)
{
    buf_printf(out, "{\"schema\":%d,\"host\":", SCHEMA);
    jsontext_string(out, owner->host);
    buf_puts(out, ",\"pid\":");
    jsontext_number(out, owner->pid);
    buf_puts(out, ",\"started\":");
    jsontext_string(out, owner->started);
    buf_puts(out, ",\"at\":");
    jsontext_number(out, look->at_s);
    buf_puts(out, ",\"figures\":{");
    for (uint32_t i = 0; i < look->keys.count; i++) {
        buf_puts(out, i > 0 ? "," : "");
        jsontext_string(out, look->keys.items[i].text);
        buf_puts(out, ":");
        jsontext_number(out, look->values[i]);
    }
    buf_puts(out, "}}\n");
}

static bool read_figure(const char *key, const struct doc *value, void *user)
{
    look_put(user, key, doc_value(value));
    return true;
}

static bool is_owner(const struct doc *document, const struct look_owner *owner)
{
    return strcmp(doc_text(document, "host", NULL), owner->host) == 0 &&
           strcmp(doc_text(document, "started", NULL), owner->started) == 0 &&
           doc_value(doc_at(document, "pid")) == owner->pid;
}

bool look_read(const char *text, size_t len, const struct look_owner *owner, struct look *look)
{
    struct doc *document = NULL;
    bool good = doc_read(text, len, &document) == CAUSE_NONE;

    *look = (struct look){ .at_s = NAN };
    good = good && doc_value(doc_at(document, "schema")) == SCHEMA &&
           is_owner(document, owner) && doc_is_object(document, "figures");
    if (good) {
        look->at_s = doc_value(doc_at(document, "at"));
        doc_members(doc_at(document, "figures"), read_figure, look);
    }
    doc_free(document);
    return good;
}
