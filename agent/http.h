/* SPDX-License-Identifier: MIT */
#ifndef PH_HTTP_H
#define PH_HTTP_H

#include <pthread.h>

#include "bell.h"
#include "collect.h"
#include "porthole.h"
#include "routes.h"

/** The thread `porthole-http`: accepts, applies policy, hands out frozen bytes. */
struct ph_http;

struct ph_http_env {
    struct ph_routes_env routes;
    struct ph_cost *cost;
    struct ph_bell *bell; /* wakes the thread; rung for tasks, jobs and the end */
    int tcp_fd, unix_fd;  /* listening; -1: none. The caller's, must outlive us */
};

/**
 * @return PORTHOLE_OK and `*out`; _ENOMEM; _ESYSTEM.
 *
 * Threads: the thread that starts the agent.
 */
enum porthole_status ph_http_start(const struct ph_http_env *env, struct ph_http **out,
                                   porthole_error *err);

/** End the thread, close its connections, free it. NULL is allowed. Threads: the thread
 *  that stops the agent. */
void ph_http_stop(struct ph_http *http);

/** For the CPU clock. Threads: any. */
pthread_t ph_http_thread(const struct ph_http *http);

#endif
