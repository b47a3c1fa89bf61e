/* SPDX-License-Identifier: MIT */
/**
 * `porthole dashboard`.
 *
 * Threads: one.
 */
#ifndef CMD_DASHBOARD_H
#define CMD_DASHBOARD_H

#include "opts.h"

/**
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_dashboard(const struct opts *opts, char **arguments, int count);

#endif /* CMD_DASHBOARD_H */
