/* SPDX-License-Identifier: MIT */
/*
 * page: from values of a document to lines and tables. It knows no section by name.
 */
#include "page.h"

#include "stacks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_MOST 40
#define INDENT 2
#define SENTENCE 512

/* What a thread says is taken every tick: older than that it stands still. */
#define OLD_MS 5000

/* ---- Changes ------------------------------------------------------------------------- */

/* Take off a character that was cut: it would not come back from a file as it went in. */
static void end_whole(char *name)
{
    size_t len = strlen(name);

    while (len > 0 && ((unsigned char)name[len - 1] & 0xC0u) == 0x80)
        len--;
    if (len > 0 && (unsigned char)name[len - 1] >= 0xC0)
        len--;
    name[len] = '\0';
}

/* The name of a figure, made unique by the thread. */
static void name_of(char name[PAGE_KEY_BYTES], const struct page *page, const char *key)
{
    if (snprintf(name, PAGE_KEY_BYTES, "%s%s", page->prefix, key) >= PAGE_KEY_BYTES)
        end_whole(name);
}

double page_change(struct page *page, const char *key, double value)
{
    char name[PAGE_KEY_BYTES];
    double old = NAN;

    name_of(name, page, key);
    look_put(page->now, name, value);
    if (page->before != NULL)
        look_find(page->before, name, &old);
    return value - old;
}

double page_row_change(struct page *page, const char *key, double value)
{
    const struct look *before = page->before;
    char name[PAGE_KEY_BYTES];
    double old = NAN;

    name_of(name, page, key);
    if (look_find(page->now, name, &old)) {
        look_put(page->now, name, NAN);
        return NAN;
    }
    look_put(page->now, name, value);
    if (before == NULL)
        return NAN;
    if (!look_find(before, name, &old))
        return before->keys.count < LOOK_FIGURES ? INFINITY : NAN;
    return value - old;
}

bool page_row_is_alone(const struct page *page, const char *key)
{
    char name[PAGE_KEY_BYTES];
    double value = NAN;

    name_of(name, page, key);
    return look_find(page->now, name, &value) && !isnan(value);
}

/* ---- Lines --------------------------------------------------------------------------- */

static void put_clean(struct buf *line, const struct page *page, const char *text, size_t len)
{
    struct buf clean = { 0 };

    text_clean(&clean, text, len < 1024 ? len : 1024, page->charset);
    if (text_width(buf_text(&clean)) > PAGE_TEXT)
        text_fit(line, buf_text(&clean), PAGE_TEXT, TEXT_LEFT, page->charset);
    else
        buf_add(line, buf_text(&clean), clean.len);
    buf_fini(&clean);
}

void page_text(struct buf *line, const struct page *page, const struct doc *value,
               const char *path)
{
    size_t len;
    const char *text = doc_text(value, path, &len);

    if (len > 0)
        put_clean(line, page, text, len);
    else
        buf_puts(line, "-");
}

void page_sentence(struct buf *line, const struct page *page, const struct doc *value,
                   const char *path)
{
    size_t len;
    const char *text = doc_text(value, path, &len);

    text_clean(line, text, len < SENTENCE ? len : SENTENCE, page->charset);
    buf_puts(line, len == 0 ? "-" : len > SENTENCE ? "..." : "");
}

static void put_change(struct buf *line, double change, void (*write)(struct buf *, double))
{
    if (isnan(change) || fabs(change) < 0.5)
        return;
    buf_puts(line, " (");
    write(line, change);
    buf_puts(line, ")");
}

void page_count(struct buf *line, struct page *page, const char *key, double value)
{
    double change = page_change(page, key, value);

    amount_count(line, value);
    put_change(line, change, amount_change);
}

void page_bytes(struct buf *line, struct page *page, const char *key, double value)
{
    double change = page_change(page, key, value);

    amount_bytes(line, value);
    put_change(line, change, amount_change_bytes);
}

/* The next word with the spaces before it. */
static size_t word_of(const char *text)
{
    size_t spaces = strspn(text, " ");

    return spaces + strcspn(text + spaces, " ");
}

void page_line(struct page *page, struct buf *line)
{
    const char *at = buf_text(line);
    size_t used = 0;

    while (*at != '\0') {
        size_t len = word_of(at);
        struct buf word = { 0 };
        size_t width;

        buf_add(&word, at, len);
        at += len;
        width = text_width(buf_text(&word));
        if (used > INDENT && used + width > page->width) {
            size_t spaces = strspn(buf_text(&word), " ");

            buf_puts(page->out, "\n");
            buf_fill(page->out, ' ', INDENT);
            buf_add(page->out, buf_text(&word) + spaces, word.len - spaces);
            used = INDENT + width - spaces;
        } else {
            buf_add(page->out, buf_text(&word), word.len);
            used += width;
        }
        buf_fini(&word);
    }
    buf_puts(page->out, "\n");
    buf_clear(line);
}

void page_warning(struct page *page, struct buf *line)
{
    struct buf marked = { 0 };

    buf_puts(&marked, "! ");
    buf_add(&marked, buf_text(line), line->len);
    buf_puts(page->out, page->colour ? "\033[1;33m" : "");
    page_line(page, &marked);
    if (page->colour) { /* in front of the line feed */
        page->out->len--;
        buf_puts(page->out, "\033[0m\n");
    }
    buf_fini(&marked);
    buf_clear(line);
}

void page_gap(struct page *page)
{
    buf_puts(page->out, "\n");
}

static void put_since(struct buf *line, double since_s)
{
    if (since_s < 99.5) {
        buf_printf(line, ", changes since %.0f s ago", since_s);
    } else {
        buf_puts(line, ", changes since ");
        amount_age(line, since_s);
        buf_puts(line, " ago");
    }
}

void page_heading(struct page *page)
{
    struct buf line = { 0 };

    if (page->target != NULL) {
        put_clean(&line, page, page->target, strlen(page->target));
        buf_puts(&line, ": ");
    }
    page_text(&line, page, page->state, "service.name");
    buf_puts(&line, " (");
    page_text(&line, page, page->state, "service.ident");
    buf_puts(&line, "), up ");
    amount_age(&line, doc_number(page->state, "service.uptime_s", 1e10));
    if (page->before != NULL)
        put_since(&line, page->since_s);
    page_line(page, &line);
    buf_fini(&line);
}

/* ---- Members ------------------------------------------------------------------------- */

struct members {
    struct buf *line;
    struct page *page;
    const char *section;
    size_t shown;
    size_t left_out;
};

static bool put_member(const char *key, const struct doc *value, void *user)
{
    struct members *m = user;
    double count = doc_number(value, "", DOC_COUNT_MOST), change;
    char name[PAGE_KEY_BYTES];

    snprintf(name, sizeof name, "%s/%s", m->section, key);
    change = page_change(m->page, name, count);
    if (!(count > 0) && !(fabs(change) >= 0.5))
        return true;
    if (m->shown == MEMBERS_MOST) {
        m->left_out++;
        return true;
    }
    buf_puts(m->line, m->shown++ > 0 ? ", " : "");
    put_clean(m->line, m->page, key, strlen(key));
    buf_puts(m->line, " ");
    amount_count(m->line, count);
    put_change(m->line, change, amount_change);
    return true;
}

void page_members(struct buf *line, struct page *page, const struct doc *object,
                  const char *section)
{
    struct members m = { line, page, section, 0, 0 };

    if (!doc_is_object(object, "")) {
        buf_puts(line, "-");
        return;
    }
    doc_members(object, put_member, &m);
    buf_puts(line, m.shown == 0 ? "none" : "");
    if (m.left_out > 0)
        buf_printf(line, ", and %zu more", m.left_out);
}

/* ---- Threads ------------------------------------------------------------------------- */

static void put_thread(struct page *page, const struct doc *thread, size_t threads)
{
    double age_ms = doc_number(thread, "age_ms", DOC_MS_MOST);
    bool old = age_ms >= OLD_MS;
    struct trace_look look = { .charset = page->charset };
    struct buf line = { 0 };

    if (threads < 2 && !old && !(doc_number(thread, "loop.blocked_ms", DOC_MS_MOST) > 0))
        return;
    stacks_heading(&line, thread, &look);
    if (old) {
        buf_puts(&line, "; its figures are ");
        amount_age(&line, age_ms / 1000);
        buf_puts(&line, " old");
    }
    page_line(page, &line);
    buf_fini(&line);
}

static bool is_shown(const struct page *page, const struct doc *thread)
{
    return page->thread == NULL ||
           doc_number(thread, "id", DOC_COUNT_MOST) == strtod(page->thread, NULL);
}

void page_threads(struct page *page, void (*each)(struct page *page, const struct doc *thread))
{
    const struct doc *threads = doc_at(page->state, "threads");
    size_t count = doc_count(threads), shown = 0;

    for (size_t i = 0; i < count; i++) {
        const struct doc *thread = doc_item(threads, i);
        size_t begun = page->out->len;

        snprintf(page->prefix, sizeof page->prefix, "%.0f/",
                 doc_number(thread, "id", DOC_COUNT_MOST));
        if (shown++ > 0)
            page_gap(page);
        put_thread(page, thread, count);
        each(page, thread);
        if (is_shown(page, thread)) {
            page->found = true;
            continue;
        }
        shown--;
        page->out->len = begun;
        if (page->out->data != NULL)
            page->out->data[begun] = '\0';
    }
    page->prefix[0] = '\0';
    if (count == 0)
        buf_puts(page->out, "no thread of it is known\n");
}
