/* SPDX-License-Identifier: MIT */
/* Owns PID.porthole. Must never block on a disk (the run directory is in memory), and
 * must never write to a descriptor that is not its own any more. */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock.h"
#include "record_sum.h"
#include "trail.h"

#define FIRST_SLOT_BYTES 65536u
#define GROW_AGAIN 60 /* ticks until a refused larger file is asked for again */

/* ---- Layout ------------------------------------------------------------------------ */

static uint64_t slot_at(const struct porthole_record *head, unsigned slot)
{
    return head->header_bytes + slot * head->slot_bytes;
}

static uint64_t trail_at(const struct porthole_record *head)
{
    return slot_at(head, PORTHOLE_RECORD_SLOTS);
}

static uint64_t file_bytes(const struct porthole_record *head)
{
    return trail_at(head) + (uint64_t)head->trail_rows * head->row_bytes;
}

/* ---- Making the file --------------------------------------------------------------- */

/* A write beyond RLIMIT_FSIZE is a signal first and an error code second. */
static bool is_within_limit(uint64_t bytes)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes <= limit.rlim_cur;
}

static bool write_head(int fd, const struct porthole_record *head)
{
    uint64_t bytes = file_bytes(head);

    /* Claim the memory now: a full tmpfs must fail here and not at a later write. */
    return is_within_limit(bytes) && posix_fallocate(fd, 0, (off_t)bytes) == 0 &&
           pwrite(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head;
}

static bool copy_range(int from, uint64_t from_at, int to, uint64_t to_at, uint64_t n)
{
    char chunk[4096];

    for (uint64_t done = 0; done < n;) {
        size_t want = n - done < sizeof chunk ? (size_t)(n - done) : sizeof chunk;
        ssize_t got = pread(from, chunk, want, (off_t)(from_at + done));

        if (got <= 0 || pwrite(to, chunk, (size_t)got, (off_t)(to_at + done)) != got)
            return false;
        done += (uint64_t)got;
    }
    return true;
}

/* What the old file holds goes into the new one. A file that somebody has cut off gives
 * what is left of it: the readers know what is whole. */
static void carry_over(const struct ph_recorder *r, int fd, const struct porthole_record *head)
{
    const struct porthole_record *old = &r->head;

    for (unsigned slot = 0; slot < PORTHOLE_RECORD_SLOTS; slot++)
        copy_range(r->fd, slot_at(old, slot), fd, slot_at(head, slot), old->slot_bytes);
    copy_range(r->fd, trail_at(old), fd, trail_at(head), file_bytes(old) - trail_at(old));
}

static bool is_ours(const struct ph_recorder *r)
{
    struct stat st;

    return r->fd >= 0 && fstat(r->fd, &st) == 0 && st.st_dev == r->device &&
           st.st_ino == r->inode;
}

static void close_file(struct ph_recorder *r)
{
    if (is_ours(r))
        close(r->fd);
    r->fd = -1;
}

/* Make a file for `head` under a temporary name, then let it take the place of the old
 * one. False, and all is as before, if it cannot be made. */
static bool replace(struct ph_recorder *r, const struct porthole_record *head)
{
    char temporary[sizeof r->path + 4];
    struct stat st;
    int fd;

    snprintf(temporary, sizeof temporary, "%s" PORTHOLE_PARTIAL_SUFFIX, r->path);
    unlink(temporary);
    fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    if (!write_head(fd, head) || fstat(fd, &st) != 0)
        goto fail;
    if (is_ours(r))
        carry_over(r, fd, head);
    if (rename(temporary, r->path) != 0)
        goto fail;
    close_file(r);
    r->fd = fd;
    r->device = st.st_dev;
    r->inode = st.st_ino;
    r->head = *head;
    return true;

fail:
    unlink(temporary);
    close(fd);
    return false;
}

/* ---- Life -------------------------------------------------------------------------- */

void ph_recorder_init(struct ph_recorder *r, const char *run_dir,
                      const struct porthole_record *head)
{
    struct porthole_record full = *head;

    memset(r, 0, sizeof *r);
    r->fd = -1;
    r->next_slot = 1;
    memcpy(full.magic, PORTHOLE_RECORD_MAGIC, sizeof full.magic);
    full.version = PORTHOLE_RECORD_VERSION;
    full.header_bytes = sizeof full;
    full.slot_bytes = FIRST_SLOT_BYTES;
    full.trail_rows = PORTHOLE_TRAIL_ROWS;
    full.row_bytes = sizeof(struct porthole_record_row);
    if (!run_dir[0])
        return;
    snprintf(r->path, sizeof r->path, "%s/%llu%s", run_dir, (unsigned long long)head->pid,
             PORTHOLE_RECORD_SUFFIX);
    replace(r, &full);
}

/* Is what lies under our name still our file? */
static bool is_in_place(const struct ph_recorder *r)
{
    struct stat st;

    return lstat(r->path, &st) == 0 && st.st_dev == r->device && st.st_ino == r->inode;
}

/* For who has it open, and for who finds it because it cannot be removed. */
static void mark_closed(const struct ph_recorder *r)
{
    uint64_t now = ph_clock_unix_ns();
    ssize_t written =
        pwrite(r->fd, &now, sizeof now, offsetof(struct porthole_record, closed_unix_ns));

    (void)written; /* the mark is a courtesy */
}

void ph_recorder_fini(struct ph_recorder *r)
{
    if (r->inode == 0)
        return; /* never created */
    if (is_ours(r))
        mark_closed(r);
    close_file(r);
    if (is_in_place(r))
        unlink(r->path);
    r->inode = 0;
}

void ph_recorder_mend(struct ph_recorder *r)
{
    struct porthole_record head = r->head;
    struct stat st;

    /* Never over another file: who shares the directory may have our number as well. */
    if (is_ours(r) && lstat(r->path, &st) != 0 && errno == ENOENT)
        replace(r, &head);
}

/* ---- Every tick -------------------------------------------------------------------- */

static bool make_room(struct ph_recorder *r, size_t needed)
{
    struct porthole_record head = r->head;

    if (needed <= head.slot_bytes)
        return true;
    if (r->sequence < r->grow_after)
        return false;
    while (head.slot_bytes < needed)
        head.slot_bytes *= 2;
    if (replace(r, &head))
        return true;
    r->grow_after = r->sequence + GROW_AGAIN;
    return false;
}

static void write_slot(struct ph_recorder *r, const struct ph_blob *document, uint64_t unix_ns)
{
    struct porthole_record_slot slot = { .sequence = r->sequence,
                                         .written_unix_ns = unix_ns,
                                         .length = (uint32_t)document->len };
    struct iovec parts[2] = { { &slot, sizeof slot }, { document->bytes, document->len } };

    slot.checksum = ph_record_sum_slot(&slot, document->bytes);
    if (pwritev(r->fd, parts, 2, (off_t)slot_at(&r->head, r->next_slot)) > 0)
        r->next_slot = (r->next_slot + 1) % PORTHOLE_RECORD_SLOTS;
}

static void write_row(const struct ph_recorder *r, const struct ph_snapshot *snapshot)
{
    uint64_t place = r->sequence % r->head.trail_rows;
    struct porthole_record_row row;
    ssize_t written;

    ph_trail_row(snapshot, r->sequence, &row);
    written = pwrite(r->fd, &row, sizeof row, (off_t)(trail_at(&r->head) + place * sizeof row));
    (void)written; /* a row that failed is one that its readers find torn */
}

void ph_recorder_write(struct ph_recorder *r, const struct ph_snapshot *snapshot,
                       const struct ph_blob *document)
{
    bool fits;

    if (r->fd < 0)
        return;
    if (!is_ours(r)) {
        r->fd = -1; /* somebody closed it for us: off for good */
        return;
    }
    fits = document && make_room(r, sizeof(struct porthole_record_slot) + document->len);
    r->sequence++;
    if (fits)
        write_slot(r, document, snapshot->at_unix_ns);
    write_row(r, snapshot);
}
