/* SPDX-License-Identifier: MIT */
#ifndef PH_KANG_STATS_H
#define PH_KANG_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"
#include "haul.h"
#include "jwalk.h"
#include "scroll.h"
#include "snapshot.h"

#define PH_KANG_KEYS 256u /* so many different ones are told apart; a power of two */

/** What kang's "stats" are made of: the providers' own figures, the first of a name. Zeroed
 *  memory is the beginning. Threads: http thread. */
struct ph_kang_stats {
    size_t at_lot, at_row;
    bool open, walking;
    struct ph_jwalk walk;
    size_t n_keys;
    struct ph_member keys[PH_KANG_KEYS]; /* a hash table of those that have gone out */
};

/** The next member, with what goes before it; false if there is none. */
bool ph_kang_stats_member(struct ph_kang_stats *stats, const struct ph_haul *haul,
                          struct ph_scroll *scroll);

struct ph_kang_process {
    uint64_t started_unix_ns;
    struct ph_board *board;
    const struct ph_snapshot *snapshot; /* NULL: none yet */
};

/** Behind the last one: what we say ourselves. */
void ph_kang_stats_end(const struct ph_kang_stats *stats, const struct ph_haul *haul,
                       const struct ph_kang_process *process, struct ph_sink *sink);

#endif
