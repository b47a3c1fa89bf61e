/* SPDX-License-Identifier: MIT */
/*
 * The families. Weights say how many of the some 60 judged series of a healthy process look
 * like that; they add up to 60. Most series of a real process are counts that hardly move or
 * follow the load.
 */
#include "family.h"

#include <stdio.h>
#include <string.h>

#define MB 1048576.0
#define MOST_FAMILIES 128

#define H PH_GROWTH_HEAP
#define B PH_GROWTH_BYTES
#define C PH_GROWTH_COUNT
#define R PH_GROWTH_RATE

/* name, kind, label, weight, traffic, follow, body, leak, oddities */
static const struct family healthy[] = {
    { "heap flat", H, 0, 0.5, TRAFFIC_FLAT, .follow = FOLLOW },
    { "heap, warm-up", H, 0, 0.3, TRAFFIC_FLAT, FOLLOW, .body = BODY_WARM_UP },
    { "heap, LRU fills for 6 h", H, 0, 0.2, TRAFFIC_DAILY, FOLLOW, .body = BODY_FILL },
    { "heap, cache of 24 h", H, 0, 0.05, TRAFFIC_FLAT, FOLLOW, .body = BODY_CACHE },
    { "heap, daily", H, 0, 0.4, TRAFFIC_DAILY, .follow = FOLLOW },
    { "heap, weekend", H, 0, 0.4, TRAFFIC_WEEKEND, .follow = FOLLOW },
    { "heap, bursts", H, 0, 0.3, TRAFFIC_BURSTY, .follow = FOLLOW },
    { "heap, noise of 1 h", H, 0, 0.2, TRAFFIC_FLAT, FOLLOW, .body = BODY_NOISE_1H },
    { "heap, noise of 6 h", H, 0, 0.1, TRAFFIC_FLAT, FOLLOW, .body = BODY_NOISE_6H },
    { "heap, drift of 12 h", H, 0, 0.05, TRAFFIC_DAILY, FOLLOW, .body = BODY_DRIFT },
    { "heap, one step", H, LABEL_STEPWISE, 0.05, TRAFFIC_FLAT, FOLLOW, .body = BODY_STEP },
    { "heap, five steps", H, LABEL_STEPWISE, 0, TRAFFIC_FLAT, FOLLOW, .body = BODY_STEPS },
    { "heap, traffic doubles", H, 0, 0.2, TRAFFIC_ORGANIC, .follow = FOLLOW },
    { "heap, idle", H, 0, 0.3, TRAFFIC_IDLE, .follow = FOLLOW },
    { "heap, nightly job", H, 0, 0.1, TRAFFIC_DAILY, FOLLOW, .body = BODY_NIGHTLY },
    { "heap, batch each 4 h", H, 0, 0.1, TRAFFIC_FLAT, FOLLOW, .body = BODY_BATCH },
    { "heap lags load", H, 0, 0.2, TRAFFIC_OFFICE, .follow = FOLLOW_LAGS },
    { "heap saturates", H, 0, 0.1, TRAFFIC_ORGANIC, .follow = FOLLOW_SATURATES },
    { "heap, stairs", H, 0, 0.1, TRAFFIC_FLAT, FOLLOW, .body = BODY_STAIRS },
    { "heap, deploy ramp", H, 0, 0.1, TRAFFIC_RAMP, .follow = FOLLOW_LAGS },
    { "heap, two levels", H, 0, 0.05, TRAFFIC_TWO_LEVELS, .follow = FOLLOW },
    { "heap, cache flushed", H, 0, 0.05, TRAFFIC_DAILY, FOLLOW, .body = BODY_FLUSH },
    { "heap, suspended", H, 0, 0.05, TRAFFIC_DAILY, FOLLOW, .odd = ODD_SUSPENDED },
    { "heap, loop blocked", H, 0, 0.1, TRAFFIC_DAILY, FOLLOW, .odd = ODD_BLOCKED },
    { "bytes flat", B, 0, 2.5, TRAFFIC_FLAT, .follow = FOLLOW },
    { "bytes, sawtooth", B, 0, 1.5, TRAFFIC_DAILY, FOLLOW, .body = BODY_SAWTOOTH },
    { "bytes, daily", B, 0, 1.5, TRAFFIC_DAILY, .follow = FOLLOW },
    { "bytes, daily, load unknown", B, 0, 0.3, TRAFFIC_DAILY, FOLLOW, .odd = ODD_LOAD_UNKNOWN },
    { "bytes, ratchet", B, 0, 1, TRAFFIC_BURSTY, FOLLOW_NOT, .body = BODY_RATCHET },
    { "bytes, code caches", B, 0, 1, TRAFFIC_DAILY, FOLLOW_NOT, .body = BODY_LOGARITHM },
    { "bytes, traffic doubles", B, 0, 0.4, TRAFFIC_ORGANIC, .follow = FOLLOW },
    { "bytes, load in steps", B, 0, 0.4, TRAFFIC_STEPS, .follow = FOLLOW },
    { "bytes, weekdays", B, 0, 1, TRAFFIC_WEEKDAYS, .follow = FOLLOW_LAGS },
    { "bytes constant", B, 0, 4, TRAFFIC_DAILY, .odd = ODD_CONSTANT },
    { "count constant", C, 0, 14, TRAFFIC_DAILY, .odd = ODD_CONSTANT },
    { "count zero", C, 0, 6, TRAFFIC_DAILY, .odd = ODD_ZERO },
    { "count 0 .. 3", C, 0, 9.55, TRAFFIC_DAILY, FOLLOW_NOT, .body = BODY_FEW },
    { "count follows load", C, 0, 4, TRAFFIC_DAILY, .follow = FOLLOW },
    { "count, office hours", C, 0, 3, TRAFFIC_OFFICE, .follow = FOLLOW },
    { "count, weekend", C, 0, 2, TRAFFIC_WEEKEND, .follow = FOLLOW },
    { "count, bursts", C, 0, 1.5, TRAFFIC_BURSTY, .follow = FOLLOW_LAGS },
    { "count, pool fills", C, 0, 0.5, TRAFFIC_DAILY, FOLLOW_NOT, .body = BODY_FILL },
    { "count, pool moves", C, 0, 1, TRAFFIC_FLAT, FOLLOW_NOT, .body = BODY_POOL },
    { "count, traffic doubles", C, 0, 0.5, TRAFFIC_ORGANIC, .follow = FOLLOW },
    { "count, daily, load unknown", C, 0, 0.3, TRAFFIC_DAILY, FOLLOW, .odd = ODD_LOAD_UNKNOWN },
    { "count, five steps", C, LABEL_STEPWISE, 0.05, TRAFFIC_DAILY, FOLLOW, .body = BODY_STEPS },
};

static const double heap_rates[] = { 8 * MB,   22 * MB,   50 * MB,   150 * MB,
                                     500 * MB, 5120 * MB, 51200 * MB };
static const double count_rates[] = { 144, 1440, 14400, 86400 };
static const double figure_rates[] = { 8 * MB, 5120 * MB, 1440 };

static const struct family figures[] = {
    { "figure: 8 MB/day on 250 MB", H, LABEL_LEAK, 0, TRAFFIC_FLAT, FOLLOW, 0, LEAK_STEADY,
      ODD_STANDARD, figure_rates, .n_rates = 1 },
    { "figure: 8 MB/day under a cycle", H, LABEL_LEAK, 0, TRAFFIC_DAILY, FOLLOW, 0, LEAK_STEADY,
      ODD_STANDARD, figure_rates, .n_rates = 1 },
    { "figure: 5 GB/day", H, LABEL_LEAK, 0, TRAFFIC_FLAT, FOLLOW, 0, LEAK_STEADY, ODD_STANDARD,
      figure_rates + 1, .n_rates = 1 },
    { "figure: sockets, 1/min", C, LABEL_LEAK, 0, TRAFFIC_FLAT, FOLLOW, 0, LEAK_STEADY, 0,
      figure_rates + 2, .n_rates = 1 },
};

/* Too short for the figures, whose leaks have four days: they only stand in the table. */
static const struct family recorded[] = {
    { "recorded: cache fills", H, 0, .recording = "cache" },
    { "recorded: daily", H, 0, .recording = "daily" },
    { "recorded: warm-up", H, 0, .recording = "warmup" },
    { "recorded: batch", H, 0, .recording = "batch" },
    { "recorded: idle", H, 0, .recording = "idle" },
    { "recorded leak: closures", H, LABEL_LEAK, .recording = "closure" },
    { "recorded leak: listeners", C, LABEL_LEAK, .recording = "listener" },
    { "recorded leak: sockets", C, LABEL_LEAK, .recording = "socket" },
    { "recorded leak: native", B, LABEL_LEAK, .recording = "native" },
    { "recorded leak: objects", C, LABEL_LEAK, .recording = "object" },
};

/* Each with each kind. */
static const struct {
    const char        *name;
    enum leak_form     form;
    enum traffic_shape traffic;
} leaks[] = {
    { "steady, flat", LEAK_STEADY, TRAFFIC_FLAT },
    { "steady, daily", LEAK_STEADY, TRAFFIC_DAILY },
    { "steady, bursts", LEAK_STEADY, TRAFFIC_BURSTY },
    { "steady, weekend", LEAK_STEADY, TRAFFIC_WEEKEND },
    { "per request, flat", LEAK_PER_REQUEST, TRAFFIC_FLAT },
    { "per request, daily", LEAK_PER_REQUEST, TRAFFIC_DAILY },
    { "per request, bursts", LEAK_PER_REQUEST, TRAFFIC_BURSTY },
    { "per request, weekend", LEAK_PER_REQUEST, TRAFFIC_WEEKEND },
    { "per request, nights off", LEAK_PER_REQUEST, TRAFFIC_NIGHT_OFF },
    { "hourly, flat", LEAK_CHUNKS, TRAFFIC_FLAT },
    { "hourly, daily", LEAK_CHUNKS, TRAFFIC_DAILY },
    { "late, flat", LEAK_LATE, TRAFFIC_FLAT },
    { "late, daily", LEAK_LATE, TRAFFIC_DAILY },
};

static size_t add_leaks(struct family *to, enum ph_growth_kind kind, const char *kind_name)
{
    size_t n = sizeof leaks / sizeof leaks[0];

    for (size_t i = 0; i < n; i++) {
        struct family f = { .kind = kind,
                            .label = LABEL_LEAK,
                            .traffic = leaks[i].traffic,
                            .follow = FOLLOW,
                            .form = leaks[i].form };

        snprintf(f.name, sizeof f.name, "%s leak %s", kind_name, leaks[i].name);
        f.rates = kind == PH_GROWTH_COUNT ? count_rates : heap_rates;
        f.n_rates = kind == PH_GROWTH_COUNT ? sizeof count_rates / sizeof count_rates[0]
                                            : sizeof heap_rates / sizeof heap_rates[0];
        to[i] = f;
    }
    return n;
}

#define ADD(to, table) (memcpy(to, table, sizeof table), sizeof table / sizeof table[0])

const struct family *families(size_t *n)
{
    static struct family all[MOST_FAMILIES];
    static size_t made;

    if (!made) {
        made = ADD(all, healthy);
        made += ADD(all + made, recorded);
        made += ADD(all + made, figures);
        made += add_leaks(all + made, PH_GROWTH_HEAP, "heap");
        made += add_leaks(all + made, PH_GROWTH_BYTES, "bytes");
        made += add_leaks(all + made, PH_GROWTH_COUNT, "count");
    }
    *n = made;
    return all;
}
