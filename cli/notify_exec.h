/* SPDX-License-Identifier: MIT */
/**
 * A program that is told of one alert: started, watched without waiting, killed with its
 * group when it takes too long. No shell, no signal handler, no descriptor of ours but stderr.
 *
 * Threads: one.
 */
#ifndef NOTIFY_EXEC_H
#define NOTIFY_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct notify_exec {
    const char *words;      /* each ended by a NUL; the first is looked up in PATH */
    unsigned n_words;
    const char *variables;  /* "NAME=value", each ended by a NUL, put over our environment */
    size_t variables_len;
    const char *input;      /* its stdin */
    size_t input_len;
    double timeout_s;
};

/* Zeroed: none. */
struct notify_child {
    pid_t pid;              /* and its process group; 0: none */
    double deadline_s;      /* by clock_now_s() */
};

#define NOTIFY_EXEC_REASON 96

/**
 * @return 0 and `*child`, to be given to notify_exec_done() until that is true; else an errno.
 *
 * Threads: one.
 */
int notify_exec_start(struct notify_child *child, const struct notify_exec *program);

/**
 * Has it ended? One that is late is killed.
 *
 * @param reason  what was wrong with its end, "" if nothing; written if it has ended.
 *
 * Threads: one.
 */
bool notify_exec_done(struct notify_child *child, char reason[NOTIFY_EXEC_REASON]);

/**
 * Kill it and its group and wait for its end. Zeroed memory: does nothing.
 *
 * Threads: one.
 */
void notify_exec_kill(struct notify_child *child);

#endif /* NOTIFY_EXEC_H */
