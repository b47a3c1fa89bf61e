/* SPDX-License-Identifier: MIT */
/* Owns the pace of the agent and the order of one tick's work. A tick that fails (memory
 * is out, a ceiling is reached) leaves the previous state in place: its age tells. */
#include "tick.h"

#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "collectors.h"
#include "limits.h"
#include "rundir.h"
#include "snapshot.h"
#include "status.h"
#include "suspects.h"
#include "thread.h"
#include "watch.h"
#include "watchdog.h"

#define SWEEP_TICKS 600 /* tidy the run directory at the first tick and then so often */

struct ph_tick {
    struct ph_tick_env env;             /* immutable */
    pthread_t thread;
    void    *state[16];                 /* of the collectors; tick thread only, as below */
    struct ph_fdscan fds;
    uint64_t n;
    struct ph_watchdog watchdog;
    struct ph_limits limits;
    struct ph_snapshot *news;           /* the last one, until it has been looked at */

    pthread_mutex_t lock;               /* leaf; guards the two flags */
    pthread_cond_t  wake;
    bool     stopping;
    bool     hurried;
};

static void collect(struct ph_tick *t, const struct ph_collect_env *env, struct ph_builder *b)
{
    ph_fdscan_run(&t->fds, env->now_ns);
    for (size_t i = 0; i < ph_n_collectors; i++) {
        const struct ph_collector *c = ph_collectors[i];

        if (!c->opens_itself)
            ph_build_object(b, c->section);
        c->collect(t->state[i], env, b);
        if (!c->opens_itself)
            ph_build_end(b);
    }
}

static size_t bytes_of(const struct ph_tick *t, const struct ph_published *p)
{
    size_t bytes = ph_snapshot_bytes(p->snapshot);

    bytes += t->env.history ? ph_history_bytes(t->env.history) : 0;
    bytes += t->env.suspects ? ph_suspects_bytes() : 0;
    for (size_t i = 0; i < PH_FORMATS; i++)
        bytes += p->encoded[i] ? p->encoded[i]->len : 0;
    return bytes;
}

static void take_history(struct ph_tick *t, const struct ph_snapshot *snapshot,
                         uint64_t unix_ns)
{
    double now_s = ph_history_clock_s(t->env.history_clock);
    unsigned ended;

    if (!t->env.history)
        return;
    ended = ph_history_take(t->env.history, snapshot, now_s);
    if (t->env.suspects) {
        ph_limits_read(snapshot, &t->limits);
        ph_suspects_judge(t->env.suspects, t->env.history, &t->limits, ended, unix_ns);
    }
    ph_history_file_write(t->env.history_file, ph_clock_ns());
}

static void run_once(struct ph_tick *t)
{
    struct ph_collect_env env = { .identity = t->env.identity,
                                  .board = t->env.board,
                                  .series = t->env.series,
                                  .types = t->env.types,
                                  .cost = t->env.cost,
                                  .fds = &t->fds,
                                  .suspects = t->env.suspects,
                                  .tick = t->n,
                                  .now_ns = ph_clock_ns(),
                                  .now_unix_ns = ph_clock_unix_ns() };
    struct ph_builder builder;
    struct ph_snapshot *snapshot;
    uint64_t joins = ph_board_joins(t->env.board);
    struct ph_published *fresh;

    ph_build_begin(&builder);
    collect(t, &env, &builder);
    snapshot = ph_build_freeze(&builder, env.tick, env.now_ns, env.now_unix_ns);
    t->news = t->env.captures ? ph_snapshot_ref(snapshot) : NULL;
    if (snapshot)
        take_history(t, snapshot, env.now_unix_ns);
    fresh = snapshot ? ph_published_take(snapshot, joins) : NULL;
    if (fresh) {
        t->env.cost->tick_bytes = bytes_of(t, fresh);
        ph_recorder_write(t->env.recorder, fresh->snapshot, fresh->encoded[PH_FORMAT_JSON]);
        ph_current_swap_take(t->env.current, fresh);
    }
    if (t->n % SWEEP_TICKS == 0 && t->env.run_dir[0] && ph_rundir_sweep(t->env.run_dir))
        ph_recorder_mend(t->env.recorder);
    t->n++;
}

/* Sleep until `until_ns`, or until somebody is in a hurry; false when it is time to end. */
static bool sleep_until(struct ph_tick *t, uint64_t until_ns, bool *hurried)
{
    struct timespec until = { .tv_sec = (time_t)(until_ns / PH_NS_PER_S),
                              .tv_nsec = (long)(until_ns % PH_NS_PER_S) };
    bool stopping;
    int rc = 0;

    pthread_mutex_lock(&t->lock);
    while (!t->stopping && !t->hurried && rc == 0)
        rc = pthread_cond_timedwait(&t->wake, &t->lock, &until);
    stopping = t->stopping;
    *hurried = t->hurried;
    t->hurried = false;
    pthread_mutex_unlock(&t->lock);
    return !stopping;
}

/* When the next tick is due, after one that was due at `due_ns`. */
static uint64_t next_due(struct ph_tick *t, uint64_t due_ns)
{
    uint64_t period = t->env.settings->config.tick_ms * PH_NS_PER_MS;
    uint64_t now = ph_clock_ns();

    if (now < due_ns)
        return due_ns; /* a hurried one in between: the pace stays */
    due_ns += period;
    if (now <= due_ns)
        return due_ns;
    /* The machine slept, or we were starved: skip, and say so. */
    t->env.cost->missed_ticks += (now - due_ns) / period + 1;
    return now + period;
}

static uint64_t sooner(uint64_t a_ns, uint64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

static uint64_t run_captures(struct ph_tick *t, uint64_t now_ns)
{
    const struct ph_capture_now now = { .ns = now_ns,
                                        .unix_ns = ph_clock_unix_ns(),
                                        .s = ph_history_clock_s(t->env.history_clock),
                                        .tick = t->news };
    uint64_t due_ns = ph_captures_run(t->env.captures, &now);

    ph_snapshot_unref(t->news);
    t->news = NULL;
    return due_ns;
}

/* What is looked after between ticks as well; when to look again. */
static uint64_t look_after_loops(struct ph_tick *t)
{
    uint64_t now_ns = ph_clock_ns();
    uint64_t due_ns = ph_watch_run(t->env.board, now_ns);

    due_ns = sooner(due_ns, run_captures(t, now_ns));
    ph_watchdog_run(&t->watchdog, t->env.board, now_ns);
    return sooner(due_ns, ph_watchdog_due(&t->watchdog));
}

static void *run(void *arg)
{
    struct ph_tick *t = arg;
    uint64_t due_ns = ph_clock_ns(), look_ns;
    bool hurried = true;

    do {
        if (hurried || ph_clock_ns() >= due_ns) {
            run_once(t);
            due_ns = next_due(t, due_ns);
        }
        look_ns = look_after_loops(t);
    } while (sleep_until(t, sooner(look_ns, due_ns), &hurried));
    return NULL;
}

static void open_collectors(struct ph_tick *t)
{
    for (size_t i = 0; i < ph_n_collectors; i++)
        if (ph_collectors[i]->open)
            t->state[i] = ph_collectors[i]->open();
}

static void close_collectors(struct ph_tick *t)
{
    for (size_t i = 0; i < ph_n_collectors; i++)
        if (ph_collectors[i]->close)
            ph_collectors[i]->close(t->state[i]);
}

static void destroy(struct ph_tick *t)
{
    close_collectors(t);
    ph_watchdog_fini(&t->watchdog);
    ph_fdscan_fini(&t->fds);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

enum porthole_status ph_tick_start(const struct ph_tick_env *env, struct ph_tick **out,
                                   porthole_error *err)
{
    struct ph_tick *t = calloc(1, sizeof *t);
    pthread_condattr_t attr;
    enum porthole_status rc;

    _Static_assert(sizeof t->state / sizeof t->state[0] >= 9, "room for the collectors");
    if (!t)
        return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
    t->env = *env;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&t->lock, NULL);
    ph_fdscan_init(&t->fds);
    ph_watchdog_init(&t->watchdog, env->settings->config.notify_socket,
                     env->settings->config.watchdog_ms);
    open_collectors(t);
    rc = ph_thread_start(&t->thread, "porthole-tick", run, t, err);
    if (rc) {
        destroy(t);
        return rc;
    }
    *out = t;
    return PORTHOLE_OK;
}

void ph_tick_wake(struct ph_tick *t)
{
    pthread_mutex_lock(&t->lock);
    t->hurried = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

void ph_tick_stop(struct ph_tick *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    destroy(t);
}
