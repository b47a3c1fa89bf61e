/* SPDX-License-Identifier: MIT */
#ifndef PH_GATHER_H
#define PH_GATHER_H

#include <stdbool.h>

#include "board.h"
#include "request.h"

/**
 * The stacks of all host threads, or of one, asked for at once and shared by everybody who
 * asks while they are on the way.
 *
 * Threads: whoever made it (the http thread; the tick thread for its own), as all here.
 */
struct ph_gather;

#define PH_GATHER_ALL (-1)

/**
 * Ask them now.
 *
 * @param thread  an id, or PH_GATHER_ALL.
 *
 * @return NULL if there is no such thread, or memory is out (`*missing` says which).
 */
struct ph_gather *ph_gather_new(struct ph_board *board, int thread, uint64_t wait_ns,
                                bool *missing);
struct ph_gather *ph_gather_ref(struct ph_gather *gather);
void ph_gather_unref(struct ph_gather *gather);

/** Was it asked for the same? */
bool ph_gather_is(const struct ph_gather *gather, int thread, uint64_t wait_ns);

/** Has everybody answered, or is the time up? Once true, it stays as it is. */
bool ph_gather_ready(struct ph_gather *gather, uint64_t now_ns);

/** When the time is up. */
uint64_t ph_gather_due(const struct ph_gather *gather);

/** What came; when ready. */
void ph_gather_json(const struct ph_gather *gather, struct ph_sink *sink);
void ph_gather_text(const struct ph_gather *gather, struct ph_sink *sink);

#endif
