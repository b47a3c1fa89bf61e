/* SPDX-License-Identifier: MIT */
/**
 * HTTP to many targets at once: the transport, ignorant of what a body means.
 *
 * Each request has one absolute deadline that covers name look-up, connection, headers
 * and body; it begins when the target's turn comes. Bodies are kept up to a ceiling or handed
 * on as they come. Connections are kept between rounds. No redirects, no proxies, no netrc.
 *
 * Threads: one.
 */
#ifndef POLL_H
#define POLL_H

#include "request.h"

#include <stdbool.h>
#include <stddef.h>

struct poll;

struct poll_config {
    double timeout_ms;
    size_t body_limit;   /* bytes, after decompression; 0: 8 MiB */
    bool compressed;     /* take gzip, asked for or not */
    const char *token;   /* NULL: none. Copied */
};

/**
 * @return a poller to be given to poll_free().
 *
 * Threads: one.
 */
struct poll *poll_new(const struct poll_config *config);

/**
 * Free the poller. Every job must have been dropped. NULL is allowed.
 *
 * Threads: one.
 */
void poll_free(struct poll *poll);

/**
 * From the next round on, call `ended` for each job as soon as its answer is complete: who
 * reads answers there, and frees their bodies, never holds those of all targets at once. It
 * must not drop jobs. NULL: nobody is called.
 *
 * Threads: one; the one that calls poll_step().
 */
void poll_watch(struct poll *poll, void (*ended)(void *user, struct poll_job *job), void *user);

/**
 * Spread the starts of the next rounds evenly over `ms`; 0: as fast as it goes.
 *
 * Threads: one.
 */
void poll_spread(struct poll *poll, double ms);

/**
 * Begin a round: all jobs are reset and will be asked, several hundreds at a time, and more
 * while those do not answer. The array stays where it is until all have been asked, the jobs
 * until they are done.
 *
 * Jobs of the round before may still run, if all of it have been asked: they go on beside this
 * one, are called ended when they are, and must not be among `jobs`.
 *
 * Threads: one.
 */
void poll_begin(struct poll *poll, struct poll_job *const *jobs, size_t count);

/**
 * @return when the last job of this round was asked, by clock_now_s(); NaN: some have not been
 *         yet.
 *
 * Threads: one.
 */
double poll_asked_s(const struct poll *poll);

/**
 * Whether any job runs.
 *
 * Threads: one.
 */
bool poll_is_busy(const struct poll *poll);

/**
 * Go on with the round, and with what still runs of those before; return when something may
 * have happened, at the latest after `wait_ms`. Without a round this is a plain wait.
 *
 * @param fd  returns as well when it can be read; -1: none.
 *
 * @return jobs of this round that are not done.
 *
 * Threads: one. Signals end the wait early.
 */
size_t poll_step(struct poll *poll, int wait_ms, int fd);

/**
 * A whole round.
 *
 * Threads: one.
 */
void poll_round(struct poll *poll, struct poll_job *const *jobs, size_t count);

/**
 * Give up what the poller keeps for a job, and its body. Also ends it if it is running.
 *
 * Threads: one.
 */
void poll_drop(struct poll *poll, struct poll_job *job);

#endif /* POLL_H */
