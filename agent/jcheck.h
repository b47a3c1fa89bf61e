/* SPDX-License-Identifier: MIT */
#ifndef PH_JCHECK_H
#define PH_JCHECK_H

#include <stdbool.h>
#include <stddef.h>

#define PH_JCHECK_DEPTH 512u

/**
 * Is it one JSON value (RFC 8259) that a poller can read back? Refused as well is what is
 * JSON and what common parsers choke on: lone surrogates, a NUL in a key, numbers beyond a
 * double's range, more than PH_JCHECK_DEPTH levels.
 *
 * @param json       behind its `len` bytes a NUL must follow.
 * @param has_nulls  set: is a member of its top level null?
 *
 * Threads: any. No allocation, no recursion.
 */
bool ph_jcheck(const char *json, size_t len, bool *has_nulls);

#endif
