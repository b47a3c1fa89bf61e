/* SPDX-License-Identifier: MIT */
/**
 * A host thread that does what the test wants: comes when it is called, or not, or late;
 * works in slices; fails. It answers tasks with something small that is always the same.
 *
 *     struct fake_host fake = { .name = "main" };
 *
 *     fake_start(&fake, agent, NULL);
 *     ...
 *     fake_stop(&fake);
 */
#ifndef TEST_FAKE_HOST_H
#define TEST_FAKE_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/board.h"
#include "porthole.h"

struct fake_host {
    /* The script: set before fake_start(); the atomic ones at any time. */
    const char *name;
    int id;
    uint64_t blocked_ns;   /* its loop has not turned for so long when it joins; 0: it waits
                                for events */
    atomic_bool deaf;      /* nothing brings it to serve */
    atomic_bool stuck;     /* only the urgent comes through */
    unsigned slices;       /* of the loop that a bulk task takes; 0 and 1: one */
    const char *fails;     /* every task fails with these words */
    uint64_t stream_bytes; /* of a heap snapshot */
    const struct porthole_fragment *objects, *provided; /* what it brings of each kind; types,
                                and objects by their places, are picked as they are asked for */
    size_t n_objects, n_provided;
    unsigned per_slice; /* of those; 0: all in one */
    bool provides;      /* says so when it joins */
    bool (*perform)(struct fake_host *fake, porthole_task *task, bool on_loop); /* NULL: as
                                said above */
    void *more;                                                                 /* for that */

    /* What happened. */
    atomic_uint performed[PORTHOLE_TASK_KINDS]; /* calls, a slice each */
    atomic_uint finished[PORTHOLE_TASK_KINDS];
    atomic_uint summoned, urged; /* summons, the urgent ones among them */
    atomic_ullong streamed;      /* bytes the agent has taken */
    atomic_bool stream_refused;

    /* Its own. */
    porthole_thread *thread;
    porthole_agent *agent;
    struct ph_board *board;
    pthread_t pthread;
    pthread_mutex_t lock; /* leaf; guards those below */
    pthread_cond_t changed;
    bool joined, wants_loop, wants_now, ending, busy;
};

/** Start its thread and wait until it has joined the agent, or else the board. Threads: the
 *  test's, as all below. */
void fake_start(struct fake_host *fake, porthole_agent *agent, struct ph_board *board);

/** Let it leave, and wait until it has ended. */
void fake_stop(struct fake_host *fake);

/** From now on it is deaf, and it is not in the middle of anything. */
void fake_deafen(struct fake_host *fake);

/** Let it look again after `deaf` or `stuck` has changed. */
void fake_nudge(struct fake_host *fake);

/** Byte `at` of its heap snapshot. */
char fake_stream_byte(uint64_t at);

/** Wait until `*counter` is at least `least`; fails the test after ten seconds. */
void fake_await(atomic_uint *counter, unsigned least);

#endif /* TEST_FAKE_HOST_H */
