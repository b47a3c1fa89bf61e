/* SPDX-License-Identifier: MIT */
/* Owns the reading of procfs and cgroup files. No stdio: it would allocate, and its
 * locks are the host's too. */
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "porthole.h"

int ph_proc_open_at(int dir, const char *name)
{
    return openat(dir, name, O_RDONLY | O_CLOEXEC);
}

int ph_proc_open(const char *path)
{
    return ph_proc_open_at(AT_FDCWD, path);
}

ssize_t ph_proc_read(int fd, char *buf, size_t cap)
{
    size_t len = 0;

    if (fd < 0)
        return -1;
    while (len < cap - 1) {
        ssize_t n = pread(fd, buf + len, cap - 1 - len, (off_t)len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    buf[len] = '\0';
    return (ssize_t)len;
}

ssize_t ph_proc_read_path(const char *path, char *buf, size_t cap)
{
    int fd = ph_proc_open(path);
    ssize_t n = ph_proc_read(fd, buf, cap);

    if (fd >= 0)
        close(fd);
    return n;
}

uint64_t ph_proc_number(const char *text)
{
    uint64_t value = 0;

    text += strspn(text, " \t");
    if (*text < '0' || *text > '9')
        return PORTHOLE_UNKNOWN;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    return value;
}

uint64_t ph_proc_field(const char *text, const char *name)
{
    size_t len = strlen(name);

    for (; text; text = strchr(text, '\n')) {
        text += *text == '\n';
        if (strncmp(text, name, len) == 0)
            return ph_proc_number(text + len);
    }
    return PORTHOLE_UNKNOWN;
}

uint64_t ph_proc_stat_field(const char *stat, unsigned n)
{
    const char *at = strrchr(stat, ')'); /* end of field 2 */

    for (unsigned field = 2; at && field < n; field++)
        at = strchr(at + 1, ' ');
    return at ? ph_proc_number(at + 1) : PORTHOLE_UNKNOWN;
}
