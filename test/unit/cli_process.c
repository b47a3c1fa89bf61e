/* SPDX-License-Identifier: MIT */
#include "cli/process.h"

#include "cli/discover.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE(state) "7 (no) de) " state " 1 1 1 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 4242 9"

static uint64_t ticks_of(pid_t pid)
{
    char path[32], line[1024];
    uint64_t ticks = 0;
    ssize_t len;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    len = read(fd, line, sizeof line - 1);
    close(fd);
    line[len > 0 ? len : 0] = '\0';
    cr_assert(discover_start_ticks(line, &ticks));
    return ticks;
}

Test(cli_process, the_letter_of_the_state_counts)
{
    cr_assert_eq(process_look_at(LINE("S"), 4242), PROCESS_ALIVE);
    cr_assert_eq(process_look_at(LINE("R"), 4242), PROCESS_ALIVE);
    cr_assert_eq(process_look_at(LINE("D"), 4242), PROCESS_WAITING);
    cr_assert_eq(process_look_at(LINE("T"), 4242), PROCESS_STOPPED);
    cr_assert_eq(process_look_at(LINE("t"), 4242), PROCESS_TRACED);
    cr_assert_eq(process_look_at(LINE("Z"), 4242), PROCESS_ZOMBIE);
    cr_assert_eq(process_look_at(LINE("X"), 4242), PROCESS_GONE);
}

Test(cli_process, another_start_is_another_process)
{
    cr_assert_eq(process_look_at(LINE("S"), 4241), PROCESS_REUSED);
}

Test(cli_process, without_a_line_it_is_gone)
{
    cr_assert_eq(process_look_at("", 4242), PROCESS_GONE);
    cr_assert_eq(process_look_at("7 (x) S", 4242), PROCESS_GONE);
    cr_assert_eq(process_look(999999999, 1), PROCESS_GONE);
}

Test(cli_process, a_child_is_seen_alive_stopped_and_dead)
{
    pid_t child = fork();
    uint64_t ticks;
    siginfo_t info;

    if (child == 0) {
        pause();
        _exit(0);
    }
    ticks = ticks_of(child);
    cr_assert_eq(process_look((unsigned)child, ticks), PROCESS_ALIVE);

    kill(child, SIGSTOP);
    cr_assert_eq(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT), 0);
    cr_assert_eq(process_look((unsigned)child, ticks), PROCESS_STOPPED);

    kill(child, SIGKILL);
    cr_assert_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    cr_assert_eq(process_look((unsigned)child, ticks), PROCESS_ZOMBIE);

    waitpid(child, NULL, 0);
    cr_assert_eq(process_look((unsigned)child, ticks), PROCESS_GONE);
}
