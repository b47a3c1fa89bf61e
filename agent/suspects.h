/* SPDX-License-Identifier: MIT */
#ifndef PH_SUSPECTS_H
#define PH_SUSPECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classes.h"
#include "history.h"
#include "judges.h"
#include "limits.h"
#include "says.h"
#include "verdict.h"

/**
 * Which series are judged, as what, and what the judges say: the growth verdicts of this
 * process, worst first, each with its class, what moves with it, and a sentence. What is
 * merely the effect of another suspect is not one: see suspects_order.h.
 */
#define PH_SUSPECTS 32u         /* shown at most; worse ones first */

struct ph_suspect {
    char   series[PH_HISTORY_NAME];
    int    thread;
    enum ph_class class_of;
    struct ph_verdict verdict;
    size_t n_moves_with;
    struct ph_moves_with moves_with[PH_MOVES_WITH];
    uint64_t reached[PH_GRADES];    /* which event it was, of all in this process, when it
                                       last reached the grade or a higher one; 0: it has not.
                                       For who wants to notice new ones */
    char   says[PH_SAYS_BYTES];
};

struct ph_suspects;

/** NULL if memory is out. Threads: the thread that starts the agent. */
struct ph_suspects *ph_suspects_new(void);
void ph_suspects_free(struct ph_suspects *suspects);

/** The memory that it holds, all of it from the start. Threads: any. */
size_t ph_suspects_bytes(void);

/**
 * Judge what has news, after ph_history_take() returned `ended`; to be called after each one,
 * also if nothing has ended: no call judges more than 64 stretches, the next goes on. No
 * allocation.
 *
 * @param limits   what the snapshot says of them; NULL: not known.
 * @param unix_ns  the time of day, to show times of the history in.
 *
 * @return true if a series has got a grade, a higher or a lower one.
 *
 * Threads: tick thread.
 */
bool ph_suspects_judge(struct ph_suspects *suspects, struct ph_history *history,
                       const struct ph_limits *limits, unsigned ended, uint64_t unix_ns);

/** A number that grows when a series gets a grade, or another one, or loses it. Threads:
 *  any. */
uint64_t ph_suspects_serial(const struct ph_suspects *suspects);

/** What other threads see: a copy of everything at one moment. */
struct ph_suspects_copy {
    size_t n, total;            /* shown, and there are */
    size_t judged, left_out;    /* series that are, and that found no judge free */
    double now_s;               /* on the rings' clock */
    double watched_s;           /* how long this life has been watched */
    uint64_t unix_ns;           /* what time of day `now_s` was */
    struct ph_suspect suspect[PH_SUSPECTS];
};

/** The same without a copy, as of the last ph_suspects_judge(); NULL for NULL. The address
 *  stays. Threads: tick thread. */
const struct ph_suspects_copy *ph_suspects_shown(const struct ph_suspects *suspects);

/** Threads: any, not under a lock: takes a leaf lock for a copy of some 30 KiB. */
void ph_suspects_copy(struct ph_suspects *suspects, struct ph_suspects_copy *out);

/**
 * All that is judged, worst first, with what is known of each; without what it moves with.
 *
 * @param out  PH_JUDGES of them.
 *
 * @return how many there are.
 *
 * Threads: any, as ph_suspects_copy().
 */
size_t ph_suspects_copy_all(struct ph_suspects *suspects, struct ph_suspect *out);

#endif
