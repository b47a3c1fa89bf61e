/* SPDX-License-Identifier: MIT */
/*
 * rundirs: the walk over run directories. Everything in them but its owner is taken for a
 * lie until checked: root may look into a directory that some user filled for that purpose.
 */
#include "rundirs.h"

#include "porthole_wire.h"
#include "text.h"
#include "units.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void visit(const struct rundirs_folder *folder, const char *name, void *user);

#define CALLER ((uid_t)-1)

/**
 * @param owner  whose directory it must be; CALLER: the caller's or root's.
 */
static void walk(const char *path, uid_t owner, visit *each, void *user)
{
    struct rundirs_folder folder = { .path = path };
    struct dirent *entry;
    struct stat st;
    DIR *dir;

    folder.fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
    if (folder.fd < 0)
        return;
    dir = fdopendir(folder.fd);
    if (dir == NULL) {
        close(folder.fd);
        return;
    }
    if (owner == CALLER)
        owner = geteuid();
    if (fstat(folder.fd, &st) == 0 && (st.st_uid == owner || st.st_uid == 0)) {
        folder.owner = st.st_uid;
        while ((entry = readdir(dir)) != NULL)
            each(&folder, entry->d_name, user);
    }
    closedir(dir);
}

static void walk_everybody(visit *each, void *user)
{
    static const char prefix[] = PORTHOLE_RUN_PREFIX;
    DIR *dir = opendir(PORTHOLE_RUN_BASE);
    struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        char path[512];
        unsigned uid;

        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0 ||
            !units_parse_count(entry->d_name + sizeof prefix - 1, 0, 999999999, &uid))
            continue;
        snprintf(path, sizeof path, PORTHOLE_RUN_BASE "/%s", entry->d_name);
        walk(path, (uid_t)uid, each, user);
    }
    closedir(dir);
}

static const char *chosen(void)
{
    const char *folder = getenv(PORTHOLE_RUN_ENV);

    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

void rundirs_own(struct buf *out)
{
    if (chosen() != NULL)
        buf_puts(out, chosen());
    else
        buf_printf(out, PORTHOLE_RUN_BASE "/" PORTHOLE_RUN_PREFIX "%u", (unsigned)geteuid());
}

void rundirs_each(visit *each, void *user)
{
    struct buf own = { 0 };

    rundirs_own(&own);
    if (chosen() != NULL)
        walk(chosen(), CALLER, each, user);
    else if (geteuid() == 0)
        walk_everybody(each, user);
    else
        walk(buf_text(&own), geteuid(), each, user);
    buf_fini(&own);
}

void rundirs_say(struct buf *out)
{
    buf_puts(out, "'");
    if (chosen() == NULL && geteuid() == 0)
        buf_puts(out, PORTHOLE_RUN_BASE "/" PORTHOLE_RUN_PREFIX "*");
    else
        rundirs_own(out);
    buf_puts(out, "'");
}

int rundirs_open(const struct rundirs_folder *folder, const char *name, struct stat *st,
                 const char **wrong)
{
    static char reason[TEXT_REASON_BYTES];
    int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    *wrong = NULL;
    if (fd < 0 || fstat(fd, st) != 0) {
        text_reason(reason, errno);
        *wrong = errno == ELOOP ? "a symbolic link" : reason;
    } else if (!S_ISREG(st->st_mode)) {
        *wrong = "not a regular file";
    } else if (st->st_uid != folder->owner && st->st_uid != 0) {
        *wrong = "it belongs to another user than its folder";
    }
    if (*wrong != NULL && fd >= 0)
        close(fd);
    return *wrong == NULL ? fd : -1;
}
