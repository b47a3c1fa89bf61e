/* SPDX-License-Identifier: MIT */
/**
 * The last look of this user at each process with each command: in memory while the command
 * runs, and from one run to the next as files in the folder `looks` of his run directory.
 *
 * A memory aid, nothing more: what cannot be read or written is as if it had never been,
 * and nothing is said about it.
 *
 * Threads: one.
 */
#ifndef LOOKS_H
#define LOOKS_H

#include "look.h"

#include <stdbool.h>
#include <stddef.h>

/* Files that are kept; the oldest go. */
#define LOOKS_FILES 64

/* Environment variable that turns the files off. */
#define LOOKS_OFF_ENV "PORTHOLE_NO_LOOKS"

struct looks {
    const char *command; /* lower-case letters; borrowed */
    bool filed;          /* from run to run as well */
    struct looks_item *items;
    size_t count;
};

/**
 * @param filed  false: in memory only.
 *
 * Threads: one.
 */
void looks_init(struct looks *looks, const char *command, bool filed);

/**
 * Threads: one.
 */
void looks_fini(struct looks *looks);

/**
 * The last look at a process.
 *
 * @return NULL: there was none. Else borrowed until the next call.
 *
 * Threads: one.
 */
const struct look *looks_last(struct looks *looks, const struct look_owner *owner);

/**
 * Make `look`, which is taken over, the last one at a process.
 *
 * Threads: one.
 */
void looks_keep(struct looks *looks, const struct look_owner *owner, struct look *look);

#endif /* LOOKS_H */
