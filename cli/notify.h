/* SPDX-License-Identifier: MIT */
/**
 * Tells alerts: programs, webhooks, Alertmanager, lines of JSON on stdout. It never
 * waits: what takes time goes on in notify_step(). What cannot be delivered is tried again, is
 * counted and is said on stderr once; at most NOTIFY_QUEUE deliveries wait, the oldest are
 * dropped, which is said.
 *
 * An Alertmanager (API v2) forgets an alert it does not hear of again: what fires is sent again
 * every `resend_s` with an endsAt some rounds ahead; a resolution is sent with its endsAt, and
 * for some time again, in case it was lost. The same labels and startsAt each time, so that it
 * notifies once.
 *
 * Threads: one.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "alert.h"

#include <stdbool.h>
#include <stddef.h>

struct notify;

#define NOTIFY_QUEUE 1024

struct notify_config {
    double timeout_ms;      /* of one delivery */
    double resend_s;        /* to an Alertmanager; 0: 60 */
    const char *extra_url;  /* an Alertmanager for every alert; NULL: none */
    bool lines;             /* a line of JSON on stdout for every alert */
};

/**
 * Threads: one.
 */
struct notify *notify_new(const struct notify_config *config);

/**
 * Wait for what is under way, at most `wait_ms`, then give up and free everything.
 *
 * Threads: one.
 */
void notify_free(struct notify *notify, int wait_ms);

/**
 * An alert began to fire, or is resolved. Copied. What a rule's actions ask for is queued.
 *
 * Threads: one.
 */
void notify_tell(struct notify *notify, const struct alert *alert, double now_unix_s);

/**
 * Go on with deliveries; return when something may have happened, at the latest after
 * `wait_ms`.
 *
 * @return deliveries that are not done.
 *
 * Threads: one.
 */
size_t notify_step(struct notify *notify, int wait_ms, double now_unix_s);

#endif /* NOTIFY_H */
