/* SPDX-License-Identifier: MIT */
#ifndef PH_BELL_H
#define PH_BELL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * How one thread tells the others that something they wait for has happened: a condition
 * for those that sleep, an eventfd for the one that sits in epoll. It carries no news
 * itself: whoever is woken looks.
 */
struct ph_bell {
    pthread_mutex_t lock; /* leaf */
    pthread_cond_t rung;
    uint64_t times; /* guarded by lock */
    int fd;         /* immutable; -1 if there is none */
};

/** False if the system gives no eventfd; fini is due all the same. Threads: the thread that
 *  starts the agent, as fini. */
bool ph_bell_init(struct ph_bell *bell);
void ph_bell_fini(struct ph_bell *bell);

/** Wake everybody. Threads: any, host threads too; a lock for an increment and two system
 *  calls. */
void ph_bell_ring(struct ph_bell *bell);

/** How often it has rung: take this before you look, and wait with it afterwards, and no
 *  ring is missed. Threads: any. */
uint64_t ph_bell_times(struct ph_bell *bell);

/** Sleep until it has rung more than `times`, or `until_ns` (CLOCK_MONOTONIC) has come.
 *  Threads: any of ours but the http thread. */
void ph_bell_wait(struct ph_bell *bell, uint64_t times, uint64_t until_ns);

/** Silence the descriptor after epoll reported it. Threads: http thread. */
void ph_bell_quiet(struct ph_bell *bell);

#endif
