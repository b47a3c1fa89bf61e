/* SPDX-License-Identifier: MIT */
/*
 * process: one line of /proc, read for its third and its 22nd field.
 */
#include "process.h"

#include "discover.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum process_look process_look_at(const char *stat_line, uint64_t start_ticks)
{
    static const struct {
        char letter;
        enum process_look look;
    } states[] = {
        { 'Z', PROCESS_ZOMBIE },  { 'X', PROCESS_GONE },   { 'x', PROCESS_GONE },
        { 'T', PROCESS_STOPPED }, { 't', PROCESS_TRACED }, { 'D', PROCESS_WAITING },
    };
    const char *name_end = strrchr(stat_line, ')');
    uint64_t ticks;

    if (name_end == NULL || !discover_start_ticks(stat_line, &ticks))
        return PROCESS_GONE;
    if (ticks != start_ticks)
        return PROCESS_REUSED;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (name_end[1] == ' ' && name_end[2] == states[i].letter)
            return states[i].look;
    }
    return PROCESS_ALIVE;
}

static enum process_look look_once(unsigned pid, uint64_t start_ticks)
{
    char path[32], line[1024];
    ssize_t len;
    int fd;

    snprintf(path, sizeof path, "/proc/%u/stat", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return PROCESS_GONE;
    len = read(fd, line, sizeof line - 1);
    close(fd);
    line[len > 0 ? len : 0] = '\0';
    return process_look_at(line, start_ticks);
}

/* For a moment everybody waits there, for a page of its program to begin with. */
enum process_look process_look(unsigned pid, uint64_t start_ticks)
{
    static const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
    enum process_look look = look_once(pid, start_ticks);

    for (int again = 0; again < 5 && look == PROCESS_WAITING; again++) {
        nanosleep(&pause, NULL);
        look = look_once(pid, start_ticks);
    }
    return look;
}
