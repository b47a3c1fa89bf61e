/* SPDX-License-Identifier: MIT */
/**
 * One verdict about one number, as the command shows it: read from what an agent answered, or
 * taken from a trial of recorded data.
 *
 * Texts are as they were sent: what shows them cleans them.
 *
 * Threads: any; no state.
 */
#ifndef GROWTH_H
#define GROWTH_H

#include "agent/verdict.h"
#include "buf.h"
#include "doc.h"

#include <stdbool.h>

#define GROWTH_NAME 128
#define GROWTH_SAYS 384
#define GROWTH_MOVES 2

struct growth {
    const char *target;          /* borrowed; NULL: it is of a file */
    const char *service;         /* borrowed; NULL: not known */
    char series[GROWTH_NAME];    /* cut */
    char class_of[16];           /* "" : none */
    char says[GROWTH_SAYS];      /* "": the agent did not say; cut */
    double thread;               /* NaN: of no thread */
    bool bytes;                  /* that is what its values are */
    struct ph_verdict verdict;   /* what is not known is NaN; since_s and level are not set */
    double since_ago_s;          /* NaN: not known */
    char moves[GROWTH_MOVES][GROWTH_NAME]; /* what moves with it, the likeliest first */
    size_t n_moves;
};

/**
 * Read one VERDICT of an agent.
 *
 * @param now_s  Unix time, for `since`.
 *
 * Threads: any.
 */
void growth_read(struct growth *growth, const struct doc *verdict, double now_s);

/**
 * Less than 0 if `a` is worse than `b`: by grade, then by tendency, then by how fast it grows
 * beside its level.
 *
 * Threads: any.
 */
int growth_compare(const struct growth *a, const struct growth *b);

/**
 * Append "8.1M/day", with `interval` also "(7.6M..8.6M)"; "-" if there is no slope.
 *
 * Threads: any.
 */
void growth_slope(struct buf *out, const struct growth *growth, bool interval);

/**
 * Append which gates it failed, in words a reader understands without the list: "no trend".
 *
 * Threads: any.
 */
void growth_gates(struct buf *out, const struct growth *growth);

/**
 * Append a sentence about it: what the agent said, else one of our own.
 *
 * Threads: any.
 */
void growth_sentence(struct buf *out, const struct growth *growth);

#endif /* GROWTH_H */
