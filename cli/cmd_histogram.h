/* SPDX-License-Identifier: MIT */
/**
 * porthole histogram: live objects by constructor.
 *
 * Threads: one.
 */
#ifndef CMD_HISTOGRAM_H
#define CMD_HISTOGRAM_H

#include "opts.h"

/**
 * Ask for the histogram; print a table, or the document with --json or -o.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int cmd_histogram(const struct opts *opts, char **arguments, int count);

#endif /* CMD_HISTOGRAM_H */
