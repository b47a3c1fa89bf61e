/* SPDX-License-Identifier: MIT */
/**
 * Reads a feed as the HTTP server does.
 */
#ifndef TEST_FEED_H
#define TEST_FEED_H

#include <stddef.h>

#include "agent/request.h"

/** Read all of it, `cap` bytes at a time, into `out`, NUL-terminated, and drop it. Fails the
 *  test if it is NULL or does not fit. Threads: the test's. */
void feed_read(struct ph_feed *feed, size_t cap, char *out, size_t out_cap);

#endif /* TEST_FEED_H */
