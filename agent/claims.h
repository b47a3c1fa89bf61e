/* SPDX-License-Identifier: MIT */
#ifndef PH_CLAIMS_H
#define PH_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "clock.h"
#include "fdscan.h"
#include "sockage.h"

/**
 * Which descriptors the host threads' loops stand for, and so which sockets of the process
 * nobody stands for: those of native add-ons.
 */
struct ph_claims {
    bool     known;         /* there are host threads, and each has told its set */
    uint64_t since_ns;      /* the oldest of those sets */
    uint64_t bits[PH_FD_WORDS];
};

/** Take all threads' sets together. Threads: tick thread, as below. */
void ph_claims_read(struct ph_claims *claims, struct porthole_thread *const *threads, size_t n);

/** A socket is accused when it has been nobody's for so long, at two scans at least, and at
 *  some time in between every thread has told its set anew: those of a loop that is blocked
 *  are old, and it may have opened sockets since. */
#define PH_CLAIMS_PATIENCE_NS (2 * PH_NS_PER_S)

/**
 * Count the sockets of the scan that neither a host thread nor the agent itself stands for.
 * The standard streams and descriptors of PORTHOLE_FD_LIMIT or more are left out, and one that
 * has a duplicate counts once.
 *
 * @param age  of this scan; keeps since when each has been nobody's.
 *
 * @return PORTHOLE_UNKNOWN if the claims are not known.
 */
uint64_t ph_claims_outside(const struct ph_claims *claims, const struct ph_fdscan *scan,
                           struct ph_sockage *age);

#endif
