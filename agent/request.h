/* SPDX-License-Identifier: MIT */
#ifndef PH_REQUEST_H
#define PH_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "sink.h"

/** One request as a route sees it; valid during the call. Threads: http thread. */
struct ph_request {
    const char *path;   /* decoded */
    const char *accept; /* the Accept header, or "" */
    /* The value of a query parameter, "" for one without a value, NULL for none. */
    const char *(*query)(const struct ph_request *request, const char *name);
    void *connection; /* for query() */
    bool head_only;   /* HEAD: the body is not sent */
};

#define PH_NO_AGE UINT64_MAX

struct ph_pipe;
struct ph_reply;

/** An answer that is not there yet. Whoever makes one embeds this struct first. */
struct ph_later {
    /* Is it there? Fill in `reply` and return true. Called when the bell has rung and when
     * `due_ns` has passed; then it must be there, or `due_ns` have moved. */
    bool (*settle)(struct ph_later *later, uint64_t now_ns, struct ph_reply *reply);
    /* The asker has his answer, or has gone. Called once, the last call. */
    void (*drop)(struct ph_later *later);
    uint64_t due_ns; /* CLOCK_MONOTONIC */
};

/** Bytes that are made as they are sent. Whoever makes one embeds this struct first. */
struct ph_feed {
    /* Up to `cap` bytes into `buf`, by no more than some 64 KiB's worth of work: how many; 0
     * at the end. */
    size_t (*fill)(struct ph_feed *feed, char *buf, size_t cap);
    /* The end is reached, or the asker has gone. Called once, the last call. */
    void (*drop)(struct ph_feed *feed);
};

/** One answer. */
struct ph_reply {
    unsigned status;
    const char *content_type; /* static */
    struct ph_blob *body;     /* one reference, which the reader of the reply takes over;
                                   NULL: memory was out */
    bool shared;              /* the same bytes go to many: worth keeping prepared */
    uint64_t age_s;           /* for the Age header; PH_NO_AGE: none */
    const char *allow;        /* for 405; NULL: none */
    unsigned retry_s;         /* for 429 */
    char cost[64];            /* for the cost header; "": none */
    char disposition[96];     /* for Content-Disposition; "": none */
    struct ph_pipe *pipe;     /* in place of `body`: one reference, bytes as they come */
    struct ph_feed *feed;     /* in place of `body`: the callee's to drop */
    struct ph_later *later;   /* in place of everything: wait */
};

#define PH_REPLY_MAX_BYTES (4u << 20)

/**
 * Take the text in `sink` as the answer.
 *
 * Threads: http thread, as below.
 */
void ph_reply_take(struct ph_reply *reply, unsigned status, const char *content_type,
                   struct ph_sink *sink);

/** Answer with what is in `body`, whose reference is the callee's. */
void ph_reply_take_blob(struct ph_reply *reply, unsigned status, const char *content_type,
                        struct ph_blob *body);

/** Answer with {"error":{"code":…,"message":…}}; `subject`, if not NULL, is quoted behind
 *  the message. */
void ph_reply_error(struct ph_reply *reply, unsigned status, const char *code,
                    const char *message, const char *subject);

#endif
