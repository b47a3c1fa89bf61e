/* SPDX-License-Identifier: MIT */
/* Owns the ring between the maker of a stream and the http thread. */
#include "pipe.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"

#define NAP_NS (20 * PH_NS_PER_MS) /* how soon a sleeping writer sees that it shall give up */

struct ph_pipe *ph_pipe_new(struct ph_bell *bell)
{
    struct ph_pipe *p = calloc(1, sizeof *p);
    pthread_condattr_t attr;

    if (!p)
        return NULL;
    atomic_init(&p->refs, 1);
    p->bell = bell;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->room, &attr);
    pthread_condattr_destroy(&attr);
    return p;
}

struct ph_pipe *ph_pipe_ref(struct ph_pipe *p)
{
    if (p)
        atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    return p;
}

void ph_pipe_unref(struct ph_pipe *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return;
    pthread_cond_destroy(&p->room);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* With the lock held. */
static size_t put(struct ph_pipe *p, const char *bytes, size_t n)
{
    size_t end = (p->start + p->n) % sizeof p->ring;
    size_t room = sizeof p->ring - p->n, run = sizeof p->ring - end;

    n = n < room ? n : room;
    n = n < run ? n : run;
    memcpy(p->ring + end, bytes, n);
    p->n += n;
    p->total += n;
    return n;
}

static void nap(struct ph_pipe *p)
{
    uint64_t until_ns = ph_clock_ns() + NAP_NS;
    struct timespec until = { .tv_sec = (time_t)(until_ns / PH_NS_PER_S),
                              .tv_nsec = (long)(until_ns % PH_NS_PER_S) };

    pthread_cond_timedwait(&p->room, &p->lock, &until);
}

bool ph_pipe_write(struct ph_pipe *p, const char *bytes, size_t n,
                   const struct ph_pipe_patience *patience)
{
    uint64_t moved_ns = ph_clock_ns();
    bool good = true;

    while (n > 0 && good) {
        bool wake = false;
        size_t took;

        pthread_mutex_lock(&p->lock);
        took = p->closed ? 0 : put(p, bytes, n);
        if (took) {
            wake = p->starved;
            p->starved = false;
        } else if (!p->closed) {
            nap(p);
        }
        good = !p->closed;
        pthread_mutex_unlock(&p->lock);
        bytes += took;
        n -= took;
        if (wake)
            ph_bell_ring(p->bell);
        if (took)
            moved_ns = ph_clock_ns();
        good = good && patience->go_on(patience->ctx) &&
               ph_clock_ns() - moved_ns < patience->stall_ns;
    }
    return good;
}

void ph_pipe_end(struct ph_pipe *p, bool failed)
{
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    p->failed = failed;
    p->starved = false;
    pthread_mutex_unlock(&p->lock);
    ph_bell_ring(p->bell);
}

ssize_t ph_pipe_read(struct ph_pipe *p, char *buf, size_t cap)
{
    ssize_t result;
    size_t n;

    pthread_mutex_lock(&p->lock);
    n = sizeof p->ring - p->start;
    n = n < p->n ? n : p->n;
    n = n < cap ? n : cap;
    memcpy(buf, p->ring + p->start, n);
    p->start = (p->start + n) % sizeof p->ring;
    p->n -= n;
    result = (ssize_t)n;
    if (n == 0) {
        result = p->ended ? p->failed ? PH_PIPE_FAILED : PH_PIPE_END : PH_PIPE_EMPTY;
        p->starved = true;
    }
    pthread_cond_signal(&p->room);
    pthread_mutex_unlock(&p->lock);
    return result;
}

bool ph_pipe_is_ready(struct ph_pipe *p)
{
    bool ready;

    pthread_mutex_lock(&p->lock);
    ready = p->n > 0 || p->ended;
    pthread_mutex_unlock(&p->lock);
    return ready;
}

void ph_pipe_close(struct ph_pipe *p)
{
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_cond_signal(&p->room);
    pthread_mutex_unlock(&p->lock);
}
