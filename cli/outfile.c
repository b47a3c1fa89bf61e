/* SPDX-License-Identifier: MIT */
/*
 * outfile: owns the partial file. It must never touch a file that it has not made itself,
 * except to replace NAME as a whole when it is told to.
 */
#include "outfile.h"

#include "interrupt.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".partial"
#define SERVICE_MOST 64

/* ---- Names ------------------------------------------------------------------------- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '_' || c == '-';
}

static void add_service(struct buf *name, const char *service)
{
    size_t from = name->len;

    for (const char *c = service; *c != '\0' && name->len - from < SERVICE_MOST; c++) {
        char plain = (char)(is_plain(*c) ? *c : '_');

        /* no hidden file, no name that looks like an option */
        if (name->len == from && (plain == '.' || plain == '-'))
            plain = '_';
        buf_fill(name, plain, 1);
    }
    if (name->len == from)
        buf_puts(name, "porthole");
}

/* "2026-11-20T23:06:57.906Z" becomes "20261120T230657"; anything else is now. */
static void add_time(struct buf *name, const char *at)
{
    struct tm tm = { 0 };
    char text[32];

    if (strptime(at, "%Y-%m-%dT%H:%M:%S", &tm) == NULL) {
        time_t now = time(NULL);

        gmtime_r(&now, &tm);
    }
    strftime(text, sizeof text, "%Y%m%dT%H%M%S", &tm);
    buf_puts(name, text);
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_there(const char *name)
{
    struct stat st;

    return lstat(name, &st) == 0;
}

/* Two results of the same second: what was hard to get is not thrown away for a name. */
static void add_suffix(struct buf *name, const char *suffix)
{
    size_t len = name->len;

    buf_puts(name, suffix);
    for (unsigned n = 2; n < 100 && is_there(buf_text(name)); n++) {
        name->len = len;
        buf_printf(name, "-%u%s", n, suffix);
    }
}

bool outfile_is_named(const char *wish)
{
    return wish != NULL && (strcmp(wish, "-") == 0 || !is_folder(wish));
}

char *outfile_name(const char *wish, const struct outfile_origin *origin)
{
    struct buf name = { 0 };
    char *result;

    if (outfile_is_named(wish))
        return mem_text(wish, strlen(wish));
    if (wish != NULL) {
        buf_puts(&name, wish);
        buf_puts(&name, wish[strlen(wish) - 1] == '/' ? "" : "/");
    }
    add_service(&name, origin->service);
    if (origin->pid >= 1 && origin->pid < 1e9)
        buf_printf(&name, "-%.0f", origin->pid);
    buf_puts(&name, "-");
    add_time(&name, origin->at);
    add_suffix(&name, origin->suffix);
    result = mem_text(buf_text(&name), name.len);
    buf_fini(&name);
    return result;
}

/* ---- Life -------------------------------------------------------------------------- */

static bool fail(char error[256], const char *what, const char *name, int number)
{
    char reason[TEXT_REASON_BYTES];

    text_reason(reason, number);
    snprintf(error, 256, "cannot %s '%.120s': %s", what, name, reason);
    return false;
}

bool outfile_may(const char *name, bool replace, char error[256])
{
    struct stat st;

    if (strcmp(name, "-") == 0 || lstat(name, &st) != 0 || !S_ISREG(st.st_mode) || replace)
        return true;
    snprintf(error, 256, "'%.120s' is there already; use --force to replace it", name);
    return false;
}

/* A device, a pipe or a socket: nothing that could get its name later. */
static bool is_special(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

double outfile_room(const char *name)
{
    const char *slash = strrchr(name, '/');
    char *folder =
        slash != NULL ? mem_text(name, (size_t)(slash - name) + 1) : mem_text(".", 1);
    bool known = strcmp(name, "-") != 0 && !is_special(name);
    struct statvfs fs;

    known = known && statvfs(folder, &fs) == 0;
    free(folder);
    return known ? (double)fs.f_bavail * (double)fs.f_frsize : INFINITY;
}

static bool open_partial(struct outfile *out)
{
    const int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    struct buf partial = { 0 };

    buf_puts(&partial, out->name);
    buf_puts(&partial, SUFFIX);
    out->partial = mem_text(buf_text(&partial), partial.len);
    buf_fini(&partial);
    out->signals = interrupt_begin();
    if (out->replace)
        unlink(out->partial); /* one that a killed command has left */
    out->fd = open(out->partial, how, 0600);
    if (out->fd < 0 && errno == EEXIST)
        snprintf(out->error, sizeof out->error,
                 "'%.120s' is there: another command writes it, or one was killed; "
                 "use --force to replace it",
                 out->partial);
    else if (out->fd < 0)
        fail(out->error, "create", out->partial, errno);
    return out->fd >= 0;
}

static void forget(struct outfile *out)
{
    if (out->fd > STDERR_FILENO)
        close(out->fd);
    out->fd = -1;
    if (out->partial != NULL)
        interrupt_end(out->signals); /* ends us here if a signal has come */
    out->signals = -1;
    free(out->name);
    free(out->partial);
    out->name = out->partial = NULL;
}

bool outfile_open(struct outfile *out, const char *name, bool replace)
{
    *out = (struct outfile){ .fd = -1, .signals = -1, .replace = replace };
    if (!outfile_may(name, replace, out->error))
        return false;
    signal(SIGXFSZ, SIG_IGN);
    out->name = mem_text(name, strlen(name));
    if (strcmp(name, "-") == 0) {
        out->fd = STDOUT_FILENO;
    } else if (is_special(name)) {
        out->fd = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (out->fd < 0)
            fail(out->error, "open", name, errno);
    } else {
        open_partial(out);
    }
    if (out->fd < 0)
        forget(out);
    return out->fd >= 0;
}

static const char *growing_name(const struct outfile *out)
{
    if (out->partial != NULL)
        return out->partial;
    return out->fd == STDOUT_FILENO ? "standard output" : out->name;
}

/* A reader of stdout that went away ends the command as it would end any other. */
static bool fail_write(struct outfile *out, int number)
{
    if (out->fd == STDOUT_FILENO && number == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return fail(out->error, "write", growing_name(out), number);
}

bool outfile_write(struct outfile *out, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(out->fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_write(out, errno);
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Without `replace` a file that has come in the meantime stays: link() refuses, rename()
 * would not. Some file systems have no links; there the check at the start has to do. */
static bool give_name(struct outfile *out)
{
    if (!out->replace) {
        if (link(out->partial, out->name) == 0) {
            unlink(out->partial);
            return true;
        }
        if (errno == EEXIST)
            return fail(out->error, "create", out->name, errno);
    }
    if (rename(out->partial, out->name) == 0)
        return true;
    return fail(out->error, "create", out->name, errno);
}

bool outfile_finish(struct outfile *out)
{
    bool good = true;

    if (out->partial != NULL) {
        good = fsync(out->fd) == 0 || fail(out->error, "write", out->partial, errno);
        good = good && give_name(out);
    }
    if (good)
        forget(out);
    else
        outfile_drop(out);
    return good;
}

void outfile_drop(struct outfile *out)
{
    if (out->fd >= 0 && out->partial != NULL)
        unlink(out->partial);
    forget(out);
}

bool outfile_save(const char *name, bool replace, const struct buf *content, char error[256])
{
    struct outfile file;
    bool good = outfile_open(&file, name, replace);

    if (good && !outfile_write(&file, buf_text(content), content->len)) {
        snprintf(error, 256, "%s", file.error); /* dropping it may end us */
        outfile_drop(&file);
        return false;
    }
    good = good && outfile_finish(&file);
    if (!good)
        snprintf(error, 256, "%s", file.error);
    return good;
}
