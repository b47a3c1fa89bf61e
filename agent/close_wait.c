/* SPDX-License-Identifier: MIT */
/* Owns the sentence about connections that only the other end has closed. */
#include "close_wait.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"

const char *ph_close_wait_says(const struct ph_close_wait *w, char *out)
{
    uint64_t seconds = w->oldest_ns / PH_NS_PER_S;
    size_t n = 0;

    if (w->count == 0 || w->oldest_ns < PH_CLOSE_WAIT_PATIENCE_NS)
        return NULL;
    if (w->count == 1)
        n = (size_t)snprintf(out, PH_CLOSE_WAIT_BYTES,
                             "the peer closed 1 connection, the application did not; "
                             "%" PRIu64 " s ago",
                             seconds);
    else
        n = (size_t)snprintf(out, PH_CLOSE_WAIT_BYTES,
                             "the peer closed %" PRIu64 " connections, the application did "
                             "not; the oldest %" PRIu64 " s ago",
                             w->count, seconds);
    if (w->peer && n < PH_CLOSE_WAIT_BYTES)
        snprintf(out + n, PH_CLOSE_WAIT_BYTES - n, "; %swith %s",
                 w->count == 1                ? ""
                 : w->peer_count == w->count ? "all "
                                             : "most ",
                 w->peer);
    return out;
}
