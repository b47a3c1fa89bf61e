/* SPDX-License-Identifier: MIT */
#ifndef PH_SAYS_H
#define PH_SAYS_H

#include <stddef.h>

#include "history.h"
#include "verdict.h"
#include "watched.h"

/**
 * One sentence about a verdict, as a human would say it: "established TCP sockets grow by 118
 * an hour for 3 h, most of them to 10.0.0.7:443; they move with HTTP client requests (1.0
 * each)". Plain ASCII: names come from the application, and a terminal may be what shows it.
 */
#define PH_SAYS_BYTES 320u
#define PH_MOVES_WITH 2u

struct ph_moves_with {
    char   series[PH_HISTORY_NAME];
    double correlation;         /* of increments, 0.5 .. 1 */
    double per_event;           /* growth for one event of it, on average */
};

struct ph_saying {
    const char *series;
    int    thread;              /* 0 and PH_NO_THREAD are not mentioned */
    const struct ph_watched_as *as;
    const struct ph_verdict *verdict;
    size_t n_moves_with;
    const struct ph_moves_with *moves_with;
    const char *part;           /* the series that most of it is; NULL: none */
    double heap_each;           /* bytes that each of them holds of the heap; 0: not known */
};

/**
 * @param out  PH_SAYS_BYTES; what does not fit is cut, and ends in "...".
 *
 * Threads: any; no state.
 */
void ph_says(const struct ph_saying *saying, char *out);

#endif
