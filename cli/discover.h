/* SPDX-License-Identifier: MIT */
/**
 * Local processes that carry an agent, found by their recorder files without connecting
 * to anything.
 *
 * Looks into PORTHOLE_RUN_DIR if that is set; else into the caller's own run directory,
 * and as root into everybody's. A directory counts only if it is no symbolic link and
 * belongs to the user in its name (or root), a file only if it belongs to the
 * directory's owner. What is damaged or forged is passed over.
 *
 * Threads: one.
 */
#ifndef DISCOVER_H
#define DISCOVER_H

#include "record.h"

#include <stdbool.h>
#include <stddef.h>

struct discover_process {
    unsigned pid;
    bool alive;             /* this very process runs: no zombie, no other with its pid */
    bool hung;              /* alive, but its agent has not written for a while */
    double silent_s;        /* since its last write; NaN if it never wrote */
    char *socket;           /* its unix socket, if there is one; else NULL */
    struct record record;   /* what it wrote last */
};

struct discover_list {
    struct discover_process *items; /* by pid */
    size_t count;
};

/**
 * Find all. `*list` is overwritten; give it to discover_fini().
 *
 * Threads: one.
 */
void discover_all(struct discover_list *list);

/**
 * Find one living process. `*list` then has one item or none.
 *
 * Threads: one.
 */
void discover_pid(struct discover_list *list, unsigned pid);

/**
 * Free everything; the list is empty afterwards.
 *
 * Threads: one.
 */
void discover_fini(struct discover_list *list);

/**
 * Field 22 of a /proc/PID/stat line: when the process started, in clock ticks after boot.
 *
 * The second field is the program's name in parentheses and may itself hold spaces and
 * parentheses; what follows is counted from the last ')'.
 *
 * @return false if the line has no such field.
 *
 * Threads: any.
 */
bool discover_start_ticks(const char *stat_line, uint64_t *ticks);

#endif /* DISCOVER_H */
