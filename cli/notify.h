/* SPDX-License-Identifier: MIT */
/**
 * Tells alerts: programs, webhooks, Alertmanager, lines of JSON on stdout. It never
 * waits: what takes time goes on in notify_step(). What cannot be delivered is tried again, is
 * counted and is said on stderr once; at most NOTIFY_QUEUE deliveries wait, the oldest are
 * dropped, which is said. What an alert is, is not its business.
 *
 * A program gets the alert as a line of JSON on stdin and as PORTHOLE_ALERT_NAME, _STATE,
 * _SEVERITY, _TARGET, _SERVICE, _VALUE and _SAYS; its words are taken as they are written. It
 * has a session of its own, its stdout goes nowhere, and it is run once, whatever it returns.
 * A webhook gets the JSON by POST, one after the other; 2xx means that it is taken, 3xx
 * and 4xx that it never will be; the rest is tried NOTIFY_TRIES times, 1, 2, 4 s and so on
 * later.
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

#define NOTIFY_QUEUE 1024           /* but for what an Alertmanager is told: NOTIFY_AM_MOST */
#define NOTIFY_QUEUE_BYTES ((size_t)16 << 20)
#define NOTIFY_TRIES 10
#define NOTIFY_CHILDREN 8           /* programs at once */

struct notify_config {
    double timeout_ms;      /* of one delivery, and of a program; 0: 10 s */
    double resend_s;        /* to an Alertmanager; 0: 60 */
    const char *extra_url;  /* an Alertmanager for every alert; NULL: none */
    bool lines;             /* a line of JSON on stdout for every alert */
};

/**
 * Can all that a file's rules ask for be done, as far as one can tell from the text?
 *
 * @return false, with the place of the first URL at fault.
 *
 * Threads: any.
 */
bool notify_check(const struct ph_rulefile *file, struct ph_rulefile_error *err);

/**
 * @param config  copied; its extra_url is one that notify_url_fault() has nothing against.
 *
 * Threads: one.
 */
struct notify *notify_new(const struct notify_config *config);

/**
 * Try once more what waits, give up after `wait_ms`, say how many alerts are lost, and free
 * everything. Programs still at work are killed. NULL is allowed.
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
