/* SPDX-License-Identifier: MIT */
/**
 * One receiver of JSON by POST, one document at a time. Says on stderr what goes wrong
 * with it: once, until that changes. Whether and when to try again is for others to know.
 *
 * Threads: one.
 */
#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H

#include <stddef.h>

struct notify_post;

enum notify_post_outcome {
    NOTIFY_POST_IDLE,  /* nothing was under way */
    NOTIFY_POST_BUSY,
    NOTIFY_POST_TAKEN, /* a status of 2xx, whatever came behind it */
    NOTIFY_POST_LATER, /* no answer, or one that promises nothing */
    NOTIFY_POST_NEVER, /* it does not want this one: 3xx, 4xx */
};

/**
 * @param url   without a fault, as notify_url_fault() has it; copied.
 * @param tail  put behind its path unless it ends so already; "": nothing.
 *
 * Threads: one.
 */
struct notify_post *notify_post_new(const char *url, const char *tail, double timeout_ms);

/**
 * Give up what is under way and free. NULL is allowed.
 *
 * Threads: one.
 */
void notify_post_free(struct notify_post *post);

/**
 * Begin with a document.
 *
 * @param json  stays where it is until notify_post_step() says something else than BUSY.
 *
 * Threads: one.
 */
void notify_post_start(struct notify_post *post, const char *json, size_t len);

/**
 * Go on without waiting. How it ended is told once.
 *
 * Threads: one.
 */
enum notify_post_outcome notify_post_step(struct notify_post *post);

/**
 * Wait until something may have happened to what is under way, at most `wait_ms`.
 *
 * Threads: one.
 */
void notify_post_wait(struct notify_post *post, int wait_ms);

#define NOTIFY_POST_PAUSE_MOST_S 300u

/**
 * Seconds to wait before try `tries` + 1 of what failed so often: 1, 2, 4 ... or what the
 * receiver asked for if that is more.
 *
 * Threads: one.
 */
double notify_post_pause_s(const struct notify_post *post, unsigned tries);

#endif /* NOTIFY_POST_H */
