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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record {
    uint64_t pid;
    uint64_t start_ticks;
    uint64_t tick_ms;
    uint64_t closed_unix_ns;  /* when the agent was stopped in good order; 0: it was not */
    char url[sizeof((struct porthole_record *)0)->url];
    char socket[sizeof((struct porthole_record *)0)->socket];
    uint64_t sequence;        /* 0: the agent has not written a state yet */
    uint64_t written_unix_ns;
    bool torn;                /* the newest write was cut short: this is the one before */
    char *document;           /* newest whole /state, NUL-terminated; NULL if sequence is 0 */
    size_t length;

    /* Whole rows of the trail, oldest first; NULL and 0 until record_read_trail(). Each
     * figure (enum porthole_figure) is 0 .. 1e18, or NaN: unknown. Sequences rise; times
     * are the wall clock's, which somebody may have set back. */
    struct porthole_record_row *trail;
    size_t trail_count;       /* at most PORTHOLE_TRAIL_ROWS */
};

/**
 * Read and check a file, all but the trail. Memory is taken for what a slot says it holds,
 * and only after that was found to fit into the file.
 *
 * @param fd  open for reading, seekable; its position is not used.
 *
 * @return NULL and `*out`, to be given to record_fini(); else what is wrong, a few words,
 *         borrowed until the thread's next call.
 *
 * Threads: any.
 */
const char *record_read(int fd, struct record *out);

/**
 * Add the trail to what record_read() has found in the same file. Rows that are torn, that
 * lie in another row's place or that have been overtaken are left out; a file whose header
 * changed in between has no trail.
 *
 * Threads: any.
 */
void record_read_trail(int fd, struct record *record);

/**
 * Free the document and the trail. Zeroed memory: does nothing.
 *
 * Threads: any.
 */
void record_fini(struct record *record);

#endif /* RECORD_H */
