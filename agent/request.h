/* SPDX-License-Identifier: MIT */
#ifndef PH_REQUEST_H
#define PH_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "sink.h"

/** One request as a route sees it; valid during the call. Threads: http thread. */
struct ph_request {
    const char *path;           /* decoded */
    const char *accept;         /* the Accept header, or "" */
    /* The value of a query parameter, "" for one without a value, NULL for none. */
    const char *(*query)(const struct ph_request *request, const char *name);
    void *connection;           /* for query() */
};

#define PH_NO_AGE UINT64_MAX

/** One answer. */
struct ph_reply {
    unsigned    status;
    const char *content_type;   /* static */
    struct ph_blob *body;       /* one reference, which the reader of the reply takes over;
                                   NULL: memory was out */
    bool        shared;         /* the same bytes go to many: worth keeping prepared */
    uint64_t    age_s;          /* for the Age header; PH_NO_AGE: none */
    const char *allow;          /* for 405; NULL: none */
};

#define PH_REPLY_MAX_BYTES (4u << 20)

/**
 * Take the text in `sink` as the answer.
 *
 * Threads: http thread, as below.
 */
void ph_reply_take(struct ph_reply *reply, unsigned status, const char *content_type,
                   struct ph_sink *sink);

/** Answer with {"error":{"code":…,"message":…}}; `subject`, if not NULL, is quoted behind
 *  the message. */
void ph_reply_error(struct ph_reply *reply, unsigned status, const char *code,
                    const char *message, const char *subject);

#endif
