/* SPDX-License-Identifier: MIT */
/*
 * remains: the search for a recorder file, which also has to tell why one cannot be used:
 * where `discover` passes over what is damaged, here that is the answer.
 */
#include "remains.h"

#include "buf.h"
#include "mem.h"
#include "rundirs.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_error(struct remains_error *error, const char *path, const char *wrong)
{
    snprintf(error->text, sizeof error->text, "cannot use '%.384s': %.96s", path, wrong);
}

static char *joined(const char *folder, const char *name)
{
    struct buf path = { 0 };
    char *copy;

    buf_puts(&path, folder);
    buf_puts(&path, "/");
    buf_puts(&path, name);
    copy = mem_text(buf_text(&path), path.len);
    buf_fini(&path);
    return copy;
}

/* ---- Captures ------------------------------------------------------------------------ */

static bool is_capture(const char *name, unsigned pid)
{
    size_t len = strlen(name);
    char prefix[16];

    snprintf(prefix, sizeof prefix, "%u-", pid);
    return strncmp(name, prefix, strlen(prefix)) == 0 &&
           !(len > 4 && strcmp(name + len - 4, ".new") == 0);
}

static int by_name(const void *a, const void *b)
{
    const struct remains_capture *p = a, *q = b;

    return strcmp(p->name, q->name);
}

static void find_captures(struct remains *out)
{
    DIR *dir = opendir(out->folder);
    struct dirent *entry;
    struct stat st;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL && out->capture_count < REMAINS_CAPTURES) {
        if (!is_capture(entry->d_name, (unsigned)out->record.pid) ||
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        out->captures[out->capture_count++] =
            (struct remains_capture){ mem_text(entry->d_name, strlen(entry->d_name)),
                                      (double)st.st_size };
    }
    closedir(dir);
    qsort(out->captures, out->capture_count, sizeof out->captures[0], by_name);
}

/* ---- The recorder file --------------------------------------------------------------- */

struct search {
    struct remains *out;
    struct remains_error *error; /* about the first file that cannot be used */
    unsigned pid;
    char name[32];
};

/* Take the record into `out` if it is the newest so far. */
static void take(struct remains *out, struct record *record, int fd, const char *folder,
                 const char *name)
{
    if (out->path != NULL && record->written_unix_ns <= out->record.written_unix_ns) {
        record_fini(record);
        return;
    }
    record_read_trail(fd, record);
    record_fini(&out->record);
    free(out->folder);
    free(out->path);
    out->record = *record;
    out->folder = mem_text(folder, strlen(folder));
    out->path = joined(folder, name);
}

static void consider(const struct rundirs_folder *folder, const char *name, void *user)
{
    struct search *search = user;
    struct record record = { 0 };
    const char *wrong;
    struct stat st;
    char *path;
    int fd;

    if (strcmp(name, search->name) != 0)
        return;
    fd = rundirs_open(folder, name, &st, &wrong);
    if (fd >= 0)
        wrong = record_read(fd, &record);
    if (wrong == NULL && record.pid != search->pid) {
        record_fini(&record);
        wrong = "it is about another process than its name says";
    }
    path = joined(folder->path, name);
    if (wrong == NULL) {
        search->out->candidates++;
        take(search->out, &record, fd, folder->path, name);
    } else if (search->error->text[0] == '\0') {
        set_error(search->error, path, wrong);
    }
    free(path);
    if (fd >= 0)
        close(fd);
}

bool remains_of_pid(struct remains *out, unsigned pid, struct remains_error *error)
{
    struct search search = { .out = out, .error = error, .pid = pid };
    struct buf where = { 0 };

    *out = (struct remains){ 0 };
    error->text[0] = '\0';
    snprintf(search.name, sizeof search.name, "%u" PORTHOLE_RECORD_SUFFIX, pid);
    rundirs_each(consider, &search);
    if (out->path != NULL) {
        find_captures(out);
        return true;
    }
    rundirs_say(&where);
    if (error->text[0] == '\0')
        snprintf(error->text, sizeof error->text,
                 "process %u has left no recorder file in %.384s; see 'porthole ps --all'", pid,
                 buf_text(&where));
    buf_fini(&where);
    return false;
}

bool remains_of_file(struct remains *out, const char *path, struct remains_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const char *slash = strrchr(path, '/');
    char reason[TEXT_REASON_BYTES];
    const char *wrong;

    *out = (struct remains){ 0 };
    if (fd < 0) {
        text_reason(reason, errno);
        set_error(error, path, reason);
        return false;
    }
    wrong = record_read(fd, &out->record);
    if (wrong == NULL)
        record_read_trail(fd, &out->record);
    close(fd);
    if (wrong != NULL) {
        set_error(error, path, wrong);
        return false;
    }
    out->candidates = 1;
    out->path = mem_text(path, strlen(path));
    out->folder = slash == NULL   ? mem_text(".", 1)
                  : slash == path ? mem_text("/", 1)
                                  : mem_text(path, (size_t)(slash - path));
    find_captures(out);
    return true;
}

void remains_fini(struct remains *remains)
{
    for (size_t i = 0; i < remains->capture_count; i++)
        free(remains->captures[i].name);
    record_fini(&remains->record);
    free(remains->folder);
    free(remains->path);
    *remains = (struct remains){ 0 };
}
