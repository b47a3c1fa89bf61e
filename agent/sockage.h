/* SPDX-License-Identifier: MIT */
#ifndef PH_SOCKAGE_H
#define PH_SOCKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fdscan.h"

/**
 * Since when each socket has been there, as far as we have seen: the kernel does not tell.
 * A list beside that of the last scan, and as long: PH_FDSCAN_SOCKETS at most, 32 bytes each.
 */
struct ph_seen {
    uint64_t inode;
    uint64_t first_ns;      /* seen for the first time */
    uint64_t waits_ns;      /* seen in CLOSE_WAIT without a break since; 0: it is not */
    uint64_t alone_ns;      /* no thread has claimed it since; 0: one does */
};

struct ph_sockage {
    struct ph_seen *seen;   /* [i] is of scan->sockets[i] */
    struct ph_seen *spare;
    size_t   n, cap;
    uint64_t taken_ns;      /* of that scan */
};

/** Zeroed memory is empty. Threads: tick thread, as all functions here. */
void ph_sockage_fini(struct ph_sockage *age);

/**
 * Take in a scan: sockets known by their inode keep their times, others begin now, and those
 * that are not in it are forgotten: an inode that comes back later is another socket's. The
 * same scan a second time changes nothing.
 *
 * @return false if there was no memory: the list is empty and all sockets will be new.
 */
bool ph_sockage_take(struct ph_sockage *age, const struct ph_fdscan *scan);

/** Socket [i] was found in CLOSE_WAIT, or not. */
void ph_sockage_waits(struct ph_sockage *age, size_t i, bool waits, uint64_t now_ns);

#endif
