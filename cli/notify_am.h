/* SPDX-License-Identifier: MIT */
/**
 * What one Alertmanager (API v2) has to be told, again and again: a table of alerts by their
 * labels, sent in batches. It forgets what it does not hear of, so what fires goes out every
 * `resend_s` with an endsAt four rounds ahead; a resolution goes out until it has been taken
 * NOTIFY_AM_GOODBYES times, or for NOTIFY_AM_RETAIN_S. Labels and startsAt are the same each
 * time: that is how it knows that it has told people already.
 *
 * Threads: one.
 */
#ifndef NOTIFY_AM_H
#define NOTIFY_AM_H

#include "alert.h"

#include <stdbool.h>
#include <stddef.h>

struct notify_am;

#define NOTIFY_AM_MOST 16384u       /* alerts */
#define NOTIFY_AM_BYTES ((size_t)64 << 20)
#define NOTIFY_AM_BATCH 64u
#define NOTIFY_AM_GOODBYES 3u
#define NOTIFY_AM_RETAIN_S 900.0

/**
 * @param url  of the Alertmanager itself, without a fault; copied.
 *
 * Threads: one.
 */
struct notify_am *notify_am_new(const char *url, double resend_s, double timeout_ms);

/**
 * Threads: one. NULL is allowed.
 */
void notify_am_free(struct notify_am *am);

/**
 * An alert began to fire, or is resolved. Copied.
 *
 * @return false: there are too many already.
 *
 * Threads: one.
 */
bool notify_am_tell(struct notify_am *am, const struct alert *alert, double now_unix_s);

/**
 * Go on without waiting.
 *
 * @return whether something is under way.
 *
 * Threads: one.
 */
bool notify_am_step(struct notify_am *am, double now_unix_s);

/**
 * Wait until something may have happened to what is under way, at most `wait_ms`.
 *
 * Threads: one.
 */
void notify_am_wait(struct notify_am *am, int wait_ms);

/**
 * What is to be tried again later is tried now.
 *
 * Threads: one.
 */
void notify_am_hurry(struct notify_am *am);

/**
 * Alerts whose present state it has not taken yet.
 *
 * Threads: one.
 */
size_t notify_am_untold(const struct notify_am *am);

/**
 * Resolutions it never took, given up since the last call.
 *
 * Threads: one.
 */
size_t notify_am_lost(struct notify_am *am);

#endif /* NOTIFY_AM_H */
