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
#include "text.h"

#define SEEN_ENTRIES 4096
#define NAME_BYTES 40
#define TRIED 64        /* that others turn out to hold */

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

static bool is_ours_to_take(const struct porthole_history *ours,
                            const struct porthole_history *theirs)
{
    return ph_history_head_is_sound(theirs) && is_same_service(ours, theirs) &&
           (is_same_process(ours, theirs) || !is_alive(theirs));
}

static int open_head(int dir, const char *name, struct porthole_history *head)
{
    int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return -1;
    if (pread(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head)
        return fd;
    close(fd);
    return -1;
}

/* ---- The order in which they are tried --------------------------------------------- */

struct candidate {
    bool     own;
    uint64_t written_ns;
    char     name[NAME_BYTES];
};

/* Our own goes before all others; then the one that was written last. */
static bool is_before(const struct candidate *a, const struct candidate *b)
{
    if (a->own != b->own)
        return a->own;
    if (a->written_ns != b->written_ns)
        return a->written_ns > b->written_ns;
    return strcmp(a->name, b->name) < 0;
}

/* Nothing is locked in order to look: who starts in that moment would take the lock for
 * that of a successor, and begin without its past. */
static bool look(int dir, const char *name, const struct porthole_history *ours,
                 struct candidate *out)
{
    struct porthole_history head;
    int fd = open_head(dir, name, &head);

    if (fd < 0)
        return false;
    close(fd);
    *out = (struct candidate){ is_same_process(ours, &head), head.written_unix_ns, "" };
    ph_text_copy(out->name, sizeof out->name, name);
    return is_ours_to_take(ours, &head);
}

/* The first one in the order, behind the one that was tried last. */
static bool find_next(DIR *dir, const struct porthole_history *ours,
                      const struct candidate *last, struct candidate *best)
{
    const struct dirent *listed;
    struct candidate found;
    bool any = false;

    rewinddir(dir);
    for (int seen = 0; seen < SEEN_ENTRIES && (listed = readdir(dir)); seen++) {
        if (!is_history_name(listed->d_name) || !look(dirfd(dir), listed->d_name, ours, &found))
            continue;
        if ((!last || is_before(last, &found)) && (!any || is_before(&found, best)))
            *best = found;
        any |= !last || is_before(last, &found);
    }
    return any;
}

/* The descriptor, locked, if it is still what we have seen. */
static int take(int dir, const char *name, const struct porthole_history *ours,
                struct porthole_history *theirs)
{
    int fd = open_head(dir, name, theirs);

    if (fd < 0)
        return -1;
    /* Read again once it is locked: another successor may have had it in between. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_in_place(dir, name, fd) &&
        pread(fd, theirs, sizeof *theirs, 0) == (ssize_t)sizeof *theirs &&
        is_ours_to_take(ours, theirs))
        return fd;
    close(fd);
    return -1;
}

int ph_history_heir_find(const char *run_dir, const struct porthole_history *ours,
                         struct porthole_history *theirs, char *name)
{
    struct candidate best, last;
    DIR *dir = opendir(run_dir);
    int fd = -1;

    if (!dir)
        return -1;
    for (int tried = 0; tried < TRIED && fd < 0; tried++) {
        if (!find_next(dir, ours, tried ? &last : NULL, &best))
            break;
        last = best;
        fd = take(dirfd(dir), best.name, ours, theirs);
    }
    closedir(dir);
    if (fd >= 0)
        snprintf(name, NAME_BYTES, "%s", best.name);
    return fd;
}
