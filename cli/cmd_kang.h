/* SPDX-License-Identifier: MIT */
/**
 * `porthole [-h TARGETS] [-l] [-o COLS] [-f FORMAT] TYPE[:ID]`: the command of kang 0.0.x, for
 * kang servers and porthole agents.
 *
 * Threads: one.
 */
#ifndef CMD_KANG_H
#define CMD_KANG_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_kang(const struct opts *opts, char **arguments, int count);

#endif /* CMD_KANG_H */
