/* SPDX-License-Identifier: MIT */
/* Owns the one directory of a test. Removes files only: a test makes no tree in it. */
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

void scratch_init(void)
{
    snprintf(dir, sizeof dir, "/dev/shm/ph-test-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
}

void scratch_fini(void)
{
    DIR *listing = opendir(dir);
    const struct dirent *entry;

    while (listing && (entry = readdir(listing)))
        if (unlinkat(dirfd(listing), entry->d_name, 0) != 0)
            unlinkat(dirfd(listing), entry->d_name, AT_REMOVEDIR);
    if (listing)
        closedir(listing);
    rmdir(dir);
}

const char *scratch_path(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], name[0] ? "%s/%s" : "%s%s", dir, name);
    return path;
}

void scratch_write(const char *name, const void *bytes, size_t n)
{
    int fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

bool scratch_has(const char *name)
{
    struct stat st;

    return lstat(scratch_path(name), &st) == 0;
}
