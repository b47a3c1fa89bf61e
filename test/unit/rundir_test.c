/* SPDX-License-Identifier: MIT */
#include "agent/rundir.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/procfs.h"
#include "porthole_wire.h"
#include "scratch.h"

TestSuite(rundir, .init = scratch_init, .fini = scratch_fini);

static char path[PH_RUNDIR_BYTES];
static porthole_error err;

static enum porthole_status opened(const char *configured)
{
    err.text[0] = '\0';
    return ph_rundir_open(configured, path, &err);
}

Test(rundir, is_created_for_us_alone)
{
    struct stat st;

    cr_assert_eq(opened(scratch_path("run")), PORTHOLE_OK, "%s", err.text);
    stat(path, &st);

    cr_assert_str_eq(path, scratch_path("run"));
    cr_assert_eq(st.st_mode & 07777, 0700);
}

Test(rundir, one_that_is_ours_already_is_used_again)
{
    cr_assert_eq(opened(scratch_path("")), PORTHOLE_OK, "%s", err.text);
}

Test(rundir, one_that_others_may_look_into_is_refused)
{
    static const mode_t modes[] = { 0701, 0710, 0755, 0777 };

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        chmod(scratch_path(""), modes[i]);
        cr_assert_eq(opened(scratch_path("")), PORTHOLE_ESYSTEM);
        cr_assert(strstr(err.text, "not owned by us with mode 0700"), "%s", err.text);
    }
}

Test(rundir, one_of_another_user_is_refused)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give a directory away");
    mkdir(scratch_path("run"), 0700);
    cr_assert_eq(chown(scratch_path("run"), 65534, 65534), 0);

    cr_assert_eq(opened(scratch_path("run")), PORTHOLE_ESYSTEM);
}

Test(rundir, a_symbolic_link_is_refused)
{
    cr_assert_eq(symlink("/dev/shm", scratch_path("link")), 0);

    cr_assert_eq(opened(scratch_path("link")), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "not a directory"), "%s", err.text);
}

Test(rundir, a_file_is_refused)
{
    scratch_write("file", "", 0);

    cr_assert_eq(opened(scratch_path("file")), PORTHOLE_ESYSTEM);
}

Test(rundir, one_on_a_disk_is_refused)
{
    char dir[] = "/var/tmp/ph-test-XXXXXX";

    cr_assert_not_null(mkdtemp(dir));
    enum porthole_status rc = opened(dir);
    rmdir(dir);

    if (rc == PORTHOLE_OK)
        cr_skip_test("/var/tmp is in memory here");
    cr_assert(strstr(err.text, "not in memory"), "%s", err.text);
}

Test(rundir, one_without_a_parent_or_of_a_long_name_is_refused)
{
    char name[200];

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';

    cr_assert_eq(opened(scratch_path("a/b")), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "cannot create run directory"), "%s", err.text);
    cr_assert_eq(opened(name), PORTHOLE_ESYSTEM);
    cr_assert(strstr(err.text, "longer than 95 bytes"), "%s", err.text);
}

/* ---- Sweeping ---------------------------------------------------------------------- */

static pid_t dead_pid(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    return pid;
}

static uint64_t start_ticks_of_self(void)
{
    char stat[1024];

    cr_assert_gt(ph_proc_read_path("/proc/self/stat", stat, sizeof stat), 0);
    return ph_proc_stat_field(stat, 22);
}

static void leave(unsigned pid, const char *suffix, uint64_t start_ticks)
{
    struct porthole_record head = { .pid = pid, .start_ticks = start_ticks };
    char name[64];

    snprintf(name, sizeof name, "%u%s", pid, suffix);
    scratch_write(name, &head, sizeof head);
}

static bool is_left(unsigned pid, const char *suffix)
{
    char name[64];

    snprintf(name, sizeof name, "%u%s", pid, suffix);
    return scratch_has(name);
}

Test(rundir, sweeping_removes_the_sockets_of_the_dead_only)
{
    unsigned dead = (unsigned)dead_pid(), self = (unsigned)getpid();

    leave(dead, ".sock", 0);
    leave(self, ".sock", 0);
    leave(self, ".porthole", start_ticks_of_self());
    ph_rundir_sweep(scratch_path(""));

    cr_assert_not(is_left(dead, ".sock"));
    cr_assert(is_left(self, ".sock"));
    cr_assert(is_left(self, ".porthole"));
}

Test(rundir, sweeping_knows_a_reused_process_number)
{
    unsigned self = (unsigned)getpid();

    leave(self, ".sock", 0);
    leave(self, ".porthole", start_ticks_of_self() - 1);
    ph_rundir_sweep(scratch_path(""));

    cr_assert_not(is_left(self, ".sock"), "of the process that had our number before");
}

Test(rundir, sweeping_spares_who_is_just_starting)
{
    unsigned self = (unsigned)getpid();

    leave(self, ".sock", 0);
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(self, ".sock"), "no recorder file yet");
}

/* Numbers that no process can have: pid_max is at most 2^22. */
#define NOBODY 5000000u

Test(rundir, sweeping_keeps_the_newest_16_records_of_the_dead)
{
    for (unsigned i = 0; i < 20; i++) {
        time_t at = time(NULL) - 10000 + 100 * (time_t)i;
        struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
        char name[64];

        leave(NOBODY + i, ".porthole", 1);
        snprintf(name, sizeof name, "%u.porthole", NOBODY + i);
        utimensat(AT_FDCWD, scratch_path(name), times, 0);
    }
    ph_rundir_sweep(scratch_path(""));

    for (unsigned i = 0; i < 20; i++)
        cr_assert_eq(is_left(NOBODY + i, ".porthole"), i >= 4, "%u", i);
}

Test(rundir, sweeping_touches_nothing_else)
{
    static const char *const names[] = {
        "notes.txt",
        "looks", /* the command's */
        "5000000",
        "x.sock",
        ".sock",
        "5000000.sock.bak",
        "-1.porthole",
        "99999999999999.sock",
        "5000000x.sock",
        "5000000-notes.txt",
        "5000000-20261120T230657906Z-1-NOTES",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scratch_write(names[i], "", 0);
    ph_rundir_sweep(scratch_path(""));

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_assert(scratch_has(names[i]), "%s", names[i]);
}

Test(rundir, sweeping_follows_no_link)
{
    leave(NOBODY, ".porthole", 1);
    cr_assert_eq(symlink(scratch_path(""), scratch_path("link")), 0);
    cr_assert_eq(symlink("/etc/passwd", scratch_path("5000001.sock")), 0);

    ph_rundir_sweep(scratch_path("link"));
    cr_assert(scratch_has("5000001.sock"), "the directory itself is a link");
    ph_rundir_sweep(scratch_path(""));

    cr_assert_not(scratch_has("5000001.sock"), "the link goes");
    cr_assert_eq(access("/etc/passwd", F_OK), 0, "what it points at stays");
}

Test(rundir, sweeping_makes_a_removed_directory_again)
{
    struct stat st;

    cr_assert(ph_rundir_sweep(scratch_path("none")));

    cr_assert_eq(stat(scratch_path("none"), &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0700);
}

Test(rundir, sweeping_touches_no_directory_that_is_not_ours_alone)
{
    leave(NOBODY, ".sock", 0);
    chmod(scratch_path(""), 0755);

    cr_assert_not(ph_rundir_sweep(scratch_path("")));
    cr_assert(is_left(NOBODY, ".sock"));
    cr_assert_not(ph_rundir_sweep(scratch_path("a/b")));
}

/* ---- Evidence ---------------------------------------------------------------------- */

#define DAY (24 * 60 * 60)

/* A file of one of nobody's processes, last written so many seconds ago. */
static void leave_file(unsigned who, const char *rest, size_t bytes, time_t age)
{
    struct timespec times[2] = { { .tv_sec = time(NULL) - age }, { .tv_sec = 0 } };
    char name[96];
    int fd;

    times[1] = times[0];
    snprintf(name, sizeof name, "%u%s", NOBODY + who, rest);
    fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(posix_fallocate(fd, 0, (off_t)bytes), 0);
    cr_assert_eq(futimens(fd, times), 0);
    close(fd);
}

#define STACK "-20261120T230657906Z-1-stack.json"
#define PROFILE "-20261120T230657907Z-2-profile.cpuprofile"

Test(rundir, sweeping_removes_evidence_after_a_week)
{
    leave_file(1, ".porthole", 1, 8 * DAY);
    leave_file(2, ".porthole", 1, 6 * DAY);
    leave_file(3, STACK, 1, 8 * DAY);
    ph_rundir_sweep(scratch_path(""));

    cr_assert_not(is_left(NOBODY + 1, ".porthole"));
    cr_assert(is_left(NOBODY + 2, ".porthole"));
    cr_assert_not(is_left(NOBODY + 3, STACK));
}

Test(rundir, captured_files_stay_and_go_with_their_recorder_file)
{
    for (unsigned i = 0; i < 17; i++) {
        leave_file(i, ".porthole", 1, 1000 + 100 * (time_t)i);
        leave_file(i, STACK, 1, 5000);
        leave_file(i, PROFILE, 1, 100000);
    }
    ph_rundir_sweep(scratch_path(""));

    for (unsigned i = 0; i < 17; i++) {
        cr_assert_eq(is_left(NOBODY + i, ".porthole"), i < 16, "%u", i);
        cr_assert_eq(is_left(NOBODY + i, STACK), i < 16, "%u", i);
        cr_assert_eq(is_left(NOBODY + i, PROFILE), i < 16, "%u", i);
    }
}

Test(rundir, captured_files_of_a_process_that_stopped_in_good_order_are_kept)
{
    leave_file(1, STACK, 1, DAY);
    leave_file(1, PROFILE, 1, 8 * DAY);
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(NOBODY + 1, STACK));
    cr_assert(is_left(NOBODY + 1, PROFILE), "the newest of them counts");
}

/* The history of a service, last written so many seconds ago. */
static void leave_history(unsigned who, const char *service, time_t age)
{
    struct timespec times[2] = { { .tv_sec = time(NULL) - age }, { .tv_sec = 0 } };
    struct porthole_history head = { .version = PORTHOLE_HISTORY_VERSION };
    char name[64];

    times[1] = times[0];
    memcpy(head.magic, PORTHOLE_HISTORY_MAGIC, sizeof head.magic);
    snprintf(head.service, sizeof head.service, "%s", service);
    snprintf(name, sizeof name, "%u.history", NOBODY + who);
    scratch_write(name, &head, sizeof head);
    cr_assert_eq(utimensat(AT_FDCWD, scratch_path(name), times, 0), 0);
}

Test(rundir, of_a_services_histories_the_newest_stays_and_those_that_may_find_an_heir)
{
    leave_history(1, "api", 5000);
    leave_history(2, "api", 700);
    leave_history(3, "api", 300);
    leave_history(4, "web", 5000);
    leave_file(5, ".history", 10, 5000);
    leave_file(6, ".history", 1, 8 * DAY);
    leave_file(1, ".porthole", 1, 5000);
    ph_rundir_sweep(scratch_path(""));

    cr_assert_not(is_left(NOBODY + 1, ".history"));
    cr_assert_not(is_left(NOBODY + 2, ".history"));
    cr_assert(is_left(NOBODY + 3, ".history"));
    cr_assert(is_left(NOBODY + 4, ".history"));
    cr_assert(is_left(NOBODY + 5, ".history"), "nobody knows whose it is");
    cr_assert_not(is_left(NOBODY + 6, ".history"));
    cr_assert(is_left(NOBODY + 1, ".porthole"));
}

Test(rundir, histories_push_out_no_evidence)
{
    char service[16];

    leave_file(50, ".porthole", 1, 5000);
    for (unsigned i = 0; i < 17; i++) {
        snprintf(service, sizeof service, "s%u", i);
        leave_history(i, service, 1000 + 100 * (time_t)i);
    }
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(NOBODY + 50, ".porthole"));
    for (unsigned i = 0; i < 17; i++)
        cr_assert_eq(is_left(NOBODY + i, ".history"), i < 16, "%u", i);
}

Test(rundir, the_dead_hold_64_MiB_at_most)
{
    leave_file(1, ".porthole", 1 << 20, 1000);
    leave_file(1, PROFILE, 30 << 20, 5000);
    leave_file(2, PROFILE, 30 << 20, 2000);
    leave_file(3, PROFILE, 30 << 20, 3000);
    leave_file(4, ".porthole", 1, 4000);
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(NOBODY + 1, ".porthole"));
    cr_assert(is_left(NOBODY + 1, PROFILE));
    cr_assert(is_left(NOBODY + 2, PROFILE));
    cr_assert_not(is_left(NOBODY + 3, PROFILE));
    cr_assert_not(is_left(NOBODY + 4, ".porthole"), "the older go first");
}

Test(rundir, what_died_before_it_was_complete_goes)
{
    leave_file(1, ".porthole", 1, 1000);
    leave_file(1, ".porthole.new", 1, 1000);
    leave_file(1, STACK ".new", 1, 1000);
    leave_file(2, ".porthole.new", 1, 10);
    leave_file(2, STACK ".new", 1, 10);
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(NOBODY + 1, ".porthole"));
    cr_assert_not(is_left(NOBODY + 1, ".porthole.new"));
    cr_assert_not(is_left(NOBODY + 1, STACK ".new"));
    cr_assert(is_left(NOBODY + 2, ".porthole.new"), "its writer may live next door");
    cr_assert(is_left(NOBODY + 2, STACK ".new"));
}

Test(rundir, who_still_writes_next_door_loses_nothing)
{
    leave_file(1, ".porthole", 1, 10);
    leave_file(1, STACK, 1, 30 * DAY);
    leave_file(1, PROFILE ".new", 1, 30 * DAY);
    ph_rundir_sweep(scratch_path(""));

    cr_assert(is_left(NOBODY + 1, ".porthole"));
    cr_assert(is_left(NOBODY + 1, STACK));
    cr_assert(is_left(NOBODY + 1, PROFILE ".new"));
}

Test(rundir, hostile_files_are_survived)
{
    cr_assert_eq(mkfifo(scratch_path("5000001.porthole"), 0600), 0);
    cr_assert_eq(mkdir(scratch_path("5000002.porthole"), 0700), 0);
    cr_assert_eq(mkdir(scratch_path("5000003" STACK), 0700), 0);
    cr_assert_eq(symlink("/etc/passwd", scratch_path("5000004.porthole")), 0);
    cr_assert_eq(mkfifo(scratch_path("1.porthole"), 0600), 0);
    cr_assert(ph_rundir_sweep(scratch_path("")));

    cr_assert_eq(access("/etc/passwd", F_OK), 0);
}
