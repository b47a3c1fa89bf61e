/* SPDX-License-Identifier: MIT */
/* Owns the knowledge of where control groups live and what their files are called. */
#include "cgroup.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porthole.h"
#include "procfs.h"

#define NO_LIMIT (UINT64_C(1) << 60) /* version 1 says "none" with a number near 2^63 */

struct flavour {
    const char *mount, *controller, *usage, *limit, *events;
};

static const struct flavour flavours[] = {
    { "/sys/fs/cgroup", "", "memory.current", "memory.max", "memory.events" },
    { "/sys/fs/cgroup/unified", "", "memory.current", "memory.max", "memory.events" },
    { "/sys/fs/cgroup/memory", "memory", "memory.usage_in_bytes", "memory.limit_in_bytes",
      "memory.oom_control" },
};

static bool has_word(const char *list, const char *end, const char *word)
{
    size_t len = strlen(word);

    while (list < end) {
        size_t n = strcspn(list, ",:");

        if (n == len && strncmp(list, word, len) == 0)
            return true;
        list += n + 1;
    }
    return false;
}

const char *ph_cgroup_path(const char *text, const char *controller, char *out, unsigned cap)
{
    out[0] = '\0';
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        const char *list, *path;

        line += *line == '\n';
        list = strchr(line, ':');
        path = list ? strchr(list + 1, ':') : NULL;
        if (!path)
            break;
        if (controller[0] ? has_word(list + 1, path, controller) : path == list + 1)
            snprintf(out, cap, "%.*s", (int)strcspn(path + 1, "\n"), path + 1);
    }
    return out;
}

static int open_file(const struct flavour *f, const char *path, const char *name)
{
    char full[PATH_MAX];

    snprintf(full, sizeof full, "%s%s/%s", f->mount, path, name);
    return ph_proc_open(full);
}

static uint64_t read_number(int fd)
{
    char text[64];

    return ph_proc_read(fd, text, sizeof text) > 0 ? ph_proc_number(text) : PORTHOLE_UNKNOWN;
}

static uint64_t read_limit(int fd)
{
    uint64_t limit = read_number(fd);

    return limit < NO_LIMIT ? limit : PORTHOLE_UNKNOWN;
}

static bool is_limited(const struct flavour *f, const char *path)
{
    int fd = open_file(f, path, f->limit);
    bool limited = fd >= 0 && read_limit(fd) != PORTHOLE_UNKNOWN;

    if (fd >= 0)
        close(fd);
    return limited;
}

static bool exists(const struct flavour *f, const char *path)
{
    int fd = open_file(f, path, f->usage);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Climb to the nearest group with a limit; "" is the root. A container often sees a path
 * that exists only outside of it: then its root is its own group. */
static bool settle(const struct flavour *f, char *path)
{
    char own[PATH_MAX];
    char *slash;

    if (!exists(f, path))
        path[0] = '\0';
    if (!exists(f, path))
        return false;
    snprintf(own, sizeof own, "%s", path);
    while (!is_limited(f, path) && (slash = strrchr(path, '/')))
        *slash = '\0';
    if (!is_limited(f, path))
        memcpy(path, own, strlen(own) + 1);
    return true;
}

void ph_cgroup_init(struct ph_cgroup *cgroup)
{
    char text[4096], path[PATH_MAX];

    *cgroup = (struct ph_cgroup){ -1, -1, -1 };
    if (ph_proc_read_path("/proc/self/cgroup", text, sizeof text) <= 0)
        return;
    for (size_t i = 0; i < sizeof flavours / sizeof flavours[0]; i++) {
        const struct flavour *f = &flavours[i];

        ph_cgroup_path(text, f->controller, path, sizeof path);
        if (strcmp(path, "/") == 0)
            path[0] = '\0';
        if (!settle(f, path))
            continue;
        cgroup->usage_fd = open_file(f, path, f->usage);
        cgroup->limit_fd = open_file(f, path, f->limit);
        cgroup->events_fd = open_file(f, path, f->events);
        return;
    }
}

void ph_cgroup_fini(struct ph_cgroup *cgroup)
{
    const int fds[] = { cgroup->usage_fd, cgroup->limit_fd, cgroup->events_fd };

    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    *cgroup = (struct ph_cgroup){ -1, -1, -1 };
}

void ph_cgroup_read(const struct ph_cgroup *cgroup, struct ph_cgroup_figures *out)
{
    char text[512];

    out->memory_bytes = read_number(cgroup->usage_fd);
    out->limit_bytes = read_limit(cgroup->limit_fd);
    out->oom_kills = PORTHOLE_UNKNOWN;
    if (ph_proc_read(cgroup->events_fd, text, sizeof text) > 0)
        out->oom_kills = ph_proc_field(text, "oom_kill ");
}
