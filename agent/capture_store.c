/* SPDX-License-Identifier: MIT */
/* Owns PID-* in the run directory. The directory is the truth: what is remembered is what
 * was seen at the last look. Must never take the memory that others need: it is the
 * machine's, not a disk's. */
#include "capture_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "clock.h"
#include "headroom.h"
#include "status.h"

#define SEEN_ENTRIES 4096

void ph_capture_store_init(struct ph_capture_store *s, const char *run_dir, unsigned pid)
{
    memset(s, 0, sizeof *s);
    s->run_dir = run_dir;
    s->pid = pid;
}

/* ---- What is there ----------------------------------------------------------------- */

static void see(struct ph_capture_store *s, int dir, const char *file)
{
    struct ph_capture_file *seen = &s->files[s->n];
    struct ph_capture_name name;
    struct stat st;

    if (!ph_capture_name_parse(file, &name) || name.pid != s->pid)
        return;
    if (name.partial) {
        unlinkat(dir, file, 0); /* nobody but this thread writes them: a predecessor's */
        return;
    }
    if (s->n == PH_CAPTURE_FILES || fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    *seen = (struct ph_capture_file){ .rule = name.rule,
                                      .bytes = (uint64_t)st.st_size,
                                      .at_unix_ns = (uint64_t)st.st_mtim.tv_sec * PH_NS_PER_S +
                                                    (uint64_t)st.st_mtim.tv_nsec };
    memcpy(seen->file, file, strlen(file) + 1); /* parsing has looked at its length */
    s->n++;
}

/* Their names sort by time: pid and stamp come first. */
static int by_name(const void *a, const void *b)
{
    const struct ph_capture_file *p = a, *q = b;

    return strcmp(p->file, q->file);
}

void ph_capture_store_scan(struct ph_capture_store *s)
{
    int fd = open(s->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    s->n = 0;
    for (int seen = 0; dir && seen < SEEN_ENTRIES && (entry = readdir(dir)); seen++)
        see(s, fd, entry->d_name);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    qsort(s->files, s->n, sizeof s->files[0], by_name);
}

/* ---- Room -------------------------------------------------------------------------- */

/* How many of a rule's files, the oldest, have to go before one more may come. */
static size_t surplus(const struct ph_capture_store *s, const struct ph_capture *c)
{
    size_t n = 1;

    for (size_t i = 0; i < s->n; i++)
        n += s->files[i].rule == c->rule;
    return n > c->limit ? n - c->limit : 0;
}

static uint64_t bytes_that_stay(const struct ph_capture_store *s, const struct ph_capture *c)
{
    size_t leaving = surplus(s, c);
    uint64_t bytes = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (leaving && s->files[i].rule == c->rule)
            leaving--;
        else
            bytes += s->files[i].bytes;
    }
    return bytes;
}

static unsigned long long mib(uint64_t bytes)
{
    return bytes / (1u << 20);
}

enum ph_capture_ending ph_capture_store_room(const struct ph_capture_store *s,
                                             const struct ph_capture *c, uint64_t bytes,
                                             char *why)
{
    uint64_t headroom = ph_headroom_bytes();
    struct statvfs fs;

    if (!s->run_dir[0] || statvfs(s->run_dir, &fs) != 0) {
        snprintf(why, PH_CAPTURE_WHY, "there is no run directory");
        return PH_CAPTURE_REFUSED;
    }
    if (bytes_that_stay(s, c) + bytes > PH_CAPTURE_BYTES) {
        snprintf(why, PH_CAPTURE_WHY, "the files kept would exceed %llu MiB; remove some",
                 mib(PH_CAPTURE_BYTES));
        return PH_CAPTURE_NO_ROOM;
    }
    /* No blocks at all: a tmpfs without a limit of its own. */
    if (fs.f_blocks && (uint64_t)fs.f_bavail * fs.f_frsize < PH_CAPTURE_FREE_BYTES + bytes) {
        snprintf(why, PH_CAPTURE_WHY,
                 "'%.96s' has %llu MiB left, and %llu are not to be touched", s->run_dir,
                 mib((uint64_t)fs.f_bavail * fs.f_frsize), mib(PH_CAPTURE_FREE_BYTES));
        return PH_CAPTURE_NO_ROOM;
    }
    if (headroom < PH_CAPTURE_SPARE_BYTES + bytes) {
        snprintf(why, PH_CAPTURE_WHY,
                 "there are %llu MiB of memory left, and %llu are not to be touched",
                 mib(headroom), mib(PH_CAPTURE_SPARE_BYTES));
        return PH_CAPTURE_NO_ROOM;
    }
    return PH_CAPTURE_KEPT;
}

/* ---- One more ---------------------------------------------------------------------- */

static bool write_all(int fd, const struct ph_blob *body)
{
    for (size_t done = 0; done < body->len;) {
        ssize_t n = write(fd, body->bytes + done, body->len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool write_file(int dir, const char *partial, const char *file,
                       const struct ph_blob *body)
{
    int fd = openat(dir, partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good;
    int cause;

    if (fd < 0)
        return false;
    /* A link and not a renaming: that would overwrite. */
    good = write_all(fd, body) && linkat(dir, partial, dir, file, 0) == 0;
    cause = errno;
    close(fd);
    unlinkat(dir, partial, 0);
    errno = cause;
    return good;
}

static void make_room(struct ph_capture_store *s, int dir, const struct ph_capture *c)
{
    size_t leaving = surplus(s, c);

    for (size_t i = 0; i < s->n && leaving; i++) {
        if (s->files[i].rule != c->rule)
            continue;
        unlinkat(dir, s->files[i].file, 0);
        leaving--;
    }
}

static bool put(struct ph_capture_store *s, int dir, const struct ph_capture *c, char *why)
{
    struct ph_capture_name name = { .pid = s->pid, .rule = c->rule };
    char file[PH_CAPTURE_NAME_BYTES], partial[PH_CAPTURE_NAME_BYTES];

    ph_capture_name(&name, c->at_unix_ns, c->kind, file);
    name.partial = true;
    ph_capture_name(&name, c->at_unix_ns, c->kind, partial);
    make_room(s, dir, c);
    if (write_file(dir, partial, file, c->body))
        return true;
    snprintf(why, PH_CAPTURE_WHY, "cannot write '%s': %s", file, ph_errno_text(errno));
    return false;
}

enum ph_capture_ending ph_capture_store_put(struct ph_capture_store *s,
                                            const struct ph_capture *c, char *why)
{
    enum ph_capture_ending rc;
    int dir;

    ph_capture_store_scan(s);
    rc = ph_capture_store_room(s, c, c->body->len, why);
    if (rc)
        return rc;
    dir = open(s->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (dir < 0) {
        snprintf(why, PH_CAPTURE_WHY, "cannot open the run directory: %s",
                 ph_errno_text(errno));
        return PH_CAPTURE_REFUSED;
    }
    if (!put(s, dir, c, why))
        rc = PH_CAPTURE_REFUSED;
    close(dir);
    ph_capture_store_scan(s);
    return rc;
}
