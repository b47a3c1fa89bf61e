/* SPDX-License-Identifier: MIT */
/**
 * What a process has left: its recorder file, found by its number or by name, and the files
 * that capture rules have kept beside it.
 *
 * Threads: one.
 */
#ifndef REMAINS_H
#define REMAINS_H

#include "record.h"

#include <stdbool.h>
#include <stddef.h>

struct remains_capture {
    char *name;
    double bytes;
};

#define REMAINS_CAPTURES 64

struct remains {
    char *folder;         /* of both kinds of files */
    char *path;           /* of the recorder file */
    size_t candidates;    /* recorder files of that number: several users can have one each */
    struct record record; /* with its trail */
    struct remains_capture captures[REMAINS_CAPTURES]; /* by name, which is by time */
    size_t capture_count;
};

struct remains_error {
    char text[512];
};

/**
 * Find the recorder file of process `pid` where discover.h looks; of several the one that was
 * written last.
 *
 * @return false, with a message, if there is none that can be read. Either way `*out` is to
 *         be given to remains_fini().
 *
 * Threads: one.
 */
bool remains_of_pid(struct remains *out, unsigned pid, struct remains_error *error);

/**
 * Read the recorder file at `path`, whoever it belongs to.
 *
 * Threads: one.
 */
bool remains_of_file(struct remains *out, const char *path, struct remains_error *error);

/**
 * Threads: one.
 */
void remains_fini(struct remains *remains);

#endif /* REMAINS_H */
