/* SPDX-License-Identifier: MIT */
#ifndef PH_HTTP_REPLY_H
#define PH_HTTP_REPLY_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

#include "request.h"

/**
 * Replies as libmicrohttpd's responses.
 *
 * Threads: http thread, as all here.
 */
#define PH_PREPARED 4 /* one per format, and one to spare */

struct ph_prepared {
    struct ph_blob *blob; /* our reference */
    uint64_t age_s;
    struct MHD_Response *response;
};

struct ph_prepared_cache {
    struct ph_prepared item[PH_PREPARED];
    size_t next;
};

/** What a stream does to the connection it is sent on. */
struct ph_stream_ops {
    /* So many bytes were taken; 0: some, at the pace of who writes them. */
    void (*moved)(void *ctx, size_t n);
    void (*dry)(void *ctx);   /* there are none: suspend, until the pipe is ready */
    void *ctx;
};

/** Queue the reply; its body, pipe or feed is the callee's. `ops` is copied, for a pipe or a
 *  feed. */
enum MHD_Result ph_http_send(struct ph_prepared_cache *cache, struct MHD_Connection *connection,
                             const struct ph_reply *reply, const struct ph_stream_ops *ops);

void ph_prepared_forget_all(struct ph_prepared_cache *cache);

#endif
