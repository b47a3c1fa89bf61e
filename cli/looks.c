/* SPDX-License-Identifier: MIT */
/*
 * looks: files and their folder. The folder is trusted as the agent trusts its own: it must
 * be the caller's alone, and no symbolic link. A file is written under another name and
 * renamed, so that two commands at once leave one of both looks and never a mixture.
 */
#include "looks.h"

#include "mem.h"
#include "porthole_wire.h"
#include "rundirs.h"
#include "slurp.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "looks"
#define SUFFIX ".json"
#define NAME_BYTES 64
#define FILE_BYTES ((size_t)512 << 10)

/* What is left of a command that died while it wrote. */
#define STALE_S 60

struct looks_item {
    char *host;
    char *started;
    double pid;
    struct look look;
    bool known; /* else there is none, and the file has been looked for */
};

/* ---- The folder ---------------------------------------------------------------------- */

static bool is_ours_alone(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & 077) == 0;
}

static int open_folder_at(int parent, const char *name, bool make)
{
    int fd;

    if (make)
        mkdirat(parent, name, 0700); /* it may be there already */
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || is_ours_alone(fd))
        return fd;
    close(fd);
    return -1;
}

/* -1: there is none that may be used. */
static int open_folder(bool make)
{
    struct buf path = { 0 };
    int parent, fd;

    rundirs_own(&path);
    parent = open_folder_at(AT_FDCWD, buf_text(&path), make);
    buf_fini(&path);
    if (parent < 0)
        return -1;
    fd = open_folder_at(parent, FOLDER, make);
    close(parent);
    return fd;
}

/* ---- Names --------------------------------------------------------------------------- */

/* FNV-1a, 64 bits. Two processes of one name would take turns in one file: what is in it says
 * whose it is. */
static uint64_t hash(uint64_t state, const char *text)
{
    do
        state = (state ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    while (*text++ != '\0');
    return state;
}

static void name_of(char out[NAME_BYTES], const char *command, const struct look_owner *owner)
{
    uint64_t state = hash(UINT64_C(0xCBF29CE484222325), owner->host);
    char pid[32];

    snprintf(pid, sizeof pid, "%.0f", owner->pid);
    state = hash(hash(state, pid), owner->started);
    snprintf(out, NAME_BYTES, "%.24s-%016llx" SUFFIX, command, (unsigned long long)state);
}

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), n = strlen(end);

    return len > n && strcmp(name + len - n, end) == 0;
}

/* ---- Reading and writing ------------------------------------------------------------- */

static bool read_file(const char *command, const struct look_owner *owner, struct look *look)
{
    struct buf text = { .limit = FILE_BYTES };
    char name[NAME_BYTES], path[NAME_BYTES + 32];
    int folder = open_folder(false);
    bool good;

    if (folder < 0)
        return false;
    name_of(name, command, owner);
    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", folder, name);
    good = slurp(path, &text) == NULL && look_read(buf_text(&text), text.len, owner, look);
    close(folder);
    buf_fini(&text);
    return good;
}

static bool write_whole(int fd, const struct buf *text)
{
    size_t done = 0;

    while (done < text->len) {
        ssize_t n = write(fd, text->data + done, text->len - done);

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static void write_file(int folder, const char *name, const struct buf *text)
{
    char partial[NAME_BYTES + 32];
    bool good;
    int fd;

    snprintf(partial, sizeof partial, "%s.%d" PORTHOLE_PARTIAL_SUFFIX, name, (int)getpid());
    fd = openat(folder, partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    good = write_whole(fd, text);
    close(fd);
    if (!good || renameat(folder, partial, folder, name) != 0)
        unlinkat(folder, partial, 0);
}

/* ---- The ceiling --------------------------------------------------------------------- */

struct oldest {
    char name[NAME_BYTES];
    struct timespec at;
    size_t files;
};

static bool is_before(struct timespec a, struct timespec b)
{
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static void consider(int folder, const char *name, time_t now, struct oldest *oldest)
{
    struct stat st;

    if (strlen(name) >= NAME_BYTES + 32 ||
        fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return;
    if (ends_in(name, PORTHOLE_PARTIAL_SUFFIX) && st.st_mtime + STALE_S < now)
        unlinkat(folder, name, 0);
    if (!ends_in(name, SUFFIX) || strlen(name) >= NAME_BYTES)
        return;
    if (oldest->files++ == 0 || is_before(st.st_mtim, oldest->at)) {
        snprintf(oldest->name, sizeof oldest->name, "%.*s", NAME_BYTES - 1, name);
        oldest->at = st.st_mtim;
    }
}

/* One look more is at most one file more; but somebody else may have written some, too. */
static void tidy(int folder)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    struct oldest oldest;

    if (dir == NULL && copy >= 0)
        close(copy);
    for (int i = 0; dir != NULL && i < LOOKS_FILES; i++) {
        const struct dirent *entry;

        oldest = (struct oldest){ .files = 0 };
        rewinddir(dir);
        while ((entry = readdir(dir)) != NULL)
            consider(folder, entry->d_name, time(NULL), &oldest);
        if (oldest.files <= LOOKS_FILES)
            break;
        unlinkat(folder, oldest.name, 0);
    }
    if (dir != NULL)
        closedir(dir);
}

static void file(const char *command, const struct look_owner *owner, const struct look *look)
{
    struct buf text = { .limit = FILE_BYTES };
    int folder = open_folder(true);
    char name[NAME_BYTES];

    if (folder < 0)
        return;
    name_of(name, command, owner);
    look_write(&text, look, owner);
    if (!text.full)
        write_file(folder, name, &text);
    tidy(folder);
    close(folder);
    buf_fini(&text);
}

/* ---- In memory ----------------------------------------------------------------------- */

void looks_init(struct looks *looks, const char *command, bool filed)
{
    const char *off = getenv(LOOKS_OFF_ENV);

    *looks =
        (struct looks){ .command = command, .filed = filed && (off == NULL || off[0] == '\0') };
}

void looks_fini(struct looks *looks)
{
    for (size_t i = 0; i < looks->count; i++) {
        look_fini(&looks->items[i].look);
        free(looks->items[i].host);
        free(looks->items[i].started);
    }
    free(looks->items);
    *looks = (struct looks){ 0 };
}

static struct looks_item *find(const struct looks *looks, const struct look_owner *owner)
{
    for (size_t i = 0; i < looks->count; i++) {
        struct looks_item *item = &looks->items[i];

        if (item->pid == owner->pid && strcmp(item->host, owner->host) == 0 &&
            strcmp(item->started, owner->started) == 0)
            return item;
    }
    return NULL;
}

static struct looks_item *add(struct looks *looks, const struct look_owner *owner)
{
    struct looks_item *item;

    looks->items = mem_resize(looks->items, looks->count + 1, sizeof *looks->items);
    item = &looks->items[looks->count++];
    *item = (struct looks_item){ .host = mem_text(owner->host, strlen(owner->host)),
                                 .started = mem_text(owner->started, strlen(owner->started)),
                                 .pid = owner->pid };
    item->known = looks->filed && read_file(looks->command, owner, &item->look);
    return item;
}

/* Who does not say who it is cannot be recognised. */
static bool is_known(const struct look_owner *owner)
{
    return !isnan(owner->pid) && owner->started[0] != '\0';
}

const struct look *looks_last(struct looks *looks, const struct look_owner *owner)
{
    struct looks_item *item;

    if (!is_known(owner))
        return NULL;
    item = find(looks, owner);
    if (item == NULL)
        item = add(looks, owner);
    return item->known ? &item->look : NULL;
}

void looks_keep(struct looks *looks, const struct look_owner *owner, struct look *look)
{
    struct looks_item *item = is_known(owner) ? find(looks, owner) : NULL;

    if (item == NULL) {
        look_fini(look);
        return;
    }
    if (looks->filed)
        file(looks->command, owner, look);
    look_fini(&item->look);
    item->look = *look;
    item->known = true;
    *look = (struct look){ .at_s = NAN };
}
