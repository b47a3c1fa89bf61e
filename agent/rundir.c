/* SPDX-License-Identifier: MIT */
/* Owns the directory by which local processes are found, and tidies up after those that
 * could not do so themselves. Follows no symbolic link, trusts no directory that others
 * may write to. */
#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "capture_name.h"
#include "porthole_wire.h"
#include "procfs.h"
#include "record_sum.h"
#include "status.h"

#define SEEN_ENTRIES 4096
#define STILL_WRITTEN_S 120 /* two ticks of the slowest pace */
#define SEEN_HISTORIES 64
#define HEIR_S 600          /* so long several of one service may each find a successor */

static enum porthole_status check_directory(const char *path, porthole_error *err)
{
    struct stat st;
    struct statfs fs;

    if (lstat(path, &st) != 0 || statfs(path, &fs) != 0)
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot use run directory '%s': %s", path,
                       ph_errno_text(errno));
    if (!S_ISDIR(st.st_mode))
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot use run directory '%s': not a directory",
                       path);
    if (st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return ph_fail(err, PORTHOLE_ESYSTEM,
                       "cannot use run directory '%s': not owned by us with mode 0700", path);
    if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC)
        return ph_fail(err, PORTHOLE_ESYSTEM,
                       "cannot use run directory '%s': not in memory (tmpfs)", path);
    return PORTHOLE_OK;
}

enum porthole_status ph_rundir_open(const char *configured, char *path, porthole_error *err)
{
    int n = configured ? snprintf(path, PH_RUNDIR_BYTES, "%s", configured)
                       : snprintf(path, PH_RUNDIR_BYTES, "%s/%s%u", PORTHOLE_RUN_BASE,
                                  PORTHOLE_RUN_PREFIX, (unsigned)geteuid());

    if (n < 0 || n >= PH_RUNDIR_BYTES)
        return ph_fail(err, PORTHOLE_ESYSTEM,
                       "cannot use run directory '%s': longer than %d bytes", configured,
                       PH_RUNDIR_BYTES - 1);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot create run directory '%s': %s", path,
                       ph_errno_text(errno));
    return check_directory(path, err);
}

/* ---- Sweeping ---------------------------------------------------------------------- */

enum kind {
    SOCKET,
    EVIDENCE,               /* a recorder file, or what a capture rule has kept */
    PARTIAL,                /* one of these that was being written */
};

struct entry {
    enum kind kind;
    bool      history;      /* it is a history file: EVIDENCE */
    unsigned  pid;
    const char *name;
};

/* All the evidence of one dead process stays or goes together; but for its history, which is
 * no evidence but a heritage, and left by who ends in good order as well: sixteen of those
 * would push out what tells of a crash. */
struct dead {
    unsigned pid;
    time_t   written;       /* the newest of it */
    uint64_t bytes;
};

struct kept {
    struct dead dead[PH_RUNDIR_KEPT_DEAD + 1]; /* newest first, and one to push out */
    size_t n;
};

/* A history that waits for a successor. */
struct heritage {
    unsigned pid;
    time_t   written;
    uint64_t service;       /* a sum of service and component */
};

struct sweep {
    int    dir;
    time_t now;
    unsigned asked;         /* the process that was_dead answers for */
    bool   was_dead;
    struct kept kept[2];    /* evidence, and histories */
    struct heritage heritage[SEEN_HISTORIES];
    size_t n_heritage;
};

static bool parse(const char *name, struct entry *out)
{
    static const struct {
        const char *rest;
        enum kind kind;
    } kinds[] = { { PORTHOLE_SOCKET_SUFFIX, SOCKET },
                  { PORTHOLE_RECORD_SUFFIX, EVIDENCE },
                  { PORTHOLE_RECORD_SUFFIX PORTHOLE_PARTIAL_SUFFIX, PARTIAL },
                  { PORTHOLE_HISTORY_SUFFIX, EVIDENCE },
                  { PORTHOLE_HISTORY_SUFFIX PORTHOLE_PARTIAL_SUFFIX, PARTIAL } };
    const char *rest = name + strspn(name, "0123456789");
    uint64_t pid = ph_proc_number(name);
    struct ph_capture_name capture;

    if (ph_capture_name_parse(name, &capture)) {
        *out = (struct entry){ .kind = capture.partial ? PARTIAL : EVIDENCE,
                               .pid = capture.pid,
                               .name = name };
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (rest > name && pid <= INT32_MAX && strcmp(rest, kinds[i].rest) == 0) {
            *out = (struct entry){ .kind = kinds[i].kind,
                                   .history = strcmp(rest, PORTHOLE_HISTORY_SUFFIX) == 0,
                                   .pid = (unsigned)pid,
                                   .name = name };
            return true;
        }
    return false;
}

/* The process a recorder file was written by may be gone, and its number in use again. */
static bool is_alive(int dir, unsigned pid)
{
    struct porthole_record head = { .pid = 0 };
    char name[64], stat[1024];
    int fd;

    snprintf(name, sizeof name, "/proc/%u/stat", pid);
    if (ph_proc_read_path(name, stat, sizeof stat) <= 0)
        return false;
    snprintf(name, sizeof name, "%u%s", pid, PORTHOLE_RECORD_SUFFIX);
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return true; /* just starting, or just ending: not ours to touch */
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        head.start_ticks = 0;
    close(fd);
    return head.start_ticks == ph_proc_stat_field(stat, 22);
}

static time_t written_at(const struct sweep *s, const char *name)
{
    struct stat st;

    return fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_mtime : 0;
}

static bool is_fresh(const struct sweep *s, const char *name)
{
    return written_at(s, name) + STILL_WRITTEN_S > s->now;
}

/* Containers that share the directory do not see each other's processes: who is not to
 * be seen here may live next door, and goes on writing. */
static bool is_dead(struct sweep *s, unsigned pid)
{
    char record[32];

    if (pid == s->asked)
        return s->was_dead;
    snprintf(record, sizeof record, "%u%s", pid, PORTHOLE_RECORD_SUFFIX);
    s->asked = pid;
    s->was_dead = !is_alive(s->dir, pid) && !is_fresh(s, record);
    return s->was_dead;
}

static struct dead *find(struct sweep *s, const struct entry *e)
{
    struct kept *kept = &s->kept[e->history];

    for (size_t i = 0; i < kept->n; i++)
        if (kept->dead[i].pid == e->pid)
            return &kept->dead[i];
    return NULL;
}

/* Whose history it is; 0 if that cannot be told. */
static uint64_t service_of(const struct sweep *s, const char *name)
{
    int fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct porthole_history head;
    bool whole;

    if (fd < 0)
        return 0;
    whole = pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head &&
            memcmp(head.magic, PORTHOLE_HISTORY_MAGIC, sizeof head.magic) == 0;
    close(fd);
    return whole ? ph_record_sum_words(
                       ph_record_sum_words(0, head.service, sizeof head.service / 8 * 8),
                       head.component, sizeof head.component / 8 * 8)
                 : 0;
}

static void note_heritage(struct sweep *s, const struct entry *e)
{
    if (s->n_heritage < SEEN_HISTORIES && is_dead(s, e->pid))
        s->heritage[s->n_heritage++] =
            (struct heritage){ e->pid, written_at(s, e->name), service_of(s, e->name) };
}

/* A successor takes the newest of its service; the others wait for nobody. */
static bool is_surpassed(const struct sweep *s, const struct entry *e)
{
    const struct heritage *own = NULL, *h;

    for (h = s->heritage; h < s->heritage + s->n_heritage; h++)
        own = h->pid == e->pid ? h : own;
    if (!own || !own->service || own->written + HEIR_S > s->now)
        return false;
    for (h = s->heritage; h < s->heritage + s->n_heritage; h++)
        if (h->service == own->service && h->written > own->written)
            return true;
    return false;
}

/* First look: which of the dead were the last to write? */
static void rank(struct sweep *s, const struct entry *e)
{
    struct dead fresh = { .pid = e->pid, .written = written_at(s, e->name) };
    struct dead *known = find(s, e);
    struct kept *kept = &s->kept[e->history];
    size_t at;

    if (e->history)
        note_heritage(s, e);
    if (e->kind != EVIDENCE || fresh.written + PH_RUNDIR_KEPT_S < s->now ||
        (known && known->written >= fresh.written) || !is_dead(s, e->pid))
        return;
    at = known ? (size_t)(known - kept->dead) : kept->n++;
    for (; at > 0 && kept->dead[at - 1].written < fresh.written; at--)
        kept->dead[at] = kept->dead[at - 1];
    kept->dead[at] = fresh;
    if (kept->n > PH_RUNDIR_KEPT_DEAD)
        kept->n--;
}

/* Second look: how much do they hold? */
static void weigh(struct sweep *s, const struct entry *e)
{
    struct dead *kept = find(s, e);
    struct stat st;

    if (kept && e->kind == EVIDENCE && fstatat(s->dir, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        kept->bytes += (uint64_t)st.st_blocks * 512;
}

/* All of it together, evidence first. */
static void cut_to_size(struct sweep *s)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < 2; i++) {
        struct kept *kept = &s->kept[i];
        size_t n = 0;

        while (n < kept->n && (bytes += kept->dead[n].bytes) <= PH_RUNDIR_KEPT_BYTES)
            n++;
        kept->n = n;
    }
}

/* A socket that somebody listens on is alive, whoever it is. */
static bool is_listened_on(const struct sweep *s, const char *name)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool refused;

    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%.32s", s->dir, name);
    refused =
        fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0 && errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return !refused;
}

/* Third look: the rest goes. */
static void discard(struct sweep *s, const struct entry *e)
{
    bool wanted;

    if (e->kind == SOCKET)
        wanted = is_alive(s->dir, e->pid) || is_listened_on(s, e->name);
    else
        wanted =
            (e->kind == EVIDENCE && find(s, e)) || is_fresh(s, e->name) || !is_dead(s, e->pid);
    if (!wanted || (e->history && is_surpassed(s, e)))
        unlinkat(s->dir, e->name, 0);
}

static void look(struct sweep *s, DIR *dir,
                 void (*visit)(struct sweep *s, const struct entry *e))
{
    const struct dirent *listed;
    struct entry entry;

    rewinddir(dir);
    for (int seen = 0; seen < SEEN_ENTRIES && (listed = readdir(dir)); seen++)
        if (parse(listed->d_name, &entry))
            visit(s, &entry);
}

bool ph_rundir_sweep(const char *path)
{
    char same[PH_RUNDIR_BYTES];
    struct sweep sweep = { .now = time(NULL) };
    DIR *dir;

    if (ph_rundir_open(path, same, NULL) != PORTHOLE_OK)
        return false;
    sweep.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    dir = sweep.dir >= 0 ? fdopendir(sweep.dir) : NULL;
    if (!dir) {
        if (sweep.dir >= 0)
            close(sweep.dir);
        return false;
    }
    look(&sweep, dir, rank);
    look(&sweep, dir, weigh);
    cut_to_size(&sweep);
    look(&sweep, dir, discard);
    closedir(dir);
    return true;
}
