/* SPDX-License-Identifier: MIT */
/*
 * discover: the recorder files of run directories, and which of them are of living processes.
 * What is damaged is passed over: somebody else may have put it there.
 */
#include "discover.h"

#include "mem.h"
#include "rundirs.h"
#include "units.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_CEILING 65536
#define ANY_PID 0

/* An agent that has missed this many ticks, and this many seconds, is hung. */
#define HUNG_TICKS 5
#define HUNG_SECONDS 3.0

bool discover_start_ticks(const char *stat_line, uint64_t *ticks)
{
    const char *field = strrchr(stat_line, ')');
    char *end;

    if (field == NULL)
        return false;
    for (int number = 2; number < 22; number++) {
        field = strchr(field, ' ');
        if (field == NULL)
            return false;
        field++;
    }
    *ticks = strtoull(field, &end, 10);
    return end != field;
}

/* Killed, but its parent has not asked for it yet: dead to everybody else. */
static bool is_zombie(const char *stat_line)
{
    const char *name_end = strrchr(stat_line, ')');

    return name_end != NULL && name_end[1] == ' ' && strchr("ZXx", name_end[2]) != NULL;
}

static bool is_alive(unsigned pid, uint64_t start_ticks)
{
    char path[32], line[1024];
    uint64_t ticks = 0;
    ssize_t len;
    int fd;

    snprintf(path, sizeof path, "/proc/%u/stat", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    len = read(fd, line, sizeof line - 1);
    close(fd);
    if (len <= 0)
        return false;
    line[len] = '\0';
    return discover_start_ticks(line, &ticks) && ticks == start_ticks && !is_zombie(line);
}

static double seconds_since(uint64_t unix_ns)
{
    struct timespec now;

    if (unix_ns == 0)
        return NAN;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9 - (double)unix_ns / 1e9;
}

/* The socket beside the recorder file. The path inside the record is not believed: root
 * would connect to whatever socket a user cares to write there. */
static char *find_socket(const struct rundirs_folder *folder, unsigned pid)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    char name[32];
    struct stat st;
    int len;

    snprintf(name, sizeof name, "%u" PORTHOLE_SOCKET_SUFFIX, pid);
    len = snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return NULL;
    if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK(st.st_mode) ||
        (st.st_uid != folder->owner && st.st_uid != 0))
        return NULL;
    return mem_text(path, strlen(path));
}

static bool read_file(const struct rundirs_folder *folder, const char *name,
                      struct record *record)
{
    const char *wrong;
    struct stat st;
    int fd = rundirs_open(folder, name, &st, &wrong);
    bool good;

    if (fd < 0)
        return false;
    good = record_read(fd, record) == NULL;
    close(fd);
    return good;
}

static void add(struct discover_list *list, const struct rundirs_folder *folder,
                const char *name, unsigned pid)
{
    struct discover_process p = { .pid = pid };
    double patience;

    if (list->count >= PROCESSES_CEILING || !read_file(folder, name, &p.record))
        return;
    if (p.record.pid != pid) {
        record_fini(&p.record);
        return;
    }
    p.alive = is_alive(pid, p.record.start_ticks);
    p.silent_s = seconds_since(p.record.written_unix_ns);
    patience = HUNG_TICKS * (double)p.record.tick_ms / 1000;
    p.hung = p.alive && p.silent_s > (patience > HUNG_SECONDS ? patience : HUNG_SECONDS);
    p.socket = find_socket(folder, pid);
    list->items = mem_resize(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = p;
}

/* PID of "PID.porthole"; 0 for every other name, also for "007.porthole". */
static unsigned pid_of(const char *name)
{
    const char *dot = strchr(name, '.');
    char digits[16];
    unsigned pid;

    if (dot == NULL || dot == name || dot - name > 9 || name[0] == '0' ||
        strcmp(dot, PORTHOLE_RECORD_SUFFIX) != 0)
        return 0;
    snprintf(digits, sizeof digits, "%.*s", (int)(dot - name), name);
    return units_parse_count(digits, 1, 999999999, &pid) ? pid : 0;
}

struct search {
    struct discover_list *list;
    unsigned wanted;
};

static void consider(const struct rundirs_folder *folder, const char *name, void *user)
{
    const struct search *search = user;
    unsigned pid = pid_of(name);

    if (pid != 0 && (search->wanted == ANY_PID || search->wanted == pid))
        add(search->list, folder, name, pid);
}

static int by_pid(const void *a, const void *b)
{
    const struct discover_process *p = a, *q = b;

    return (p->pid > q->pid) - (p->pid < q->pid);
}

static void find(struct discover_list *list, unsigned wanted)
{
    struct search search = { .wanted = wanted };

    *list = (struct discover_list){ 0 };
    search.list = list;
    rundirs_each(consider, &search);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, by_pid);
}

static void free_item(struct discover_process *p)
{
    free(p->socket);
    record_fini(&p->record);
}

void discover_all(struct discover_list *list)
{
    find(list, ANY_PID);
}

void discover_pid(struct discover_list *list, unsigned pid)
{
    size_t kept = 0;

    find(list, pid);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].alive && kept == 0)
            list->items[kept++] = list->items[i];
        else
            free_item(&list->items[i]);
    }
    list->count = kept;
}

void discover_fini(struct discover_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free_item(&list->items[i]);
    free(list->items);
    *list = (struct discover_list){ 0 };
}
