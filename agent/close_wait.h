/* SPDX-License-Identifier: MIT */
#ifndef PH_CLOSE_WAIT_H
#define PH_CLOSE_WAIT_H

#include <stdint.h>

#include "clock.h"

/** Connections in CLOSE_WAIT, summed up. */
struct ph_close_wait {
    uint64_t    count;
    uint64_t    oldest_ns;      /* for how long the oldest has been so */
    const char *peer;           /* with whom most of them are; NULL: not known */
    uint64_t    peer_count;     /* how many */
};

#define PH_CLOSE_WAIT_BYTES 224

/* Any connection passes through the state; this long it stays in it when it is forgotten. */
#define PH_CLOSE_WAIT_PATIENCE_NS (5 * PH_NS_PER_S)

/**
 * Say in words what it means: "the peer closed 12 connections, the application did not; the
 * oldest 130 s ago; most with 10.0.0.7:443".
 *
 * @param out  PH_CLOSE_WAIT_BYTES.
 *
 * @return `out`; NULL if there is nothing to say: none, or none that has been so for long.
 *
 * Threads: any.
 */
const char *ph_close_wait_says(const struct ph_close_wait *waits, char *out);

#endif
