/* SPDX-License-Identifier: MIT */
/**
 * HTTP to many targets at once: the transport, ignorant of what a body means.
 *
 * Each request has one absolute deadline that covers name look-up, connection, headers
 * and body. Bodies are kept up to a ceiling or handed on as they come. Connections are kept
 * between rounds. No redirects, no proxies, no netrc.
 *
 * Threads: one.
 */
#ifndef POLL_H
#define POLL_H

#include "buf.h"
#include "cause.h"

#include <stdbool.h>
#include <stddef.h>

struct poll;

#define POLL_COST_BYTES 96

/* One request, asked again every round. Zero it, fill in the first part. */
struct poll_job {
    const char *origin;  /* "http://host:port"; "": nothing to ask, CAUSE_NO_PROCESS */
    const char *path;    /* "/state" */
    const char *socket;  /* unix socket to go through; NULL: TCP */
    double timeout_ms;   /* 0: the poller's */
    const char *post;    /* JSON to POST, borrowed until the job is done; NULL: GET. One or the
                            other as long as the poller keeps something for the job */
    size_t post_len;

    /* NULL: the answer is collected in `body`. Else the bytes of a 2xx answer go here as
     * they come, without a ceiling; false ends the request with CAUSE_INTERNAL. */
    bool (*take)(void *to, const char *bytes, size_t len);
    void *to;

    /* The answer, complete once `done`. */
    bool done;
    enum cause cause;
    int status;          /* HTTP status, 0 if there was no answer */
    bool is_porthole;    /* the answer came from a porthole agent */
    bool is_json;        /* it claims to be JSON */
    double ms;           /* from the start of the request to its end */
    struct buf body;     /* also of error answers */
    double received;     /* bytes of a body so far, grows while the request runs */
    unsigned retry_after_s; /* 0: it did not say */
    char cost[POLL_COST_BYTES]; /* of PORTHOLE_COST_HEADER, cut; "": it did not say */

    void *connection;    /* the poller's */
    size_t header_bytes; /* the poller's */
};

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
 * Begin a round: all jobs are reset and will be asked, at most 250 at a time. The array
 * and the jobs stay where they are until the round has ended.
 *
 * Threads: one.
 */
void poll_begin(struct poll *poll, struct poll_job *const *jobs, size_t count);

/**
 * Go on with the round; return when something may have happened, at the latest after
 * `wait_ms`. Without a round this is a plain wait.
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
