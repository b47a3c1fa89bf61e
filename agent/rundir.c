/* SPDX-License-Identifier: MIT */
/* Owns the directory by which local processes are found, and tidies up after those that
 * could not do so themselves. Follows no symbolic link, trusts no directory that others
 * may write to. */
#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
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

#include "porthole_wire.h"
#include "procfs.h"
#include "status.h"

#define SEEN_ENTRIES 4096
#define STILL_WRITTEN_S 120 /* two ticks of the slowest pace */

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

struct dead {
    time_t written;
    char   name[32];
};

struct sweep {
    int dir;
    struct dead kept[PH_RUNDIR_KEPT_DEAD + 1]; /* newest first, and one to push out */
    size_t n;
};

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && strcmp(name + n - m, suffix) == 0;
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
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return true; /* just starting, or just ending: not ours to touch */
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        head.start_ticks = 0;
    close(fd);
    return head.start_ticks == ph_proc_stat_field(stat, 22);
}

/* Keep the newest; whatever falls off the end of the list is removed. */
static void keep_or_remove(struct sweep *s, const char *name)
{
    struct dead fresh = { 0 };
    struct stat st;
    size_t at = s->n;

    if (strlen(name) >= sizeof fresh.name ||
        fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (st.st_mtime + STILL_WRITTEN_S > time(NULL))
        return; /* as with sockets: its writer may live next door */
    fresh.written = st.st_mtime;
    memcpy(fresh.name, name, strlen(name) + 1);
    for (; at > 0 && s->kept[at - 1].written < fresh.written; at--)
        s->kept[at] = s->kept[at - 1];
    s->kept[at] = fresh;
    if (++s->n > PH_RUNDIR_KEPT_DEAD)
        unlinkat(s->dir, s->kept[--s->n].name, 0);
}

/* Containers that share the directory do not see each other's processes: who is not to
 * be seen here may live next door. A socket that somebody listens on is alive. */
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

static void sweep_entry(struct sweep *s, const char *name)
{
    uint64_t pid = ph_proc_number(name);
    bool is_socket = has_suffix(name, PORTHOLE_SOCKET_SUFFIX);

    if (pid == PORTHOLE_UNKNOWN || pid > INT32_MAX)
        return;
    if (!is_socket && !has_suffix(name, PORTHOLE_RECORD_SUFFIX))
        return;
    if (is_alive(s->dir, (unsigned)pid))
        return;
    if (!is_socket)
        keep_or_remove(s, name);
    else if (!is_listened_on(s, name))
        unlinkat(s->dir, name, 0);
}

void ph_rundir_sweep(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct sweep sweep = { .dir = fd };
    struct dirent *entry;

    for (int seen = 0; dir && seen < SEEN_ENTRIES && (entry = readdir(dir)); seen++)
        sweep_entry(&sweep, entry->d_name);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}
