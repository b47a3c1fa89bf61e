/* SPDX-License-Identifier: MIT */
/*
 * figures: flattens documents of strangers. doc_read() bounds their depth and size, so the
 * walk may recurse.
 */
#include "figures.h"

#include "buf.h"
#include "doc.h"
#include "instant.h"
#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the walk is. */
struct walk {
    struct figures *figures;
    struct buf path;
};

static void add(struct figures *f, const char *name, double value)
{
    if ((f->count & (f->count - 1)) == 0)
        f->items = mem_resize(f->items, f->count > 0 ? f->count * 2 : 1, sizeof *f->items);
    f->items[f->count] = (struct figure){ mem_text(name, strlen(name)), value, f->count };
    f->count++;
}

/* ---- State: every number by its path --------------------------------------------------- */

static bool on_member(const char *key, const struct doc *value, void *user);

/* Elements by what tells them apart, so that one more in front changes no other's name. */
static void add_index(struct buf *path, const struct doc *item, size_t index)
{
    static const char *const keys[] = { "name", "series", "peer", "origin", "emitter" };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = doc_text(item, keys[i], NULL);
        const char *event = doc_text(item, "event", NULL);

        if (text[0] == '\0')
            continue;
        buf_printf(path, event[0] != '\0' ? "[%.80s %.80s]" : "[%.80s]", text, event);
        return;
    }
    buf_printf(path, "[%zu]", index);
}

static void cut(struct buf *path, size_t len)
{
    path->len = len;
    path->data[len] = '\0';
}

static void visit(struct walk *walk, const struct doc *value)
{
    size_t len = walk->path.len;

    if (!isnan(doc_value(value)))
        add(walk->figures, buf_text(&walk->path), doc_value(value));
    doc_members(value, on_member, walk);
    for (size_t i = 0; i < doc_count(value); i++) {
        add_index(&walk->path, doc_item(value, i), i);
        visit(walk, doc_item(value, i));
        cut(&walk->path, len);
    }
}

static bool on_member(const char *key, const struct doc *value, void *user)
{
    struct walk *walk = user;
    size_t len = walk->path.len;

    buf_printf(&walk->path, len > 0 ? ".%.200s" : "%.200s", key);
    visit(walk, value);
    cut(&walk->path, len);
    return true;
}

static void read_state(struct figures *figures, const struct doc *state)
{
    struct walk walk = { .figures = figures };

    figures->kind = FIGURES_STATE;
    visit(&walk, state);
    buf_fini(&walk.path);
}

/* ---- Histogram -------------------------------------------------------------------------- */

static void read_histogram(struct figures *figures, const struct doc *histogram)
{
    const struct doc *rows = doc_at(histogram, "rows");

    figures->kind = FIGURES_HISTOGRAM;
    figures->objects = doc_number(histogram, "objects", DOC_COUNT_MOST);
    figures->truncated = doc_is_true(histogram, "truncated");
    for (size_t i = 0; i < doc_count(rows); i++) {
        const struct doc *row = doc_item(rows, i);
        double count = doc_number(row, "count", DOC_COUNT_MOST);

        if (!isnan(count))
            add(figures, doc_text(row, "constructor", NULL), count);
    }
}

/* ---- Both ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* Constructors of one name, and list elements of one, become one figure. */
static void unite(struct figures *f)
{
    size_t kept = 0;

    if (f->count > 1)
        qsort(f->items, f->count, sizeof *f->items, by_name);
    for (size_t i = 0; i < f->count; i++) {
        if (kept > 0 && strcmp(f->items[kept - 1].name, f->items[i].name) == 0) {
            f->items[kept - 1].value += f->items[i].value;
            free(f->items[i].name);
        } else {
            f->items[kept++] = f->items[i];
        }
    }
    f->count = kept;
}

static bool read_document(struct figures *out, const struct doc *document)
{
    const struct doc *state = doc_at(document, "state"); /* of several targets */
    const char *service;

    if (doc_is_object(state, ""))
        document = state;
    service = doc_text(document, "service.name", NULL);
    *out = (struct figures){ .objects = NAN, .service = mem_text(service, strlen(service)) };
    out->pid = doc_number(document, "service.pid", 4194304);
    out->at_s = instant_read(doc_text(document, "captured.at", NULL));
    if (doc_is_array(document, "rows"))
        read_histogram(out, document);
    else if (doc_number(document, "porthole.schema", DOC_COUNT_MOST) >= 1)
        read_state(out, document);
    else
        return false;
    unite(out);
    return true;
}

bool figures_read(const char *text, size_t len, struct figures *out, char error[128])
{
    struct doc *document = NULL;
    enum cause cause = doc_read(text, len, &document);
    bool good;

    if (cause != CAUSE_NONE) {
        snprintf(error, 128, "%s",
                 cause == CAUSE_TOO_BIG     ? "it is too big"
                 : cause == CAUSE_TRUNCATED ? "it ends too early"
                                            : "it is not JSON");
        return false;
    }
    good = read_document(out, document);
    doc_free(document);
    if (!good) {
        figures_fini(out);
        snprintf(error, 128, "it is neither a heap histogram nor a state");
    }
    return good;
}

void figures_fini(struct figures *figures)
{
    for (size_t i = 0; i < figures->count; i++)
        free(figures->items[i].name);
    free(figures->items);
    free(figures->service);
    *figures = (struct figures){ 0 };
}
