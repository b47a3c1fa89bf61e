/* SPDX-License-Identifier: MIT */
/**
 * One HTTP request and its answer: what libcurl is told, and what its results mean. Who asks
 * whom and when is the business of poll.h.
 *
 * A request takes about 20 KB of libcurl's, so there are only as many as run at once: a job
 * (one target) borrows one while it is asked.
 *
 * Threads: one.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "buf.h"
#include "cause.h"

#include <stdbool.h>
#include <stddef.h>

#define POLL_COST_BYTES 96

struct request;
struct request_kit; /* what all requests share, and those that are idle */

/* One target, asked again every round. Zero it, fill in the first part. */
struct poll_job {
    const char *origin;  /* "http://host:port"; "": nothing to ask, CAUSE_NO_PROCESS */
    const char *path;    /* "/state" */
    const char *socket;  /* unix socket to go through; NULL: TCP */
    double timeout_ms;   /* 0: the poller's */
    const char *post;    /* JSON to POST, borrowed until the job is done; NULL: GET */
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

    struct request *running; /* the poller's, as all that follows */
    size_t header_bytes;
    unsigned shard;      /* which keeps its connection, counted from 1; 0: none yet */
    unsigned round;      /* in which it was asked */
    void *url;           /* libcurl's, of `url_of` */
    char *url_of;        /* the origin it was made of */
};

struct request {
    void *easy;          /* libcurl's */
    struct poll_job *job;
    struct request *next;
};

struct request_config {
    double timeout_ms;
    size_t body_limit;
    bool compressed;
    const char *token;   /* NULL: none. Copied */
};

/**
 * Threads: one.
 */
struct request_kit *request_kit_new(const struct request_config *config);

/**
 * All requests must have been freed.
 *
 * Threads: one.
 */
void request_kit_free(struct request_kit *kit);

/**
 * Forget the answer of the last round; the body keeps its memory.
 *
 * Threads: one.
 */
void request_reset(const struct request_kit *kit, struct poll_job *job);

/**
 * Free what requests have kept with a job.
 *
 * Threads: one.
 */
void request_forget(struct poll_job *job);

/**
 * A request for a job, ready to run, to be given to request_free(). The job stays where it is
 * until then.
 *
 * @return NULL: there is no memory.
 *
 * Threads: one.
 */
struct request *request_new(struct request_kit *kit, struct poll_job *job);

/**
 * It has ended: tell its job how.
 *
 * @param code  libcurl's result.
 *
 * Threads: one.
 */
void request_finish(struct request *request, int code);

/**
 * Threads: one.
 */
void request_free(struct request_kit *kit, struct request *request);

#endif /* REQUEST_H */
