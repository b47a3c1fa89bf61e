/* SPDX-License-Identifier: MIT */
/* Owns PID.porthole. Must never block on a disk (the run directory is in memory), and
 * must never write to a descriptor that is not its own any more. */
#include "recorder.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FIRST_SLOT_BYTES 65536u

static uint32_t fnv(uint32_t hash, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 16777619u;
    return hash;
}

static uint32_t checksum(const struct porthole_record_slot *slot, const char *document)
{
    uint32_t hash = fnv(2166136261u, &slot->sequence, sizeof slot->sequence);

    hash = fnv(hash, &slot->written_unix_ns, sizeof slot->written_unix_ns);
    hash = fnv(hash, &slot->length, sizeof slot->length);
    return fnv(hash, document, slot->length);
}

static bool write_file(int fd, const struct porthole_record *head)
{
    off_t size = (off_t)(head->header_bytes + 2 * head->slot_bytes);

    /* Claim the memory now: a full tmpfs must fail here and not at a later write. */
    return posix_fallocate(fd, 0, size) == 0 &&
           pwrite(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head;
}

/* Make the file under a temporary name, then let it take the place of the old one. */
static void create(struct ph_recorder *r)
{
    char temporary[sizeof r->path + 4];
    struct stat st;
    int fd;

    snprintf(temporary, sizeof temporary, "%s.new", r->path);
    unlink(temporary);
    fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return;
    if (!write_file(fd, &r->head) || fstat(fd, &st) != 0 || rename(temporary, r->path) != 0) {
        unlink(temporary);
        close(fd);
        return;
    }
    r->fd = fd;
    r->device = st.st_dev;
    r->inode = st.st_ino;
}

void ph_recorder_init(struct ph_recorder *r, const char *run_dir,
                      const struct porthole_record *head)
{
    memset(r, 0, sizeof *r);
    r->fd = -1;
    r->head = *head;
    memcpy(r->head.magic, PORTHOLE_RECORD_MAGIC, sizeof r->head.magic);
    r->head.version = PORTHOLE_RECORD_VERSION;
    r->head.header_bytes = sizeof r->head;
    r->head.slot_bytes = FIRST_SLOT_BYTES;
    if (!run_dir[0])
        return;
    snprintf(r->path, sizeof r->path, "%s/%llu%s", run_dir, (unsigned long long)head->pid,
             PORTHOLE_RECORD_SUFFIX);
    create(r);
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

void ph_recorder_fini(struct ph_recorder *r)
{
    if (r->inode == 0)
        return; /* never created */
    close_file(r);
    unlink(r->path);
    r->inode = 0;
}

static void grow(struct ph_recorder *r, size_t needed)
{
    while (r->head.slot_bytes < needed)
        r->head.slot_bytes *= 2;
    close_file(r);
    create(r);
}

void ph_recorder_write(struct ph_recorder *r, const struct ph_blob *document, uint64_t unix_ns)
{
    struct porthole_record_slot slot = { .sequence = r->sequence + 1,
                                         .written_unix_ns = unix_ns };
    struct iovec parts[2] = { { &slot, sizeof slot } };
    uint64_t at;

    if (r->fd < 0 || !document)
        return;
    slot.length = (uint32_t)document->len;
    parts[1] = (struct iovec){ document->bytes, document->len };
    if (sizeof slot + document->len > r->head.slot_bytes)
        grow(r, sizeof slot + document->len);
    if (!is_ours(r)) {
        r->fd = -1; /* somebody closed it for us: off for good */
        return;
    }
    slot.checksum = checksum(&slot, document->bytes);
    at = r->head.header_bytes + (slot.sequence % 2) * r->head.slot_bytes;
    if (pwritev(r->fd, parts, 2, (off_t)at) > 0)
        r->sequence++;
}
