/* SPDX-License-Identifier: MIT */
#ifndef PH_TASK_KERNEL_H
#define PH_TASK_KERNEL_H

#include <stddef.h>
#include <sys/types.h>

/** What the kernel tells about a thread that does not answer. "" where it tells nothing. */
struct ph_task_kernel {
    char state[16];   /* "running", "sleeping", "disk sleep", "stopped", … */
    char syscall[32]; /* the system call it is in; "" if it is in none */
    char wchan[64];   /* the kernel function it waits in */
};

/** Three small files of procfs, some 30 µs. Threads: any. */
void ph_task_kernel_read(pid_t tid, struct ph_task_kernel *out);

/** In words: "inside a system call (wait4, waiting in do_wait)". Returns `buf`. Threads:
 *  any. */
const char *ph_task_kernel_says(const struct ph_task_kernel *kernel, char *buf, size_t cap);

#endif
