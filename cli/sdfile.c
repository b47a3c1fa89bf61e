/* SPDX-License-Identifier: MIT */
/*
 * sdfile: a look is a stat(); the file is read only if that shows something new. Whoever
 * writes it may be in the middle of that: what cannot be read, and what is empty and was not
 * before, leaves the list as it is.
 */
#include "sdfile.h"

#include "buf.h"
#include "mem.h"
#include "sdlist.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CEILING ((size_t)16 << 20)

struct seen {
    struct stat st;
    bool once;              /* `st` is of a file that was read */
    bool special;           /* a pipe: what was read is gone */
    bool had_targets;
};

static bool open_file(struct sdask *ask, struct target_error *error)
{
    (void)error;
    ask->own = mem_new(1, sizeof(struct seen));
    return true;
}

static void close_file(struct sdask *ask)
{
    free(ask->own);
}

/* ---- Reading -------------------------------------------------------------------------- */

static enum sdlook fail(struct sdask *ask, const char *what, int number)
{
    char reason[TEXT_REASON_BYTES];

    text_reason(reason, number);
    snprintf(ask->says.text, sizeof ask->says.text,
             "bad target '%.120s': cannot %s the file: %s", ask->spec, what, reason);
    return SDLOOK_FAILED;
}

static bool read_all(int fd, struct buf *out)
{
    char bytes[65536];
    ssize_t n;

    do {
        n = read(fd, bytes, sizeof bytes);
        if (n > 0 && !buf_add(out, bytes, (size_t)n)) {
            errno = EFBIG;
            return false;
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    return n == 0;
}

/* ---- Lines ---------------------------------------------------------------------------- */

struct lines {
    struct sdask *ask;
    const char *text;       /* the file */
    const char *line;       /* in `text`, where `copy` comes from */
    char copy[2048];
};

static bool refuse(const struct lines *lines, const char *at, const char *why)
{
    char place[128];

    sdlist_place(place, lines->ask->rest, lines->text, at);
    snprintf(lines->ask->says.text, sizeof lines->ask->says.text, "%s: %.180s", place, why);
    return false;
}

/* The targets of one line that is `len` bytes long, without its end and comment. */
static bool read_line(struct lines *lines, size_t len)
{
    char *rest = lines->copy;

    if (len >= sizeof lines->copy)
        return refuse(lines, lines->line, "the line is too long");
    if (memchr(lines->line, '\0', len) != NULL)
        return refuse(lines, lines->line,
                      "the line has a NUL in it; this is no list of targets");
    memcpy(lines->copy, lines->line, len);
    lines->copy[len] = '\0';
    while (rest != NULL) {
        const char *piece = target_next_piece(&rest);
        struct target_error why;

        if (piece[0] != '\0' && !target_add_one(&lines->ask->list, piece, &why))
            return refuse(lines, lines->line + (piece - lines->copy), why.text);
    }
    return true;
}

static bool read_lines(struct sdask *ask, const char *text, size_t size)
{
    struct lines lines = { .ask = ask, .text = text, .line = text };
    const char *end = text + size;

    while (lines.line < end) {
        size_t left = (size_t)(end - lines.line);
        const char *feed = memchr(lines.line, '\n', left);
        size_t len = feed != NULL ? (size_t)(feed - lines.line) : left;
        const char *comment = memchr(lines.line, '#', len);
        size_t used = comment != NULL ? (size_t)(comment - lines.line) : len;

        if (used > 0 && lines.line[used - 1] == '\r')
            used--;
        if (!read_line(&lines, used))
            return false;
        lines.line += len + (feed != NULL);
    }
    return true;
}

/* ---- A look --------------------------------------------------------------------------- */

static bool is_json(const char *text)
{
    text += strspn(text, " \t\r\n");
    return text[0] == '[' || text[0] == '{';
}

static enum sdlook take(struct sdask *ask, const struct buf *content)
{
    struct seen *seen = ask->own;
    const char *text = buf_text(content);

    if (is_json(text)) {
        if (!sdlist_read(&ask->list, ask->rest, text, content->len, &ask->says))
            return SDLOOK_FAILED;
    } else if (!read_lines(ask, text, content->len)) {
        target_fini(&ask->list);
        return SDLOOK_FAILED;
    }
    sdlist_unique(&ask->list);
    if (content->len == 0 && seen->had_targets) {
        snprintf(ask->says.text, sizeof ask->says.text,
                 "%.120s:1:1: the file is empty; its last targets are kept", ask->rest);
        return SDLOOK_FAILED;
    }
    seen->had_targets = ask->list.count > 0;
    return SDLOOK_NEW;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum sdlook look_file(struct sdask *ask)
{
    struct seen *seen = ask->own;
    enum sdlook result;
    struct buf content;
    struct stat st;
    int fd;

    if (seen->special)
        return SDLOOK_SAME;
    if (seen->once && stat(ask->rest, &st) == 0 && is_same(&st, &seen->st))
        return SDLOOK_SAME;
    fd = open(ask->rest, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        seen->once = false;
        return fail(ask, "open", errno);
    }
    buf_init(&content, CEILING);
    seen->once = fstat(fd, &seen->st) == 0;
    seen->special = seen->once && !S_ISREG(seen->st.st_mode);
    result = read_all(fd, &content) ? take(ask, &content) : fail(ask, "read", errno);
    close(fd);
    buf_fini(&content);
    return result;
}

const struct sdkind sdfile = {
    .prefix = "@",
    .pace_s = 1,
    .early = true,
    .open = open_file,
    .look = look_file,
    .close = close_file,
};
