/* SPDX-License-Identifier: MIT */
/*
 * lines: one buffer; what is left of it moves to its beginning when more is needed.
 */
#include "lines.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void lines_init(struct lines *lines, int fd)
{
    *lines = (struct lines){ .fd = fd, .room = mem_new(LINES_ROOM, 1) };
}

void lines_fini(struct lines *lines)
{
    free(lines->room);
    lines->room = NULL;
}

/* Read more behind what is there. */
static bool fill(struct lines *l)
{
    ssize_t n;

    memmove(l->room, l->room + l->begin, l->end - l->begin);
    l->end -= l->begin;
    l->begin = 0;
    if (l->end == LINES_ROOM) {
        errno = EMSGSIZE;
        return false;
    }
    do
        n = read(l->fd, l->room + l->end, LINES_ROOM - l->end);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return false;
    l->ended = n == 0;
    l->end += (size_t)n;
    l->bytes += (double)n;
    return true;
}

int lines_next(struct lines *l, const char **line, size_t *len)
{
    size_t looked = 0; /* without a line feed among them */
    char *feed;

    l->number++;
    for (;;) {
        feed = memchr(l->room + l->begin + looked, '\n', l->end - l->begin - looked);
        if (feed != NULL || l->ended)
            break;
        looked = l->end - l->begin;
        if (!fill(l))
            return -1;
    }
    if (feed == NULL && l->begin == l->end)
        return 0;
    *line = l->room + l->begin;
    *len = feed != NULL ? (size_t)(feed - *line) : l->end - l->begin;
    l->begin += *len + (feed != NULL);
    if (*len > 0 && (*line)[*len - 1] == '\r')
        --*len;
    return 1;
}
