/* SPDX-License-Identifier: MIT */
#ifndef PH_TASK_SYSCALL_H
#define PH_TASK_SYSCALL_H

#include <stddef.h>
#include <sys/types.h>

/**
 * The name of the system call thread `tid` of this process is waiting in ("wait4",
 * "syscall 449"), or NULL if it runs, or if the kernel does not say.
 *
 * @param buf  at least 32 bytes; what is returned may lie in it.
 *
 * Threads: any. Costs an open, a read, a close.
 */
const char *ph_task_syscall(pid_t tid, char *buf, size_t cap);

#endif
