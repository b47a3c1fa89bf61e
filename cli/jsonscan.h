/* SPDX-License-Identifier: MIT */
/**
 * A look at JSON before it is parsed.
 *
 * A parsed value takes up to 80 times the bytes of its text: 10 MB of "[{},{},...]" were
 * 816 MB as jansson values (measured). So values are counted, and refused, before there
 * are any.
 *
 * Threads: any; no state.
 */
#ifndef JSONSCAN_H
#define JSONSCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSONSCAN_VALUES 200000 /* about 48 MB when parsed, at worst */
#define JSONSCAN_DEPTH 64

/**
 * @return whether `text` stays within JSONSCAN_VALUES and JSONSCAN_DEPTH. It need not be
 *         JSON: the parser that follows says so.
 *
 * Threads: any.
 */
bool jsonscan_is_modest(const char *text, size_t len);

/**
 * The same with ceilings of the caller's.
 *
 * Threads: any.
 */
bool jsonscan_is_within(const char *text, size_t len, size_t most_values, size_t most_depth);

#endif /* JSONSCAN_H */
