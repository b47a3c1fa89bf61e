/* SPDX-License-Identifier: MIT */
/* Owns bucket arithmetic. The write side must stay a handful of plain stores: it runs
 * inside garbage collector callbacks and on every turn of the host's loop. */
#include "hist.h"

#include <string.h>

/* As many as the addon's timer takes in half a window, so that a block that fills the
 * window dominates it. */
#define BLOCK_SAMPLES 100

static size_t bucket_of(uint64_t ns)
{
    unsigned octave;
    size_t step;

    if (ns < UINT64_C(1) << PH_HIST_FIRST_OCTAVE)
        return 0;
    octave = 63u - (unsigned)__builtin_clzll(ns);
    if (octave >= PH_HIST_FIRST_OCTAVE + PH_HIST_OCTAVES)
        return PH_HIST_BUCKETS - 1;
    step = (ns >> (octave - 4)) & (PH_HIST_STEPS - 1);
    return (octave - PH_HIST_FIRST_OCTAVE) * PH_HIST_STEPS + step;
}

static uint64_t lower_edge(size_t bucket)
{
    unsigned octave = (unsigned)(bucket / PH_HIST_STEPS) + PH_HIST_FIRST_OCTAVE;

    if (bucket == 0)
        return 0; /* bucket 0 also holds all that is quicker than a microsecond */
    return (UINT64_C(1) << octave) + ((uint64_t)(bucket % PH_HIST_STEPS) << (octave - 4));
}

static uint64_t upper_edge(size_t bucket)
{
    unsigned octave = (unsigned)(bucket / PH_HIST_STEPS) + PH_HIST_FIRST_OCTAVE;

    return (UINT64_C(1) << octave) + ((uint64_t)(bucket % PH_HIST_STEPS + 1) << (octave - 4));
}

/* One writer: a load and a store, not a locked read-modify-write. */
static void bump(_Atomic uint64_t *cell, uint64_t by)
{
    uint64_t old = atomic_load_explicit(cell, memory_order_relaxed);

    atomic_store_explicit(cell, old + by, memory_order_relaxed);
}

void ph_hist_record(struct ph_hist *hist, uint64_t ns, uint64_t times)
{
    bump(&hist->count[bucket_of(ns)], times);
    bump(&hist->sum_ns, ns * times);
    if (ns > atomic_load_explicit(&hist->max_ns, memory_order_relaxed))
        atomic_store_explicit(&hist->max_ns, ns, memory_order_relaxed);
}

void ph_hist_read(const struct ph_hist *hist, struct ph_hist_view *out)
{
    out->total = 0;
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++) {
        out->count[i] = atomic_load_explicit(&hist->count[i], memory_order_relaxed);
        out->total += out->count[i];
    }
    out->sum_ns = atomic_load_explicit(&hist->sum_ns, memory_order_relaxed);
    out->max_ns = atomic_load_explicit(&hist->max_ns, memory_order_relaxed);
}

void ph_hist_view_block(struct ph_hist_view *view, uint64_t ns)
{
    for (uint64_t i = 1; i <= BLOCK_SAMPLES; i++) {
        uint64_t delay = ns / BLOCK_SAMPLES * i;

        view->count[bucket_of(delay)]++;
        view->sum_ns += delay;
    }
    view->total += BLOCK_SAMPLES;
    if (ns > view->max_ns)
        view->max_ns = ns;
}

uint64_t ph_hist_quantile(const struct ph_hist_view *view, double q)
{
    uint64_t rank = (uint64_t)(q * (double)view->total + 0.5);
    uint64_t seen = 0, middle;

    if (view->total == 0)
        return 0;
    if (rank == 0)
        rank = 1;
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++) {
        seen += view->count[i];
        if (seen < rank)
            continue;
        middle = (lower_edge(i) + upper_edge(i)) / 2;
        return middle < view->max_ns ? middle : view->max_ns;
    }
    return view->max_ns;
}

double ph_hist_mean_square(const struct ph_hist_view *view)
{
    double sum = 0;

    for (size_t i = 0; i < PH_HIST_BUCKETS; i++) {
        double middle = (double)(lower_edge(i) + upper_edge(i)) / 2;

        sum += (double)view->count[i] * middle * middle;
    }
    return view->total ? sum / (double)view->total : 0;
}

uint64_t ph_hist_at_most(const struct ph_hist_view *view, uint64_t ns)
{
    size_t last = bucket_of(ns);
    uint64_t seen = 0, low = lower_edge(last), high = upper_edge(last);
    double share = (double)(ns - low) / (double)(high - low);

    for (size_t i = 0; i < last; i++)
        seen += view->count[i];
    if (share > 1)
        share = 1;
    return seen + (uint64_t)((double)view->count[last] * share + 0.5);
}

const char *const ph_hist_bound_s[PH_HIST_BOUNDS] = { "0.001", "0.01", "0.1", "1", "2", "5" };

void ph_hist_summarise(const struct ph_hist_view *view, struct ph_hist_summary *out)
{
    static const uint64_t bound_ms[PH_HIST_BOUNDS] = { 1, 10, 100, 1000, 2000, 5000 };

    out->total = view->total;
    out->sum_ns = view->sum_ns;
    out->max_ns = view->max_ns;
    out->p50_ns = ph_hist_quantile(view, 0.5);
    out->p90_ns = ph_hist_quantile(view, 0.9);
    out->p99_ns = ph_hist_quantile(view, 0.99);
    for (size_t i = 0; i < PH_HIST_BOUNDS; i++)
        out->at_most[i] = ph_hist_at_most(view, bound_ms[i] * 1000000);
}

/* Sums up to each end, then their differences: nothing is lost to rounding. */
void ph_hist_coarse(const struct ph_hist_view *view, uint64_t out[PH_HIST_COARSE])
{
    uint64_t below = 0, end_ns = (uint64_t)(PH_HIST_COARSE_FIRST_MS * 1e6);

    for (size_t i = 0; i < PH_HIST_COARSE; i++, end_ns *= 2) {
        uint64_t upto = i + 1 < PH_HIST_COARSE ? ph_hist_at_most(view, end_ns) : view->total;

        out[i] = upto > below ? upto - below : 0;
        below += out[i];
    }
}

static void sum_window(const struct ph_window *window, struct ph_hist_view *out)
{
    memset(out, 0, sizeof *out);
    for (size_t t = 0; t < PH_WINDOW_TICKS; t++) {
        for (size_t i = 0; i < PH_HIST_BUCKETS; i++)
            out->count[i] += window->count[t][i];
        out->sum_ns += window->sum_ns[t];
    }
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++) {
        out->total += out->count[i];
        if (out->count[i])
            out->max_ns = upper_edge(i);
    }
}

void ph_window_advance(struct ph_window *window, const struct ph_hist *hist,
                       struct ph_hist_view *out)
{
    struct ph_hist_view now;
    uint32_t *slot = window->count[window->next];

    ph_hist_read(hist, &now);
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++)
        slot[i] = (uint32_t)(now.count[i] - window->last.count[i]);
    window->sum_ns[window->next] = now.sum_ns - window->last.sum_ns;
    window->next = (window->next + 1) % PH_WINDOW_TICKS;
    window->last = now;

    sum_window(window, out);
    /* The window's own maximum is known to a bucket; the true one, if it fits, is better. */
    if (out->max_ns > now.max_ns)
        out->max_ns = now.max_ns;
}
