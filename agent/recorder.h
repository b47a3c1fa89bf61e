/* SPDX-License-Identifier: MIT */
#ifndef PH_RECORDER_H
#define PH_RECORDER_H

#include <stdint.h>
#include <sys/types.h>

#include "blob.h"
#include "porthole.h"
#include "porthole_wire.h"

/**
 * The recorder file of this process: the last state, readable when nothing answers any
 * more. Layout in porthole_wire.h.
 *
 * Written with pwritev(), not through a mapping: a store into a mapping whose file
 * somebody truncates is a SIGBUS in the host, a failed write is an error code. For the
 * price (3 µs a tick, measured) the identity of the descriptor is checked first, because
 * the host may have closed it by mistake and got its number for a file of its own.
 */
struct ph_recorder {
    int      fd;            /* -1: off */
    dev_t    device;
    ino_t    inode;
    char     path[128];
    struct porthole_record head;
    uint64_t sequence;
};

/**
 * Create the file, mode 0600, complete before it appears under its name. Failure leaves
 * the recorder off.
 *
 * Threads: the thread that starts the agent.
 */
void ph_recorder_init(struct ph_recorder *recorder, const char *run_dir,
                      const struct porthole_record *head);

/** Remove the file. A no-op when off. Threads: the thread that stops the agent. */
void ph_recorder_fini(struct ph_recorder *recorder);

/**
 * Write a document into the older slot (NULL: nothing to write); a document that does
 * not fit gets a larger file.
 *
 * Threads: tick thread.
 */
void ph_recorder_write(struct ph_recorder *recorder, const struct ph_blob *document,
                       uint64_t unix_ns);

#endif
