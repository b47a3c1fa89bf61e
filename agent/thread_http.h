/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_HTTP_H
#define PH_THREAD_HTTP_H

#include "board.h"
#include "snapshot.h"
#include "thread_scratch.h"

/**
 * threads[].http: the requests of the application, not ours; null if the host has neither
 * lent the memory it counts them in nor published agents.
 *
 * Threads: tick thread.
 */
void ph_thread_http(struct ph_thread_scratch *s, struct porthole_thread *t,
                    struct ph_builder *b);

/**
 * The cells of one side as a histogram. What cannot be a count is taken for 0.
 *
 * Threads: any; both belong to the caller.
 */
void ph_thread_http_durations(const double *cells, struct ph_hist_view *out);

#endif
