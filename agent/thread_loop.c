/* SPDX-License-Identifier: MIT */
/* Owns how the state of an event loop is told. Reads clocks and the kernel, asks the host
 * thread for nothing. */
#include "thread_loop.h"

#include <math.h>
#include <stdbool.h>

#include "clock.h"
#include "task_syscall.h"
#include "thread_blocks.h"

enum {
    BLOCKED,
    TURNS,
    UTILIZATION,
    BLOCKED_NOW,
    LAG,
    LAG_MIN,
    LAG_MAX,
    LAG_MEAN,
    LAG_STDDEV,
    LAG_P50,
    LAG_P90,
    LAG_P99,
    DELAY,
    WINDOW
};

static const struct ph_metric metrics[] = {
    [BLOCKED] = { PH_MS("blocked_ms"), "How long the event loop has been blocked.",
                  "porthole_eventloop_blocked_seconds" },
    [TURNS] = { PH_TOTAL("turns"), "Turns of the event loop.",
                "porthole_eventloop_turns_total" },
    [UTILIZATION] = { "utilization", PH_GAUGE, PH_UNIT_RATIO,
                      "Share of the last tick in which the event loop was busy.",
                      "nodejs_eventloop_utilization" },
    [BLOCKED_NOW] = { PH_COUNT(NULL), "1 while the event loop is blocked.",
                      "porthole_eventloop_blocked" },
    [LAG] = { PH_MS(NULL), "Lag of event loop in seconds.", "nodejs_eventloop_lag_seconds" },
    [LAG_MIN] = { PH_MS(NULL), "The minimum recorded event loop delay.",
                  "nodejs_eventloop_lag_min_seconds" },
    [LAG_MAX] = { PH_MS("max"), "The maximum recorded event loop delay.",
                  "nodejs_eventloop_lag_max_seconds" },
    [LAG_MEAN] = { PH_MS("mean"), "The mean of the recorded event loop delays.",
                   "nodejs_eventloop_lag_mean_seconds" },
    [LAG_STDDEV] = { PH_MS(NULL), "The standard deviation of the recorded event loop delays.",
                     "nodejs_eventloop_lag_stddev_seconds" },
    [LAG_P50] = { PH_MS("p50"), "The 50th percentile of the recorded event loop delays.",
                  "nodejs_eventloop_lag_p50_seconds" },
    [LAG_P90] = { PH_MS("p90"), "The 90th percentile of the recorded event loop delays.",
                  "nodejs_eventloop_lag_p90_seconds" },
    [LAG_P99] = { PH_MS("p99"), "The 99th percentile of the recorded event loop delays.",
                  "nodejs_eventloop_lag_p99_seconds" },
    [DELAY] = { NULL, PH_HISTOGRAM, PH_UNIT_MS, "Event loop delay since start.",
                "porthole_eventloop_delay_seconds" },
    [WINDOW] = { PH_COUNT("window_ticks"), "Ticks these figures look back.", NULL },
};

static double deviation_ms(const struct ph_hist_view *view, double mean_ms)
{
    double square = ph_hist_mean_square(view) / ((double)PH_NS_PER_MS * (double)PH_NS_PER_MS);

    return sqrt(fmax(0, square - mean_ms * mean_ms));
}

static double quantile_ms(const struct ph_hist_view *view, double q)
{
    return view->total ? ph_clock_ms(ph_hist_quantile(view, q)) : NAN;
}

/* "buckets": [[le_ms, count], ...] of the octaves that have any: what lets a fleet's percentile
 * be one of all loops, where the mean of percentiles is none. */
static void build_buckets(const struct ph_hist_view *view, struct ph_builder *b)
{
    uint64_t octaves[PH_HIST_COARSE];
    double le_ms = PH_HIST_COARSE_FIRST_MS;

    ph_hist_coarse(view, octaves);
    ph_build_array(b, "buckets");
    for (size_t i = 0; i < PH_HIST_COARSE; i++, le_ms *= 2) {
        if (octaves[i] == 0)
            continue;
        ph_build_array(b, NULL);
        ph_build_number(b, NULL, le_ms);
        ph_build_number(b, NULL, (double)octaves[i]);
        ph_build_end(b);
    }
    ph_build_end(b);
}

/* A block that goes on counts for what it has cost so far: the timer that measures delays
 * cannot fire, and an empty window must not read as no delay at all. */
static void collect_delay(struct ph_thread_scratch *s, struct porthole_thread *t,
                          uint64_t block_ns, struct ph_builder *b)
{
    struct ph_hist_view *view = &s->hist;
    double mean;

    ph_window_advance(&t->delay_window, &t->delay, view);
    if (block_ns)
        ph_hist_view_block(view, block_ns);
    mean = view->total ? ph_clock_ms(view->sum_ns) / (double)view->total : NAN;
    ph_build_object(b, "delay_ms");
    ph_build_real(b, &metrics[LAG_MEAN], mean);
    ph_build_real(b, &metrics[LAG_P50], quantile_ms(view, 0.5));
    ph_build_real(b, &metrics[LAG_P90], quantile_ms(view, 0.9));
    ph_build_real(b, &metrics[LAG_P99], quantile_ms(view, 0.99));
    ph_build_real(b, &metrics[LAG_MAX], view->total ? ph_clock_ms(view->max_ns) : NAN);
    ph_build_uint(b, &metrics[WINDOW], PH_WINDOW_TICKS);
    build_buckets(view, b);
    ph_build_end(b);
    ph_build_real(b, &metrics[LAG], mean);
    ph_build_real(b, &metrics[LAG_MIN], quantile_ms(view, 0));
    ph_build_real(b, &metrics[LAG_STDDEV], view->total ? deviation_ms(view, mean) : NAN);
    ph_hist_read(&t->delay, view);
    ph_build_hist(b, &metrics[DELAY], view);
}

/* Busy share since the previous tick; a loop may be found idle for a little longer than
 * the time that passed, because the two clocks are read one after the other. */
static double utilization(struct porthole_thread *t, const struct ph_loop_view *view,
                          uint64_t now_ns)
{
    double elapsed = (double)(now_ns - t->last_seen_ns);
    double idle = (double)view->idle_ns - (double)t->last_idle_ns;

    t->last_seen_ns = now_ns;
    t->last_idle_ns = view->idle_ns;
    return elapsed > 0 ? fmin(1, fmax(0, 1 - idle / elapsed)) : NAN;
}

void ph_thread_loop(struct ph_thread_scratch *s, struct porthole_thread *t,
                    struct ph_builder *b)
{
    static const char *const names[] = {
        [PH_LOOP_IDLE] = "idle", [PH_LOOP_RUNNING] = "running", [PH_LOOP_BLOCKED] = "blocked"
    };
    uint64_t now_ns = ph_clock_ns();
    struct ph_loop_view view;
    char buf[32];
    bool blocked;

    if (!ph_board_loop(t, now_ns, &view)) {
        ph_build_null(b, "loop");
        return;
    }
    blocked = view.state == PH_LOOP_BLOCKED;
    ph_build_object(b, "loop");
    ph_build_text(b, "state", names[view.state]);
    ph_build_real(b, &metrics[BLOCKED], blocked ? ph_clock_ms(view.busy_ns) : 0);
    ph_build_uint(b, &metrics[BLOCKED_NOW], blocked);
    ph_build_text(b, "in_syscall", blocked ? ph_task_syscall(t->tid, buf, sizeof buf) : NULL);
    ph_build_uint(b, &metrics[TURNS], view.stamp.turns);
    ph_build_real(b, &metrics[UTILIZATION], utilization(t, &view, now_ns));
    collect_delay(s, t, blocked ? view.busy_ns : 0, b);
    ph_thread_blocks(t, &view.stamp, b);
    ph_build_end(b);
}
