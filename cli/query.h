/* SPDX-License-Identifier: MIT */
/**
 * What kang calls a query: TYPE or TYPE:ID, cut at the first colon.
 *
 * Threads: any; no state.
 */
#ifndef QUERY_H
#define QUERY_H

#include "names.h"
#include "opts.h"

#include <stdbool.h>

struct query {
    struct slice type; /* borrowed from the word */
    struct slice id;
    bool has_id;       /* the id may be empty */
};

/**
 * Threads: any.
 */
struct query query_parse(const char *word);

/**
 * The names in lists with commas, each once, in their order; empty pieces are skipped.
 *
 * @return a set to be given to names_fini(), borrowed from the words.
 *
 * Threads: any.
 */
struct names query_fields(const struct opts_words *words);

/**
 * Append a text as one part of the path of a URL.
 *
 * Threads: any.
 */
void query_escape(struct buf *out, struct slice text);

#endif /* QUERY_H */
