/* SPDX-License-Identifier: MIT */
/* Owns the search for a predecessor. Everything in the directory is taken for a lie until
 * checked: it may be cut off, of another version, or the work of another program. */
#include "history_heir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procfs.h"
#include "record_sum.h"
#include "rings.h"

#define SEEN_ENTRIES 4096
#define NAME_BYTES 40

uint64_t ph_history_head_sum(const struct porthole_history *head)
{
    return ph_record_sum_words(0, head, offsetof(struct porthole_history, checksum));
}

#define ENDS(text) (memchr((text), '\0', sizeof(text)) != NULL)

bool ph_history_head_is_sound(const struct porthole_history *h)
{
    return memcmp(h->magic, PORTHOLE_HISTORY_MAGIC, sizeof h->magic) == 0 &&
           h->version == PORTHOLE_HISTORY_VERSION && h->header_bytes == sizeof *h &&
           h->slot_bytes == sizeof(struct porthole_history_slot) + sizeof(struct ph_rings) &&
           h->checksum == ph_history_head_sum(h) && ENDS(h->boot_id) && ENDS(h->service) &&
           ENDS(h->component);
}

static bool is_same_service(const struct porthole_history *a, const struct porthole_history *b)
{
    return strcmp(a->boot_id, b->boot_id) == 0 && strcmp(a->service, b->service) == 0 &&
           strcmp(a->component, b->component) == 0 && !(a->scale < b->scale) &&
           !(a->scale > b->scale);
}

static bool is_same_process(const struct porthole_history *a, const struct porthole_history *b)
{
    return a->pid == b->pid && a->start_ticks == b->start_ticks;
}

/* It holds the lock as long as it lives; that it lives without, is for one whose descriptor
 * the host has closed by mistake. */
static bool is_alive(const struct porthole_history *h)
{
    char path[64], stat[1024];

    snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)h->pid);
    return ph_proc_read_path(path, stat, sizeof stat) > 0 &&
           ph_proc_stat_field(stat, 22) == h->start_ticks;
}

static bool is_history_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && strlen(name) < NAME_BYTES &&
           strcmp(name + digits, PORTHOLE_HISTORY_SUFFIX) == 0;
}

/* Is the file that we have locked still the one of that name, and a file of ours? */
static bool is_in_place(int dir, const char *name, int fd)
{
    struct stat here, there;

    return fstat(fd, &here) == 0 && fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
           here.st_dev == there.st_dev && here.st_ino == there.st_ino &&
           S_ISREG(here.st_mode) && here.st_uid == geteuid();
}

/* The descriptor, locked, if the file may be gone on with. */
static int open_if_free(int dir, const char *name, const struct porthole_history *ours,
                        struct porthole_history *theirs)
{
    int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_in_place(dir, name, fd) &&
        pread(fd, theirs, sizeof *theirs, 0) == (ssize_t)sizeof *theirs &&
        ph_history_head_is_sound(theirs) && is_same_service(ours, theirs) &&
        (is_same_process(ours, theirs) || !is_alive(theirs)))
        return fd;
    close(fd);
    return -1;
}

struct search {
    const struct porthole_history *ours;
    struct porthole_history *theirs;
    char *name;
    int   fd;
};

/* Our own goes before all others; else the one that was written last. */
static bool is_better(const struct search *s, const struct porthole_history *found)
{
    if (s->fd < 0 || is_same_process(s->ours, found))
        return true;
    return !is_same_process(s->ours, s->theirs) &&
           found->written_unix_ns > s->theirs->written_unix_ns;
}

static void consider(struct search *s, int dir, const char *name)
{
    struct porthole_history found;
    int fd = open_if_free(dir, name, s->ours, &found);

    if (fd < 0)
        return;
    if (!is_better(s, &found)) {
        close(fd);
        return;
    }
    if (s->fd >= 0)
        close(s->fd);
    s->fd = fd;
    *s->theirs = found;
    snprintf(s->name, NAME_BYTES, "%s", name);
}

int ph_history_heir_find(const char *run_dir, const struct porthole_history *ours,
                         struct porthole_history *theirs, char *name)
{
    struct search search = { .ours = ours, .theirs = theirs, .name = name, .fd = -1 };
    const struct dirent *listed;
    DIR *dir = opendir(run_dir);

    if (!dir)
        return -1;
    for (int seen = 0; seen < SEEN_ENTRIES && (listed = readdir(dir)); seen++)
        if (is_history_name(listed->d_name))
            consider(&search, dirfd(dir), listed->d_name);
    closedir(dir);
    return search.fd;
}
