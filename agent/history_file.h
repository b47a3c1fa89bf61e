/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_FILE_H
#define PH_HISTORY_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "history.h"
#include "history_clock.h"
#include "porthole_wire.h"

/**
 * The history of this process in a file, from which the next life of the same service begins.
 * Layout, and how it changes hands, in porthole_wire.h.
 *
 * Written with pwrite() under the same rules as the recorder file (recorder.h), but slowly:
 * each minute what was seen in it, a share of it at each tick. A process that is killed loses
 * what the last minute or two have brought; one that is stopped in good order loses nothing.
 */
#define PH_HISTORY_FILE_ROUND_S 60u
#define PH_HISTORY_FILE_TICK_BYTES (256u << 10)     /* at most in a tick */

struct ph_history_file {
    int      fd;                /* -1: off */
    dev_t    device;
    ino_t    inode;
    char     run_dir[104];
    char     path[128];
    struct porthole_history head;
    struct ph_history *history; /* tick thread only, as all here */
    uint64_t due_ns;            /* when the next round begins */
    double   since_s;           /* what was seen since is written in this round */
    double   next_since_s;
    bool     lost;              /* off, but to be made again with the next round */
    bool     writing;           /* a round is under way: */
    size_t   next, share;       /* the place to be written next; how many in a tick */
};

/** Whose file it is. */
struct ph_history_owner {
    uint64_t pid, start_ticks;
    const char *service;
    const char *component;      /* NULL: none */
};

/**
 * Take over what a predecessor has left, into `history` as well, or make a file of our own,
 * mode 0600. Failure leaves the file off, and `history` without what was.
 *
 * @param run_dir  "": none.
 * @param clock    is set to the predecessor's origin.
 *
 * Threads: the thread that starts the agent, before the tick thread runs.
 */
void ph_history_file_init(struct ph_history_file *file, const char *run_dir,
                          const struct ph_history_owner *owner, struct ph_history *history,
                          struct ph_history_clock *clock);

/** Write a tick's share. No allocation. Threads: tick thread. */
void ph_history_file_write(struct ph_history_file *file, uint64_t now_ns);

/** Write all and leave the file for who comes next. A no-op when off. Threads: the thread
 *  that stops the agent. */
void ph_history_file_fini(struct ph_history_file *file);

#endif
