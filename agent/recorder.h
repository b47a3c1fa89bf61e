/* SPDX-License-Identifier: MIT */
#ifndef PH_RECORDER_H
#define PH_RECORDER_H

#include <stdint.h>
#include <sys/types.h>

#include "blob.h"
#include "porthole.h"
#include "porthole_wire.h"
#include "snapshot.h"

/**
 * The recorder file of this process: the last state and the trail of key figures,
 * readable when nothing answers any more. Layout in porthole_wire.h.
 *
 * Written with pwrite(), not through a mapping: a store into a mapping is a SIGBUS in the
 * host when somebody truncates the file or the memory behind it is gone, a failed write is
 * an error code. For the price (two writes a tick) the identity of the descriptor is
 * checked first, because the host may have closed it by mistake and got its number for a
 * file of its own.
 */
struct ph_recorder {
    int      fd;            /* -1: off */
    dev_t    device;
    ino_t    inode;
    char     path[128];
    struct porthole_record head;
    uint64_t sequence;
    uint64_t grow_after;    /* a larger file was refused: not before this sequence again */
    unsigned next_slot;
};

/**
 * Create the file, mode 0600, complete before it appears under its name. Failure leaves
 * the recorder off.
 *
 * Threads: the thread that starts the agent.
 */
void ph_recorder_init(struct ph_recorder *recorder, const char *run_dir,
                      const struct porthole_record *head);

/** Mark the file as closed in good order and remove it, if it is still ours. A no-op when
 *  off. Threads: the thread that stops the agent. */
void ph_recorder_fini(struct ph_recorder *recorder);

/**
 * Write the tick's row of the trail and, unless it is NULL, its document into the older
 * slot. A document that does not fit gets a larger file that has all the old one had; if
 * there is no memory for that, the previous document stays. No allocation; three system
 * calls.
 *
 * Threads: tick thread.
 */
void ph_recorder_write(struct ph_recorder *recorder, const struct ph_snapshot *snapshot,
                       const struct ph_blob *document);

/**
 * If somebody has removed the file, or the run directory with it: make it again, with all
 * it had.
 *
 * Threads: tick thread.
 */
void ph_recorder_mend(struct ph_recorder *recorder);

#endif
