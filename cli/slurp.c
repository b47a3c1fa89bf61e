/* SPDX-License-Identifier: MIT */
/*
 * slurp: a descriptor with O_PATH names a file without opening it; it is opened anew, through
 * /proc, once it is known to be a regular one. Between the two steps it cannot be exchanged.
 */
#include "slurp.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

static const char *reason_of(int error)
{
    static char reason[TEXT_REASON_BYTES];

    text_reason(reason, error);
    return reason;
}

static int open_regular(const char *path, const char **wrong)
{
    int name = open(path, O_PATH | O_CLOEXEC), fd = -1;
    char again[32];
    struct stat st;

    *wrong = NULL;
    if (name < 0 || fstat(name, &st) != 0) {
        *wrong = reason_of(errno);
    } else if (!S_ISREG(st.st_mode)) {
        *wrong = "not a regular file";
    } else {
        snprintf(again, sizeof again, "/proc/self/fd/%d", name);
        fd = open(again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
            *wrong = reason_of(errno);
    }
    if (name >= 0)
        close(name);
    return fd;
}

static const char *read_all(int fd, struct buf *out)
{
    char piece[PIECE];

    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return reason_of(errno);
        if (n == 0)
            return NULL;
        if (!buf_add(out, piece, (size_t)n))
            return "file is too big";
    }
}

const char *slurp(const char *path, struct buf *out)
{
    const char *wrong;
    int fd = open_regular(path, &wrong);

    if (fd < 0)
        return wrong;
    wrong = read_all(fd, out);
    close(fd);
    return wrong;
}
