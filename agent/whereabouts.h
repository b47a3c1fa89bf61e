/* SPDX-License-Identifier: MIT */
#ifndef PH_WHEREABOUTS_H
#define PH_WHEREABOUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"

/**
 * Where a host thread is instead of here.
 *
 * Threads: agent threads, as all here.
 */
bool ph_is_blocked(struct porthole_thread *thread, uint64_t now_ns);

/** Is it doing a task of this kind right now? */
bool ph_serves(const struct porthole_thread *thread, enum porthole_task_kind kind);

/** Why has it not done a task of this kind? One line into `buf`. */
void ph_explain_absence(struct porthole_thread *thread, enum porthole_task_kind kind,
                        uint64_t now_ns, char *buf, size_t cap);

#endif
