/* SPDX-License-Identifier: MIT */
/**
 * A result file that is either whole or not there.
 *
 * It grows as NAME.partial (mode 0600: profiles and snapshots show what a process holds)
 * and gets its name when it is complete and on the disk. Whatever goes wrong in between,
 * outfile_drop() leaves nothing behind. As long as there is a partial file, the signals of
 * interrupt.h wait: whoever works on the file looks for them and drops it. Where NAME is no
 * file but a device or a pipe, or "-" for stdout, the bytes go straight there.
 *
 * Threads: one.
 */
#ifndef OUTFILE_H
#define OUTFILE_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

struct outfile {
    char *name;    /* where it will be; "-": stdout */
    char *partial; /* where it grows; NULL: straight there */
    int fd;        /* -1: not open */
    int signals;   /* of interrupt_begin(); -1: none */
    bool replace;
    char error[256]; /* what went wrong, for say_error() */
};

/* What goes into the name of a file that the user did not name. */
struct outfile_origin {
    const char *service; /* "" or anything a target sends */
    double pid;          /* NaN: unknown */
    const char *at;      /* "2026-11-20T23:06:57.906Z"; else it is now */
    const char *suffix;  /* ".cpuprofile" */
};

/**
 * The name for a result: `wish`; in the folder `wish`, or, if that is NULL, in the current
 * one, SERVICE-PID-YYYYmmddTHHMMSSSUFFIX of letters, digits, '.', '_' and '-', not beginning
 * with '.' or '-'; with a number behind it if there is such a file.
 *
 * @return a text to be given to free().
 *
 * Threads: one.
 */
char *outfile_name(const char *wish, const struct outfile_origin *origin);

/**
 * Whether `wish` says all: neither NULL nor a folder.
 *
 * Threads: one.
 */
bool outfile_is_named(const char *wish);

/**
 * Bytes that are free where `name` would be; infinite if it cannot be told or if `name` is
 * not going to be a file.
 *
 * Threads: one.
 */
double outfile_room(const char *name);

/**
 * Whether a file may come to be at `name`.
 *
 * @return false, with a message, if there is one already and `replace` is not set.
 *
 * Threads: one.
 */
bool outfile_may(const char *name, bool replace, char error[256]);

/**
 * Begin a file. SIGXFSZ is ignored from here on, so that a size limit is an error as a full
 * disk is.
 *
 * @return false, with a message in `out->error` and nothing left behind.
 *
 * Threads: one.
 */
bool outfile_open(struct outfile *out, const char *name, bool replace);

/**
 * Append bytes.
 *
 * @return false, with a message; outfile_drop() is what remains to be done.
 *
 * Threads: one.
 */
bool outfile_write(struct outfile *out, const char *bytes, size_t len);

/**
 * Sync the file and give it its name. The outfile is closed either way.
 *
 * @return false, with a message, and nothing left behind.
 *
 * Threads: one.
 */
bool outfile_finish(struct outfile *out);

/**
 * Give up: close and remove what there is. Does nothing after outfile_finish().
 *
 * Threads: one.
 */
void outfile_drop(struct outfile *out);

/**
 * A whole file at once.
 *
 * @return false, with a message, and nothing left behind.
 *
 * Threads: one.
 */
bool outfile_save(const char *name, bool replace, const struct buf *content, char error[256]);

#endif /* OUTFILE_H */
