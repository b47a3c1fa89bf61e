/* SPDX-License-Identifier: MIT */
/* A C program without Node that serves its own state: build/plain [PORT], then
 * curl localhost:9090/state/metrics, or localhost:9090/objects/turn/now. Ends on SIGINT or
 * SIGTERM. */
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

/* What the program can tell of itself: a number, and an object that is what it does now. */
struct told {
    porthole_series *turns;
    porthole_object *turn;
};

static enum porthole_status tell_of_turns(porthole_agent *agent, struct told *told)
{
    enum porthole_status rc = porthole_series_register(agent, PORTHOLE_COUNTER, "turns",
                                                       "Turns of my own loop.", &told->turns);
    porthole_type *type = NULL;

    if (!rc)
        rc = porthole_type_register(agent, "turn", &type);
    return rc ? rc : porthole_object_register(agent, type, "now", &told->turn);
}

static void tell(const struct told *told, unsigned turn)
{
    char json[64];
    int n = snprintf(json, sizeof json, "{\"turn\":%u,\"state\":\"polling\"}", turn);

    porthole_series_add(told->turns, 1);
    if (porthole_object_publish(told->turn, json, (size_t)n) != PORTHOLE_OK)
        return; /* what was published before stays */
}

int main(int argc, char **argv)
{
    struct porthole_config config;
    struct porthole_host host = { .name = "main" };
    porthole_agent *agent = NULL;
    porthole_thread *self = NULL;
    struct told told = { NULL, NULL };
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
        tell_of_turns(agent, &told) != PORTHOLE_OK)
        return 1;
    printf("%s\n", porthole_url(agent));
    fflush(stdout);
    for (unsigned turn = 1; !ended; turn++) {
        tell(&told, turn);
        porthole_loop_before_poll(self, now_ns(), 0);
        poll(NULL, 0, 100);
        porthole_loop_after_poll(self, now_ns());
    }
    porthole_object_release(told.turn);
    porthole_thread_leave(self);
    porthole_stop(agent);
    return 0;
}
