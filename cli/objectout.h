/* SPDX-License-Identifier: MIT */
/**
 * Objects on stdout: a table of types, a table of objects, one object whole, or JSON.
 *
 * Threads: one.
 */
#ifndef OBJECTOUT_H
#define OBJECTOUT_H

#include "objectask.h"

/**
 * Print the types.
 *
 * @return false if standard output failed.
 *
 * Threads: one.
 */
bool objectout_types(const struct objectask *ask);

/**
 * Print objects of one type, a line each; fields that do not fit are named below.
 *
 * @param fields  which to show; count 0: all, in the order in which they come.
 *
 * @return false if standard output failed.
 *
 * Threads: one.
 */
bool objectout_table(const struct objectask *ask, const struct names *fields);

/**
 * Print objects whole, each with a line that says where and how it was read.
 *
 * @return false if standard output failed.
 *
 * Threads: one.
 */
bool objectout_whole(const struct objectask *ask);

/**
 * Print all as one line of JSON.
 *
 * @return false if standard output failed.
 *
 * Threads: one.
 */
bool objectout_json(const struct objectask *ask);

#endif /* OBJECTOUT_H */
