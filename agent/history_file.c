/* SPDX-License-Identifier: MIT */
/* Owns PID.history: takes over a predecessor's, and writes ours a little at a time. Must
 * never write to a descriptor that is not its own any more. */
#include "history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "history_heir.h"
#include "procfs.h"
#include "record_sum.h"
#include "rundir.h"
#include "text.h"

/* More than the largest history has, in a file that goes on for ever (it may be sparse). */
#define SLOTS_READ 16384u

struct slot {
    struct porthole_history_slot head;
    struct ph_rings rings;
};

_Static_assert(sizeof(struct ph_rings) % 8 == 0, "summed by words");
_Static_assert(offsetof(struct porthole_history_slot, checksum) % 8 == 0, "likewise");
_Static_assert(offsetof(struct porthole_history, checksum) % 8 == 0, "likewise");
_Static_assert(sizeof(((struct porthole_history_slot *)0)->name) == PH_HISTORY_NAME, "");

/* ---- Slots ------------------------------------------------------------------------- */

static uint64_t sum_of(const struct slot *slot)
{
    uint64_t sum =
        ph_record_sum_words(0, &slot->head, offsetof(struct porthole_history_slot, checksum));

    return ph_record_sum_words(sum, &slot->rings, sizeof slot->rings);
}

static off_t slot_at(size_t n)
{
    return (off_t)(sizeof(struct porthole_history) + n * sizeof(struct slot));
}

static void pack(const struct ph_history_saved *saved, struct slot *slot)
{
    memset(slot, 0, sizeof *slot);
    slot->head.hash = saved->hash;
    slot->head.second = saved->second;
    slot->head.seen_s = saved->seen_s;
    memcpy(slot->head.name, saved->series.name, sizeof slot->head.name);
    slot->head.thread = saved->series.thread;
    slot->head.kind = (uint16_t)saved->series.kind;
    slot->head.unit = (uint16_t)saved->series.unit;
    slot->rings = saved->series.rings;
    slot->head.checksum = sum_of(slot);
}

static void unpack(const struct slot *slot, struct ph_history_saved *saved)
{
    memset(saved, 0, sizeof *saved);
    saved->hash = slot->head.hash;
    saved->second = slot->head.second;
    saved->seen_s = slot->head.seen_s;
    memcpy(saved->series.name, slot->head.name, sizeof saved->series.name);
    saved->series.thread = slot->head.thread;
    saved->series.kind = (enum ph_kind)slot->head.kind;
    saved->series.unit = (enum ph_unit)slot->head.unit;
    saved->series.rings = slot->rings;
}

/* ---- Writing ----------------------------------------------------------------------- */

static bool is_ours(const struct ph_history_file *f)
{
    struct stat st;

    return f->fd >= 0 && fstat(f->fd, &st) == 0 && st.st_dev == f->device &&
           st.st_ino == f->inode;
}

/* A write beyond RLIMIT_FSIZE is a signal first and an error code second. */
static bool is_within_limit(off_t bytes)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && (rlim_t)bytes <= limit.rlim_cur;
}

static bool write_head(struct ph_history_file *f)
{
    f->head.written_unix_ns = ph_clock_unix_ns();
    f->head.born_s = ph_history_born_s(f->history);
    f->head.checksum = ph_history_head_sum(&f->head);
    return is_within_limit((off_t)sizeof f->head) &&
           pwrite(f->fd, &f->head, sizeof f->head, 0) == (ssize_t)sizeof f->head;
}

static void write_slot(const struct ph_history_file *f, size_t n,
                       const struct ph_history_saved *saved)
{
    struct slot slot;
    ssize_t written;

    pack(saved, &slot);
    if (!is_within_limit(slot_at(n + 1)))
        return;
    written = pwrite(f->fd, &slot, sizeof slot, slot_at(n));
    (void)written; /* a slot that failed is one that its reader finds torn */
}

static void write_load(const struct ph_history_file *f)
{
    struct ph_history_saved saved;

    ph_history_save_load(f->history, &saved);
    write_slot(f, 0, &saved);
}

/* Of the next places, those that were seen since the round before; true at the end. */
static bool write_some(struct ph_history_file *f, size_t at_most)
{
    size_t count = ph_history_count(f->history);
    struct ph_history_saved saved;

    for (; f->next < count && at_most; f->next++) {
        if (!(ph_history_seen_s(f->history, f->next) >= f->since_s) ||
            !ph_history_save(f->history, f->next, &saved))
            continue;
        write_slot(f, f->next + 1, &saved);
        at_most--;
    }
    return f->next >= count;
}

/* ---- Making the file --------------------------------------------------------------- */

/* Somebody else has our number, and lives: in another container, say. */
static bool is_taken(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool taken = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

    if (fd >= 0)
        close(fd);
    return taken;
}

static bool adopt(struct ph_history_file *f, int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    f->fd = fd;
    f->device = st.st_dev;
    f->inode = st.st_ino;
    return true;
}

/* A file with a header, locked before it has its name. */
static bool make(struct ph_history_file *f)
{
    char temporary[sizeof f->path + sizeof PORTHOLE_PARTIAL_SUFFIX];
    int fd;

    if (is_taken(f->path))
        return false;
    snprintf(temporary, sizeof temporary, "%s" PORTHOLE_PARTIAL_SUFFIX, f->path);
    unlink(temporary);
    fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && adopt(f, fd) && write_head(f) &&
        rename(temporary, f->path) == 0)
        return true;
    unlink(temporary);
    close(fd);
    f->fd = -1;
    return false;
}

/* ---- A predecessor ----------------------------------------------------------------- */

static void load(struct ph_history_file *f)
{
    struct ph_history_saved saved;
    struct slot slot;

    for (size_t n = 0; n <= SLOTS_READ; n++) {
        if (pread(f->fd, &slot, sizeof slot, slot_at(n)) != (ssize_t)sizeof slot)
            return;
        if (slot.head.second == 0 || slot.head.checksum != sum_of(&slot))
            continue;
        unpack(&slot, &saved);
        if (n == 0)
            ph_history_restore_load(f->history, &saved);
        else
            ph_history_restore(f->history, n - 1, &saved);
    }
}

static bool take_name(struct ph_history_file *f, const char *name)
{
    char path[sizeof f->path + 40];

    snprintf(path, sizeof path, "%s/%s", f->run_dir, name);
    if (strcmp(path, f->path) == 0)
        return true;
    return !is_taken(f->path) && rename(path, f->path) == 0;
}

/* Of a predecessor that had more room. */
static void cut_off(const struct ph_history_file *f)
{
    off_t most = slot_at(ph_history_room(f->history) + 1);
    struct stat st;
    int rc = fstat(f->fd, &st) == 0 && st.st_size > most ? ftruncate(f->fd, most) : 0;

    (void)rc; /* what is too much is not read */
}

static bool succeed(struct ph_history_file *f, struct ph_history_clock *clock)
{
    struct porthole_history theirs;
    char name[40];
    int fd = ph_history_heir_find(f->run_dir, &f->head, &theirs, name);
    bool again;

    if (fd < 0)
        return false;
    if (!take_name(f, name) || !adopt(f, fd)) {
        close(fd);
        f->fd = -1;
        return false;
    }
    again = theirs.pid == f->head.pid && theirs.start_ticks == f->head.start_ticks;
    clock->origin_s = f->head.origin_s = theirs.origin_s;
    ph_history_resume(f->history, ph_history_clock_s(clock), again ? theirs.born_s : NAN);
    load(f);
    cut_off(f);
    if (!write_head(f)) {
        close(f->fd);
        f->fd = -1;
    }
    return true;
}

/* ---- Life -------------------------------------------------------------------------- */

static void fill_head(struct porthole_history *head, const struct ph_history_owner *owner,
                      const struct ph_history_clock *clock)
{
    char boot_id[64] = "";

    *head = (struct porthole_history){ .version = PORTHOLE_HISTORY_VERSION,
                                       .header_bytes = sizeof *head,
                                       .slot_bytes = sizeof(struct slot),
                                       .pid = owner->pid,
                                       .start_ticks = owner->start_ticks,
                                       .born_s = NAN,
                                       .origin_s = clock->origin_s,
                                       .scale = clock->scale };
    memcpy(head->magic, PORTHOLE_HISTORY_MAGIC, sizeof head->magic);
    ph_proc_read_path("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
    boot_id[strcspn(boot_id, "\n")] = '\0';
    ph_text_copy(head->boot_id, sizeof head->boot_id, boot_id);
    ph_text_copy(head->service, sizeof head->service, owner->service);
    ph_text_copy(head->component, sizeof head->component, owner->component);
}

void ph_history_file_init(struct ph_history_file *f, const char *run_dir,
                          const struct ph_history_owner *owner, struct ph_history *history,
                          struct ph_history_clock *clock)
{
    *f = (struct ph_history_file){ .fd = -1, .history = history, .since_s = -INFINITY };
    if (!run_dir[0])
        return;
    fill_head(&f->head, owner, clock);
    snprintf(f->run_dir, sizeof f->run_dir, "%s", run_dir);
    snprintf(f->path, sizeof f->path, "%s/%llu" PORTHOLE_HISTORY_SUFFIX, f->run_dir,
             (unsigned long long)owner->pid);
    if (!succeed(f, clock))
        make(f);
}

/* Somebody has removed it, or the directory with it: all that there is goes into a new one,
 * in a later round if not now. Who made the directory again need not have been us. */
static void mend(struct ph_history_file *f)
{
    char dir[PH_RUNDIR_BYTES];
    struct stat st;

    if (!f->lost && (lstat(f->path, &st) == 0 || errno != ENOENT))
        return;
    if (!f->lost)
        close(f->fd);
    f->fd = -1;
    f->lost = ph_rundir_open(f->run_dir, dir, NULL) != PORTHOLE_OK || !make(f);
    if (!f->lost)
        f->since_s = -INFINITY;
}

static void begin_round(struct ph_history_file *f, uint64_t now_ns)
{
    size_t most = PH_HISTORY_FILE_TICK_BYTES / sizeof(struct slot);
    size_t count = ph_history_count(f->history);

    /* A minute of the rings' clock, whose minutes may be short in a test. */
    f->due_ns = now_ns + PH_HISTORY_FILE_ROUND_S * PH_NS_PER_S / (uint64_t)f->head.scale;
    f->since_s = f->next_since_s;
    f->next_since_s = (double)ph_history_time(f->history)->second;
    mend(f);
    if (f->fd < 0)
        return;
    f->next = 0;
    /* At a tick a second it takes most of the minute. */
    f->share = count / (PH_HISTORY_FILE_ROUND_S - 10) + 1;
    f->share = f->share < most && f->head.scale < 2 ? f->share : most;
    f->writing = true;
    write_head(f);
    write_load(f);
}

void ph_history_file_write(struct ph_history_file *f, uint64_t now_ns)
{
    if (f->fd < 0 && !f->lost)
        return;
    if (!f->lost && !is_ours(f)) {
        f->fd = -1; /* somebody closed it for us: off for good */
        return;
    }
    if (!f->writing && now_ns >= f->due_ns)
        begin_round(f, now_ns);
    if (f->writing)
        f->writing = !write_some(f, f->share);
}

void ph_history_file_fini(struct ph_history_file *f)
{
    if (!f->history)
        return; /* never opened */
    if (is_ours(f)) {
        f->since_s = -INFINITY;
        f->next = 0;
        write_head(f);
        write_load(f);
        write_some(f, SIZE_MAX);
        close(f->fd);
    }
    f->fd = -1;
}
