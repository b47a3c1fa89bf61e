/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_RECORDING_H
#define CORPUS_RECORDING_H

#include <stdbool.h>
#include <stdio.h>

/**
 * What record.js saw of an application of test/apps/growth: a CSV of seconds, value, load,
 * where an empty field is no value.
 *
 * Threads: the owner's.
 */

/** NULL: not there. */
FILE *recording_open(const char *name);

/** False: it has ended, and is closed. */
bool recording_next(FILE *recording, double *t_s, double *value, double *load);

#endif
