/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_TRIGGER_H
#define PH_CAPTURE_TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"
#include "rules.h"
#include "suspects.h"

/**
 * Does a rule's condition hold? Told from what the board has; no host thread is asked.
 *
 * Threads: tick thread, all functions here.
 */
struct ph_trigger_look {
    const struct ph_suspects_copy *suspects;    /* set before the first look; NULL: none */
    uint64_t now_ns;
    uint64_t due_ns;        /* when to look again; UINT64_MAX: nobody said */
    size_t   n;
    struct porthole_thread *held[PORTHOLE_MAX_THREADS]; /* a reference each */
};

void ph_trigger_look_begin(struct ph_trigger_look *look, struct ph_board *board,
                           uint64_t now_ns);
void ph_trigger_look_end(struct ph_trigger_look *look);

/** Look again in so much time, at the latest. */
void ph_trigger_look_again(struct ph_trigger_look *look, uint64_t in_ns);

/**
 * The first thread on which the condition holds, or NULL. Borrowed, until the look ends.
 *
 * A heap near its limit is an event, no state: it holds from then on until the rule has
 * fired. So is a growth verdict. What comes while it is not armed counts as part of the same
 * trouble.
 *
 * @param armed      would the rule fire?
 * @param seen       the rule's own memory for such events; 0 at first.
 */
const struct porthole_thread *ph_trigger_find(struct ph_trigger_look *look,
                                              const struct ph_rule *rule, bool armed,
                                              uint64_t *seen);

#endif
