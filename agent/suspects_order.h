/* SPDX-License-Identifier: MIT */
#ifndef PH_SUSPECTS_ORDER_H
#define PH_SUSPECTS_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "verdict.h"
#include "watched.h"

/**
 * One suspect per story: a leak of sockets makes descriptors, handles, native memory and the
 * heap grow as well. Whatever is explained by something more specific is an effect of that,
 * and dropped; what it adds (a limit that is near, the bytes each one holds) goes to the
 * cause. Pure.
 */
struct ph_grown {
    const char *series;         /* given, as the next three */
    int    thread;              /* PH_NO_THREAD, or its id */
    const struct ph_watched_as *as;
    const struct ph_verdict *verdict;

    bool   dropped;             /* the effect of another one, or a part of it */
    const char *part;           /* the series that makes up most of this one; NULL: none */
    double heap_each;           /* bytes of the heap that each of them holds; 0: not known */
    enum ph_grade grade;        /* its own, or that of an effect that is more pressing */
    double limit, reaches_limit_s;  /* as in the verdict, or the effect's */
};

/** Does the number rise, as far as is known, if only without a grade? */
bool ph_is_rising(const struct ph_verdict *verdict);

/**
 * Fill in the rest of each. One that rises without a grade explains others as well: it is
 * what they rise with, and its own grade will come or theirs will go.
 *
 * Threads: any.
 */
void ph_suspects_order(struct ph_grown *grown, size_t n);

#endif
