/* SPDX-License-Identifier: MIT */
/*
 * readfile: for files named on the command line, pipes among them (<(curl ...)).
 */
#include "readfile.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *word, const char *suffix)
{
    size_t len = strlen(word), tail = strlen(suffix);

    return len > tail && strcmp(word + len - tail, suffix) == 0;
}

/* A name that is meant as a file's even if there is none: then that is what is wrong. */
static bool looks_like_file(const char *word)
{
    static const char *const suffixes[] = { ".json", ".cpuprofile", ".heapprofile" };

    if (strstr(word, "://") != NULL || word[0] == '@')
        return false;
    if (word[0] == '/' || word[0] == '.')
        return true;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (ends_with(word, suffixes[i]))
            return true;
    }
    return false;
}

bool readfile_is(const char *word)
{
    struct stat st;

    return (stat(word, &st) == 0 && !S_ISDIR(st.st_mode)) || looks_like_file(word);
}

bool readfile(const char *name, struct buf *out, char error[256])
{
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char bytes[65536], reason[TEXT_REASON_BYTES];
    ssize_t n = fd >= 0 ? 1 : -1;

    while (n > 0) {
        n = read(fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0 && !buf_add(out, bytes, (size_t)n))
            break;
    }
    text_reason(reason, out->full ? EFBIG : errno);
    if (fd >= 0)
        close(fd);
    if (n == 0)
        return true;
    snprintf(error, 256, "cannot read '%.120s': %s", name, reason);
    return false;
}
