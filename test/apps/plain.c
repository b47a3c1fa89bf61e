/* SPDX-License-Identifier: MIT */
/* A C program without Node that serves its own state: build/plain [PORT], then
 * curl localhost:9090/state/metrics. Ends on SIGINT or SIGTERM. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "porthole.h"

static volatile sig_atomic_t ended;

static void end(int sig)
{
    (void)sig;
    ended = 1;
}

static uint64_t now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int main(int argc, char **argv)
{
    struct porthole_config config;
    struct porthole_host host = { .name = "main" };
    porthole_agent *agent = NULL;
    porthole_thread *self = NULL;
    porthole_series *turns = NULL;
    porthole_error err;

    signal(SIGINT, end);
    signal(SIGTERM, end);
    porthole_config_default(&config);
    config.service = "plain";
    if (argc > 1)
        config.port = (int)strtol(argv[1], NULL, 10);
    if (porthole_start(&config, &agent, &err) != PORTHOLE_OK) {
        fprintf(stderr, "plain: %s\n", err.text);
        return 1;
    }
    if (porthole_thread_join(agent, &host, &self) != PORTHOLE_OK ||
        porthole_series_register(agent, PORTHOLE_COUNTER, "turns", "Turns of my own loop.",
                                 &turns) != PORTHOLE_OK)
        return 1;
    printf("%s\n", porthole_url(agent));
    fflush(stdout);
    while (!ended) {
        porthole_loop_before_poll(self, now_ns(), 0);
        poll(NULL, 0, 100);
        porthole_loop_after_poll(self, now_ns());
        porthole_series_add(turns, 1);
    }
    porthole_thread_leave(self);
    porthole_stop(agent);
    return 0;
}
