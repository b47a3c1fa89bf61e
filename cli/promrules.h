/* SPDX-License-Identifier: MIT */
/**
 * Rules as a rule file of Prometheus. (A stub: H7's goes here.)
 *
 * Threads: one.
 */
#ifndef PROMRULES_H
#define PROMRULES_H

#include "agent/rulefile.h"
#include "buf.h"

/**
 * @return an exitcode; `error` if it is not EXITCODE_FINE.
 *
 * Threads: one.
 */
int promrules_write(struct buf *out, const struct ph_rulefile *rules, char error[256]);

#endif /* PROMRULES_H */
