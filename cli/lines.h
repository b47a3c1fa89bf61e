/* SPDX-License-Identifier: MIT */
/**
 * A file read line by line, of any length, in the memory of its longest line.
 *
 * Threads: one.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINES_ROOM ((size_t)128 << 10) /* bytes; a longer line is refused */

struct lines {
    int fd;         /* the caller's */
    size_t number;  /* of the line that lines_next() gave last; the first is 1 */
    double bytes;   /* read so far */
    char *room;     /* LINES_ROOM bytes */
    size_t begin;   /* of what is not yet given */
    size_t end;
    bool ended;     /* nothing more to read */
};

/**
 * Begin with an open descriptor, which stays the caller's.
 *
 * Threads: one.
 */
void lines_init(struct lines *lines, int fd);

/**
 * Threads: one.
 */
void lines_fini(struct lines *lines);

/**
 * The next line, without its line feed and a carriage return before that.
 *
 * @param line  borrowed until the next call; no NUL follows.
 *
 * @return 1; 0 at the end; -1 with errno if it cannot be read (EMSGSIZE: a line is longer than
 *         LINES_ROOM).
 *
 * Threads: one.
 */
int lines_next(struct lines *lines, const char **line, size_t *len);

#endif /* LINES_H */
