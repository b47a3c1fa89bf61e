/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_SCORE_H
#define CORPUS_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/verdict.h"
#include "baselines.h"
#include "family.h"
#include "generator.h"

#define GRADES 3u   /* suspect, confirmed, urgent */

/** When somebody said "leak", and how often he was wrong. */
struct alarm {
    double   first_h;       /* after the leak began; infinite: never */
    unsigned wrong;         /* times, in a healthy process or before the leak began */
    bool     at_end;
};

/** What became of one process. */
struct outcome {
    unsigned family, seed;
    unsigned from_level;        /* levels below are not judged: see score_process() */
    double   days;              /* lived, all; and before the leak began, or all */
    double   healthy_days;
    double   rate_per_d;        /* as chosen; 0: no leak */
    double   garbage;
    struct alarm grade[GRADES]; /* of this grade or a higher one */
    struct alarm baseline[BASELINES];
    double   error_first;       /* |slope / truth - 1| when first confirmed; NaN */
    double   error_end;         /* … at the end; NaN */
    enum ph_tendency tendency_end;
    struct ph_verdict
        shown;        /* at the first false alarm of the highest grade, else at the end */
    double   shown_h;           /* when: since the process began */
    double   judged_ns;         /* what rings and judges cost, of seed 0 alone; else 0 */
    uint64_t judgements;
};

/** From level 0 on it is all as in the agent. From level 2 on it is ten times as fast, enough
 *  for `confirmed`, and says nothing of baselines. Threads: one (it keeps a long array). */
void score_process(struct outcome *outcome, const struct set *set);

#endif
