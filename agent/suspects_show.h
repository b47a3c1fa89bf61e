/* SPDX-License-Identifier: MIT */
#ifndef PH_SUSPECTS_SHOW_H
#define PH_SUSPECTS_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"
#include "snapshot.h"
#include "suspects.h"

/** Two clocks at one moment: the rings', and the time of day. */
struct ph_moment {
    double   now_s;
    uint64_t unix_ns;
};

/**
 * Append one verdict as an object, to an array that is open.
 *
 * Threads: the builder's.
 */
void ph_suspect_show(struct ph_builder *b, const struct ph_suspect *suspect,
                     const struct ph_moment *moment);

/**
 * The document of /suspects; with `all`, of /suspects?all: every series that is judged, worst
 * first. NULL for `suspects`: an empty one.
 *
 * Threads: any; allocates.
 */
void ph_suspects_json(struct ph_suspects *suspects, bool all, bool pretty,
                      struct ph_sink *sink);

#endif
