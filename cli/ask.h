/* SPDX-License-Identifier: MIT */
/**
 * One target, asked for something that takes its time: with progress, and with every way
 * in which it can be refused said in a line.
 *
 * Threads: one.
 */
#ifndef ASK_H
#define ASK_H

#include "opts.h"
#include "poll.h"
#include "session.h"

#include <stdbool.h>
#include <stddef.h>

struct ask {
    struct session session;
    const char *target;   /* its name */
    struct poll_job *job; /* holds the answer after ask_run() */
};

struct ask_request {
    const char *noun;  /* "a profile": for "cannot get a profile of 'x'" */
    const char *doing; /* "profiling": for the progress line */
    const char *path;  /* "/profile?seconds=5" */
    double timeout_ms;
    double expected_s; /* how long the target works on it; NaN: unknown */
    int signals;       /* of struct outfile; -1: none */

    /* As of struct poll_job. */
    bool (*take)(void *to, const char *bytes, size_t len);
    void *to;
};

/**
 * Find the one target that `word` names.
 *
 * @return EXITCODE_FINE and an ask to be given to ask_close(); else an exitcode, the reason
 *         is said, and there is nothing to close.
 *
 * Threads: one.
 */
int ask_open(struct ask *ask, const struct opts *opts, char *word);

/**
 * Ask, and wait for the whole answer or for a signal that interrupt.h holds back.
 *
 * @return whether there is a 2xx answer of a porthole agent; if not, ask_explain() says why.
 *
 * Threads: one.
 */
bool ask_run(struct ask *ask, const struct ask_request *request);

/**
 * Say on stderr why the last ask_run() failed, and what to do. Nothing after a signal.
 *
 * @return the exitcode for it.
 *
 * Threads: one.
 */
int ask_explain(const struct ask *ask, const struct ask_request *request);

/**
 * Close the connection, which ends what the agent still does for it.
 *
 * Threads: one.
 */
void ask_close(struct ask *ask);

#endif /* ASK_H */
