/* SPDX-License-Identifier: MIT */
/**
 * What the pages of counts have in common: lines that wrap, threads, and changes since the
 * last look. Tables are pagetable.h's.
 *
 * The documents come from strangers: every text passes text_clean() and is cut, every list
 * ends, and what is not known is "-".
 *
 * Threads: one.
 */
#ifndef PAGE_H
#define PAGE_H

#include "amount.h"
#include "buf.h"
#include "doc.h"
#include "look.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

#define PAGE_KEY_BYTES 256
#define PAGE_TEXT 64 /* columns of a name in a sentence */

struct page {
    struct buf *out;
    const struct doc *state;
    const char *target;        /* put in front of the heading; NULL: none */
    const char *thread;        /* show this one only; NULL: all */
    size_t width;
    unsigned top;              /* rows of a table */
    enum text_charset charset;
    bool colour;
    struct look *now;          /* the figures of this page, for the next time */
    const struct look *before; /* NULL: this is the first look */
    double since_s;            /* between the two; NaN if there is one only */
    char prefix[32];           /* of the thread, for the names of figures */
    bool found;                /* the thread to be shown is there */
};

/* ---- Changes ------------------------------------------------------------------------- */

/**
 * Remember a figure.
 *
 * @return what it was the last time subtracted from it; NaN if either is not known.
 *
 * Threads: one.
 */
double page_change(struct page *page, const char *key, double value);

/**
 * The same for a row of a list: infinite if that row was not there the last time. Of several
 * rows of one name nobody can say which of them was which: their figure is remembered as not
 * known.
 *
 * Threads: one.
 */
double page_row_change(struct page *page, const char *key, double value);

/**
 * Whether the figure of a row is known, and no other row on this page has its name.
 *
 * Threads: one.
 */
bool page_row_is_alone(const struct page *page, const char *key);

/* ---- Lines --------------------------------------------------------------------------- */

/**
 * Append who it is, since when, and since when the changes are.
 *
 * Threads: one.
 */
void page_heading(struct page *page);

/**
 * Append one text of a document, clean and cut; "-" if there is none.
 *
 * Threads: one.
 */
void page_text(struct buf *line, const struct page *page, const struct doc *value,
               const char *path);

/**
 * The same for a sentence, which is cut much later: page_line() breaks it.
 *
 * Threads: one.
 */
void page_sentence(struct buf *line, const struct page *page, const struct doc *value,
                   const char *path);

/**
 * Append a figure and its change in parentheses, if it is known and not 0: "23 (+2)".
 *
 * Threads: one.
 */
void page_count(struct buf *line, struct page *page, const char *key, double value);
void page_bytes(struct buf *line, struct page *page, const char *key, double value);

/**
 * Append a clean line, broken at spaces where it is too long; emptied afterwards.
 *
 * Threads: one.
 */
void page_line(struct page *page, struct buf *line);

/**
 * The same for what a reader must not miss: marked with '!', bold where there is colour.
 *
 * Threads: one.
 */
void page_warning(struct page *page, struct buf *line);

/**
 * An empty line.
 *
 * Threads: one.
 */
void page_gap(struct page *page);

/**
 * Append the members of an object as "tcp 12 (+2), timer 4", those that are 0 left out;
 * "none" if all are, "-" if it is no object.
 *
 * @param section  of the names of their figures.
 *
 * Threads: one.
 */
void page_members(struct buf *line, struct page *page, const struct doc *object,
                  const char *section);

/* ---- Threads ------------------------------------------------------------------------- */

/**
 * Call `each` for every thread of the state, with a heading of its own if there are several,
 * or if what it says is old. A thread that is not to be shown leaves its figures only.
 *
 * Threads: one.
 */
void page_threads(struct page *page, void (*each)(struct page *page, const struct doc *thread));

#endif /* PAGE_H */
