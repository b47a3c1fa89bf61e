/* SPDX-License-Identifier: MIT */
/**
 * What has become of a process.
 *
 * Threads: any; no state.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdint.h>

enum process_look {
    PROCESS_GONE,
    PROCESS_REUSED,  /* gone, and another one has its number now */
    PROCESS_ZOMBIE,  /* ended, but its parent has not asked for it yet */
    PROCESS_STOPPED, /* SIGSTOP and the like */
    PROCESS_TRACED,  /* a debugger holds it */
    PROCESS_WAITING, /* inside the kernel for a tenth of a second, where no signal reaches */
    PROCESS_ALIVE,
};

/**
 * Look at a process.
 *
 * @param start_ticks  when it started (field 22 of /proc/PID/stat).
 *
 * Threads: any.
 */
enum process_look process_look(unsigned pid, uint64_t start_ticks);

/**
 * The same, from the line that /proc/PID/stat would give.
 *
 * Threads: any.
 */
enum process_look process_look_at(const char *stat_line, uint64_t start_ticks);

#endif /* PROCESS_H */
