/* SPDX-License-Identifier: MIT */
/* Owns the one pointer the whole pipeline swaps once per tick. */
#include "current.h"

#include <stdlib.h>
#include <time.h>

#include "clock.h"

void ph_current_init(struct ph_current *current)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&current->lock, NULL);
    pthread_cond_init(&current->swapped, &attr);
    pthread_condattr_destroy(&attr);
    current->published = NULL;
}

void ph_current_fini(struct ph_current *current)
{
    ph_published_unref(current->published);
    current->published = NULL;
    pthread_cond_destroy(&current->swapped);
    pthread_mutex_destroy(&current->lock);
}

static struct ph_blob *encode(const struct ph_snapshot *snapshot, enum ph_format format)
{
    struct ph_sink sink;
    struct ph_blob *blob;

    ph_sink_init(&sink, ph_encoders[format].max_bytes);
    ph_encoders[format].encode(snapshot, &sink);
    blob = ph_blob_take(&sink);
    ph_sink_fini(&sink);
    return blob;
}

struct ph_published *ph_published_take(struct ph_snapshot *snapshot, uint64_t joins)
{
    struct ph_published *p = calloc(1, sizeof *p);

    if (!p) {
        ph_snapshot_unref(snapshot);
        return NULL;
    }
    atomic_init(&p->refs, 1);
    p->snapshot = snapshot;
    p->joins = joins;
    for (size_t i = 0; i < PH_FORMATS; i++)
        p->encoded[i] = encode(snapshot, (enum ph_format)i);
    return p;
}

struct ph_published *ph_published_ref(struct ph_published *published)
{
    if (published)
        atomic_fetch_add_explicit(&published->refs, 1, memory_order_relaxed);
    return published;
}

void ph_published_unref(struct ph_published *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < PH_FORMATS; i++)
        ph_blob_unref(p->encoded[i]);
    ph_snapshot_unref(p->snapshot);
    free(p);
}

void ph_current_swap_take(struct ph_current *current, struct ph_published *fresh)
{
    struct ph_published *stale;

    pthread_mutex_lock(&current->lock);
    stale = current->published;
    current->published = fresh;
    pthread_cond_broadcast(&current->swapped);
    pthread_mutex_unlock(&current->lock);
    ph_published_unref(stale); /* may free; keep that outside the lock */
}

struct ph_published *ph_current_get(struct ph_current *current)
{
    struct ph_published *found;

    pthread_mutex_lock(&current->lock);
    found = ph_published_ref(current->published);
    pthread_mutex_unlock(&current->lock);
    return found;
}

static bool is_seen(const struct ph_published *p, uint64_t joins)
{
    return p && p->joins >= joins;
}

struct ph_published *ph_current_await(struct ph_current *current, uint64_t joins,
                                      uint64_t wait_ns)
{
    uint64_t until_ns = ph_clock_ns() + wait_ns;
    struct timespec until = { .tv_sec = (time_t)(until_ns / PH_NS_PER_S),
                              .tv_nsec = (long)(until_ns % PH_NS_PER_S) };
    struct ph_published *found;
    int rc = 0;

    pthread_mutex_lock(&current->lock);
    while (!is_seen(current->published, joins) && rc == 0)
        rc = pthread_cond_timedwait(&current->swapped, &current->lock, &until);
    found = ph_published_ref(current->published);
    pthread_mutex_unlock(&current->lock);
    return found;
}
