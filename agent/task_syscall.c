/* SPDX-License-Identifier: MIT */
/* Owns the names of the system calls a stuck thread is typically found in. */
#include "task_syscall.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "porthole.h"
#include "procfs.h"

#define CALL(name) SYS_##name, #name

static const struct {
    long number;
    const char *name;
} calls[] = {
    { CALL(read) },
    { CALL(write) },
    { CALL(pread64) },
    { CALL(pwrite64) },
    { CALL(readv) },
    { CALL(writev) },
    { CALL(openat) },
    { CALL(close) },
    { CALL(newfstatat) },
    { CALL(fstat) },
    { CALL(statx) },
    { CALL(getdents64) },
    { CALL(fsync) },
    { CALL(fdatasync) },
    { CALL(ftruncate) },
    { CALL(flock) },
    { CALL(fcntl) },
    { CALL(ioctl) },
    { CALL(copy_file_range) },
    { CALL(sendfile) },
    { CALL(unlinkat) },
    { CALL(renameat2) },
    { CALL(mkdirat) },
    { CALL(futex) },
    { CALL(epoll_pwait) },
    { CALL(ppoll) },
    { CALL(pselect6) },
    { CALL(nanosleep) },
    { CALL(clock_nanosleep) },
    { CALL(wait4) },
    { CALL(waitid) },
    { CALL(connect) },
    { CALL(accept4) },
    { CALL(recvfrom) },
    { CALL(recvmsg) },
    { CALL(sendto) },
    { CALL(sendmsg) },
    { CALL(mmap) },
    { CALL(munmap) },
    { CALL(madvise) },
#ifdef SYS_open
    { CALL(open) },
    { CALL(stat) },
    { CALL(lstat) },
    { CALL(unlink) },
    { CALL(rename) },
    { CALL(poll) },
    { CALL(select) },
    { CALL(epoll_wait) },
    { CALL(accept) },
    { CALL(mkdir) },
    { CALL(access) },
    { CALL(readlink) },
#endif
};

const char *ph_task_syscall(pid_t tid, char *buf, size_t cap)
{
    char path[64], text[128];
    uint64_t number;

    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    if (ph_proc_read_path(path, text, sizeof text) <= 0)
        return NULL;
    number = ph_proc_number(text); /* "running" and "-1 …" are no number */
    if (number == PORTHOLE_UNKNOWN)
        return NULL;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if ((uint64_t)calls[i].number == number)
            return calls[i].name;
    snprintf(buf, cap, "syscall %u", (unsigned)number);
    return buf;
}
