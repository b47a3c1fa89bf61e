/* SPDX-License-Identifier: MIT */
/* Owns the section "threads": one item per host thread, made of what it published and of
 * the state its loop is in at this very moment. Asks no host thread for anything. */
#include "collect_threads.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "porthole.h"
#include "thread_counts.h"
#include "thread_gc.h"
#include "thread_heap.h"
#include "thread_http.h"
#include "thread_listeners.h"
#include "thread_loop.h"

#define SHOWN_THREADS 128 /* in full; further ones are counted */

enum { ID, AGE, CPU, TOTAL_THREADS };

static const struct ph_metric metrics[] = {
    [ID] = { PH_COUNT("id"), "Node's threadId; 0 is the main thread.", NULL },
    [AGE] = { PH_MS("age_ms"), "Age of the parts that only the thread itself can tell.", NULL },
    [CPU] = { "cpu_s", PH_COUNTER, PH_UNIT_SECONDS, "CPU time of the thread.",
              "porthole_thread_cpu_seconds_total" },
    [TOTAL_THREADS] = { PH_COUNT("threads_total"),
                        "Threads, of which the list shows the first.", NULL },
};

struct threads {
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    struct ph_thread_scratch scratch;
};

static double cpu_seconds(const struct porthole_thread *t)
{
    struct timespec ts;

    if (!t->has_cpu_clock || clock_gettime(t->cpu_clock, &ts) != 0)
        return NAN;
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void collect_thread(struct ph_thread_scratch *s, struct porthole_thread *t,
                           uint64_t now_ns, struct ph_builder *b)
{
    uint64_t published = atomic_load_explicit(&t->published_ns, memory_order_relaxed);
    bool fresh = published == 0 || now_ns < published;

    /* The main thread goes without a label: the dashboards people have know none. */
    ph_build_item(b, "thread", t->host.id ? t->name : NULL);
    ph_build_uint(b, &metrics[ID], (uint64_t)t->host.id);
    ph_build_identity(b);
    ph_build_text(b, "name", t->name);
    ph_build_identity(b);
    ph_build_real(b, &metrics[AGE],
                  published ? fresh ? 0 : ph_clock_ms(now_ns - published) : NAN);
    ph_build_real(b, &metrics[CPU], cpu_seconds(t));
    ph_thread_loop(s, t, b);
    ph_thread_heap(s, t, b);
    ph_thread_gc(s, t, b);
    ph_thread_handles(s, t, b);
    ph_thread_resources(s, t, b);
    ph_thread_listeners(s, t, b);
    ph_thread_http(s, t, b);
    ph_build_end(b);
}

static void collect(void *state, const struct ph_collect_env *env, struct ph_builder *b)
{
    struct threads *s = state;
    size_t n;

    if (!s)
        return;
    n = ph_board_hold(env->board, s->held);
    ph_build_array(b, ph_collect_threads.section);
    for (size_t i = 0; i < n; i++) {
        if (i < SHOWN_THREADS)
            collect_thread(&s->scratch, s->held[i], ph_clock_ns(), b);
        ph_thread_unref(s->held[i]);
    }
    ph_build_end(b);
    if (n > SHOWN_THREADS) {
        ph_build_bool(b, "threads_truncated", true);
        ph_build_uint(b, &metrics[TOTAL_THREADS], n);
    }
}

static void *open_threads(void)
{
    return calloc(1, sizeof(struct threads));
}

const struct ph_collector ph_collect_threads = {
    .section = "threads",
    PH_METRICS(metrics),
    .opens_itself = true,
    .open = open_threads,
    .collect = collect,
    .close = free,
};
