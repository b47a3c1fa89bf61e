/* SPDX-License-Identifier: MIT */
/**
 * A saved document as a list of named numbers: a heap histogram (constructors and their
 * counts) or a /state (the path of every number in it).
 *
 * Threads: any; no state.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum figures_kind { FIGURES_HISTOGRAM, FIGURES_STATE };

struct figure {
    char *name;
    double value;
    size_t place;        /* in the document */
};

struct figures {
    enum figures_kind kind;
    struct figure *items; /* by name, each once */
    size_t count;
    char *service;        /* as sent; "": unknown */
    double pid;           /* NaN: unknown */
    double at_s;          /* Unix seconds; NaN: unknown */
    double objects;       /* of a histogram; NaN: unknown */
    bool truncated;       /* a name that is missing may have been cut off */
};

/**
 * Read a document: what `histogram --json` and `state --json` print, what /state and
 * /heap/histogram answer.
 *
 * @return true and `*out`, to be given to figures_fini(); false with a message such as
 *         "it is not JSON" in `error`, and nothing to free.
 *
 * Threads: any.
 */
bool figures_read(const char *text, size_t len, struct figures *out, char error[128]);

/**
 * Free the list. Zeroed memory: does nothing.
 *
 * Threads: any.
 */
void figures_fini(struct figures *figures);

#endif /* FIGURES_H */
