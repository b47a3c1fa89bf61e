/* SPDX-License-Identifier: MIT */
#ifndef PH_HIST_H
#define PH_HIST_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Durations in logarithmic-linear buckets: 16 equal steps per power of two from 1 µs to
 * 73 minutes, so any percentile is right within 1/32 of itself, in 4 KiB and with one
 * increment per sample. (The layout of HdrHistogram, with one significant hex digit.)
 */
#define PH_HIST_STEPS 16
#define PH_HIST_FIRST_OCTAVE 10 /* 2^10 ns */
#define PH_HIST_OCTAVES 32
#define PH_HIST_BUCKETS (PH_HIST_OCTAVES * PH_HIST_STEPS)

/* Written by one thread, read by any: relaxed atomics. A reader may see a sample in
 * `count` that is not in `sum_ns` yet; that is one sample, once. */
struct ph_hist {
    _Atomic uint64_t count[PH_HIST_BUCKETS];
    _Atomic uint64_t sum_ns;
    _Atomic uint64_t max_ns;
};

/* A reader's copy, or the difference of two. */
struct ph_hist_view {
    uint64_t count[PH_HIST_BUCKETS];
    uint64_t total;
    uint64_t sum_ns;
    uint64_t max_ns;
};

/**
 * Count `times` samples of `ns`.
 *
 * Threads: the one writer. Plain stores.
 */
void ph_hist_record(struct ph_hist *hist, uint64_t ns, uint64_t times);

/**
 * Copy the histogram.
 *
 * Threads: any.
 */
void ph_hist_read(const struct ph_hist *hist, struct ph_hist_view *out);

/**
 * Add the delays that events met, or will meet, which arrived at random moments of a
 * block that has lasted `ns` so far and goes on.
 *
 * Threads: any; `view` belongs to the caller.
 */
void ph_hist_view_block(struct ph_hist_view *view, uint64_t ns);

/**
 * The duration that a share `q` (0 .. 1) of the samples does not exceed, in
 * nanoseconds: the middle of its bucket, never above the maximum. 0 when empty.
 *
 * Threads: any; `view` belongs to the caller.
 */
uint64_t ph_hist_quantile(const struct ph_hist_view *view, double q);

/**
 * Mean of the squares of the samples in ns², each taken for the middle of its bucket.
 *
 * Threads: any; `view` belongs to the caller.
 */
double ph_hist_mean_square(const struct ph_hist_view *view);

/**
 * How many samples are at most `ns`; a bucket that `ns` cuts through counts by share.
 *
 * Threads: any; `view` belongs to the caller.
 */
uint64_t ph_hist_at_most(const struct ph_hist_view *view, uint64_t ns);

/* What is shown of a histogram: its figures, and the buckets prom-client uses for
 * garbage collections, so that dashboards made for those work. */
#define PH_HIST_BOUNDS 6

struct ph_hist_summary {
    uint64_t total;
    uint64_t sum_ns, max_ns, p50_ns, p90_ns, p99_ns;
    uint64_t at_most[PH_HIST_BOUNDS]; /* samples of at most ph_hist_bound_s[i] */
};

extern const char *const ph_hist_bound_s[PH_HIST_BOUNDS];

/** Threads: any. */
void ph_hist_summarise(const struct ph_hist_view *view, struct ph_hist_summary *out);

/* For whoever merges the histograms of many processes: coarse, and few numbers. The ends of
 * the octaves are powers of two in ms, PH_HIST_COARSE_FIRST_MS the first; the first and the
 * last hold what is below and beyond as well. */
#define PH_HIST_COARSE 24
#define PH_HIST_COARSE_FIRST_MS 0.125

/** Samples of each octave; a bucket that an end cuts through counts by share.
 *  Threads: any; `view` belongs to the caller. */
void ph_hist_coarse(const struct ph_hist_view *view, uint64_t out[PH_HIST_COARSE]);

/* ---- The last few ticks of a histogram --------------------------------------------- */

#define PH_WINDOW_TICKS 10

struct ph_window {
    struct ph_hist_view last;                           /* at the previous tick */
    uint32_t count[PH_WINDOW_TICKS][PH_HIST_BUCKETS];   /* what each tick added */
    uint64_t sum_ns[PH_WINDOW_TICKS];
    unsigned next;
};

/**
 * Take what `hist` gained since the last call into the window, and write the sum over
 * the last PH_WINDOW_TICKS calls to `out`. The histogram itself is never reset, so any
 * number of readers see the same.
 *
 * Threads: tick thread (owner of `window`).
 */
void ph_window_advance(struct ph_window *window, const struct ph_hist *hist,
                       struct ph_hist_view *out);

#endif
