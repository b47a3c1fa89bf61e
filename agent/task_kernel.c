/* SPDX-License-Identifier: MIT */
/* Owns what is said of a thread when neither the loop nor an interrupt reaches it. */
#include "task_kernel.h"

#include <stdio.h>
#include <string.h>

#include "procfs.h"
#include "task_syscall.h"

static const struct {
    char letter;
    const char *name;
} states[] = {
    { 'R', "running" },      { 'S', "sleeping" }, { 'D', "disk sleep" }, { 'T', "stopped" },
    { 't', "being traced" }, { 'Z', "zombie" },   { 'X', "dead" },       { 'I', "idle" },
};

/* The letter behind the program's name, which may itself hold anything: count from the
 * last parenthesis. */
static void read_state(pid_t tid, char *out, size_t cap)
{
    char path[64], text[512];
    const char *end;

    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
    if (ph_proc_read_path(path, text, sizeof text) <= 0)
        return;
    end = strrchr(text, ')');
    for (size_t i = 0; end && end[1] && i < sizeof states / sizeof states[0]; i++)
        if (end[2] == states[i].letter)
            snprintf(out, cap, "%s", states[i].name);
}

static void read_wchan(pid_t tid, char *out, size_t cap)
{
    char path[64], text[64];

    snprintf(path, sizeof path, "/proc/self/task/%d/wchan", (int)tid);
    if (ph_proc_read_path(path, text, sizeof text) > 0 && strcmp(text, "0") != 0)
        snprintf(out, cap, "%s", text);
}

void ph_task_kernel_read(pid_t tid, struct ph_task_kernel *out)
{
    const char *call;
    char buf[32];

    memset(out, 0, sizeof *out);
    read_state(tid, out->state, sizeof out->state);
    call = ph_task_syscall(tid, buf, sizeof buf);
    if (call)
        snprintf(out->syscall, sizeof out->syscall, "%s", call);
    read_wchan(tid, out->wchan, sizeof out->wchan);
}

const char *ph_task_kernel_says(const struct ph_task_kernel *k, char *buf, size_t cap)
{
    if (k->syscall[0])
        snprintf(buf, cap,
                 k->wchan[0] ? "inside a system call (%s, waiting in %s)"
                             : "inside a system call (%s)",
                 k->syscall, k->wchan);
    else if (strcmp(k->state, "running") == 0)
        snprintf(buf, cap, "running native code, not in a system call");
    else if (k->state[0])
        snprintf(buf, cap, "%s, not in a system call", k->state);
    else
        snprintf(buf, cap, "the thread does not come, and the kernel tells nothing about it");
    return buf;
}
