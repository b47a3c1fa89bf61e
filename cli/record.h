/* SPDX-License-Identifier: MIT */
/**
 * Reader of one recorder file (porthole_wire.h) whose writer may be hostile, dead in the
 * middle of a write, or writing right now.
 *
 * Threads: any; no state.
 */
#ifndef RECORD_H
#define RECORD_H

#include "porthole_wire.h"

#include <stddef.h>
#include <stdint.h>

struct record {
    uint64_t pid;
    uint64_t start_ticks;
    uint64_t tick_ms;
    char url[sizeof((struct porthole_record *)0)->url];
    char socket[sizeof((struct porthole_record *)0)->socket];
    uint64_t sequence;        /* 0: the agent has not written a state yet */
    uint64_t written_unix_ns;
    char *document;           /* newest whole /state, NUL-terminated; NULL if sequence is 0 */
    size_t length;
};

/**
 * Read and check a file. Memory is taken for what a slot says it holds, and only after
 * that was found to fit into the file.
 *
 * @param fd  open for reading, seekable; its position is not used.
 *
 * @return NULL and `*out`, to be given to record_fini(); else what is wrong, a few words.
 *
 * Threads: any.
 */
const char *record_read(int fd, struct record *out);

/**
 * Free the document. Zeroed memory: does nothing.
 *
 * Threads: any.
 */
void record_fini(struct record *record);

#endif /* RECORD_H */
