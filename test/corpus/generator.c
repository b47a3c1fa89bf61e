/* SPDX-License-Identifier: MIT */
#include "generator.h"

#include <math.h>
#include <string.h>

#include "recording.h"
#include "step.h"

#define MB 1048576.0
#define HOUR_D (1.0 / 24)
#define WEEK_D 7.0
#define LEAK_D 4.0 /* how long a leak is watched: the goal is 4 days */

static const struct set sets[] = {
    { .name = "tune",
      .seed = 0x74756e65,
      .garbage_mb = { 5, 10, 30 },
      .gc_s = { 10, 60 },
      .idle_gc_s = { 1200, 5400 },
      .stretch = { 0.8, 1.25 },
      .size = { 0.8, 1.2 },
      .swing = { 0.6, 0.9 },
      .coupling = { 0.01, 0.03 },
      .coupling_h = 0.2,
      .bend = { -0.1, 0.1 },
      .load_noise = 0.05,
      .wander = { 0, 0.04 },
      .chunk = { 0.7, 1.3 } },
    { .name = "hard",
      .seed = 0x68617264,
      .garbage_mb = { 2.5, 20, 60 },
      .gc_s = { 5, 120 },
      .idle_gc_s = { 600, 10800 },
      .stretch = { 0.4, 2.5 },
      .size = { 0.4, 2.4 },
      .swing = { 0.3, 0.95 },
      .coupling = { 0.005, 0.06 },
      .coupling_h = 0.4,
      .bend = { -0.2, 0.2 },
      .load_noise = 0.1,
      .wander = { 0, 0.08 },
      .chunk = { 0.35, 1.65 } },
    { .name = "score",
      .seed = 0x73636f7265,
      .garbage_mb = { 7, 18, 36 },
      .gc_s = { 5, 120 },
      .idle_gc_s = { 1200, 7200 },
      .stretch = { 0.6, 1.6 },
      .size = { 0.6, 1.5 },
      .swing = { 0.45, 0.95 },
      .coupling = { 0.005, 0.05 },
      .coupling_h = 0.4,
      .bend = { -0.2, 0.2 },
      .load_noise = 0.08,
      .wander = { 0, 0.08 },
      .chunk = { 0.4, 1.6 } },
};

const struct set *set_named(const char *name)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
    return NULL;
}

static double in_range(struct draw *d, const double range[2])
{
    return draw_between(d, range[0], range[1]);
}

static void choose_sizes(struct process *p, double swing)
{
    bool count = p->family->kind == PH_GROWTH_COUNT;
    bool standard = p->family->odd & ODD_STANDARD;
    double size = standard ? 1 : in_range(&p->draw, p->set->size);

    p->unit = count ? 40 * size : 60 * MB * size;
    p->base =
        count ? floor(draw_between(&p->draw, 5, 100)) : draw_between(&p->draw, 60, 300) * MB;
    /* A day moves one unit up and one down: 120 MB in all. */
    p->following = p->family->follow == FOLLOW_NOT ? 0 : p->unit;
    if (p->family->traffic == TRAFFIC_DAILY && !count)
        p->following /= swing;
    if (standard)
        p->base = 250 * MB - p->following;
    p->limit = count ? draw_unit(&p->draw) < 0.5 ? 65536 : NAN : 4096 * MB;
}

static void choose_leak(struct process *p, unsigned seed)
{
    const struct family *f = p->family;

    if (f->form == LEAK_NONE)
        return;
    p->rate_per_d = f->rates[seed % f->n_rates];
    if (f->form == LEAK_LATE)
        p->onset_d = draw_between(&p->draw, 1, 3);
    p->next_chunk_d = HOUR_D * draw_unit(&p->draw);
    p->days = p->onset_d + LEAK_D;
}

static void choose_gaps(struct process *p)
{
    p->gap_begin_d = p->gap_end_d = INFINITY;
    if (p->family->odd & ODD_SUSPENDED) {
        p->gap_begin_d = draw_between(&p->draw, 0.5, 6);
        p->gap_end_d = p->gap_begin_d + 6 * HOUR_D;
    }
    if (p->family->odd & ODD_BLOCKED)
        p->gap_end_d = 0;
}

static uint64_t hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h;
}

void process_begin(struct process *p, const struct family *family, const struct set *set,
                   unsigned seed)
{
    double swing;

    *p = (struct process){ .family = family, .set = set, .days = WEEK_D };
    if (family->recording) {
        p->recording = recording_open(family->recording);
        p->limit = NAN;
        return;
    }
    draw_seed(&p->draw, set->seed ^ hash(family->name) ^ (uint64_t)seed << 40);
    swing = in_range(&p->draw, set->swing);
    traffic_begin(&p->traffic, family->traffic, swing, &p->draw);
    body_begin(&p->body, family->body, in_range(&p->draw, set->stretch), &p->draw);
    choose_sizes(p, swing);
    choose_leak(p, seed);
    choose_gaps(p);
    p->begin_s = floor(draw_between(&p->draw, 0, 30 * DAY_S));
    p->bend = in_range(&p->draw, set->bend);
    p->loose = in_range(&p->draw, set->coupling);
    p->wandering = in_range(&p->draw, set->wander);
    p->lag_d = HOUR_D * draw_between(&p->draw, 1, 2);
    p->rps = draw_between(&p->draw, 5, 500);
    p->garbage = set->garbage_mb[seed / (family->n_rates ? family->n_rates : 1) % 3] * MB;
    p->gc_s = in_range(&p->draw, set->gc_s);
    p->idle_gc_s = in_range(&p->draw, set->idle_gc_s);
}

/* What the load of now needs, relative to its mean. */
static double needed(struct process *p, double load)
{
    double loose = memory_next(&p->coupling, &p->draw, STEP_D / (p->set->coupling_h * HOUR_D));
    double need = load * (1 + p->bend * (load < 2 ? load - 1 : 1));

    if (p->family->follow == FOLLOW_SATURATES)
        need = 2 * need / (0.6 + need);
    if (p->step == 0)
        p->lagged = p->family->traffic == TRAFFIC_RAMP ? 0 : need;
    p->lagged += (need - p->lagged) * STEP_D / p->lag_d;
    if (p->family->follow == FOLLOW_LAGS)
        need = p->lagged;
    return need * (1 + p->loose * loose);
}

static void leak_some(struct process *p, double now_d, double load)
{
    double mean = p->rate_per_d * STEP_D, some = 0;

    if (now_d < p->onset_d)
        return;
    switch (p->family->form) {
    case LEAK_PER_REQUEST:
        some = mean * load;
        break;
    case LEAK_CHUNKS:
        if (now_d < p->next_chunk_d)
            return;
        some = p->rate_per_d / 24 * in_range(&p->draw, p->set->chunk);
        p->next_chunk_d += HOUR_D;
        break;
    default:
        some = mean;
    }
    if (p->family->kind == PH_GROWTH_COUNT && some > 0)
        some = draw_poisson(&p->draw, some);
    p->leaked += some;
}

/* Bytes after a full collection; NaN: there was none in this step. */
static double after_gc(struct process *p, double floor_bytes, double load)
{
    double per_step = load * STEP_S / p->gc_s, idle = STEP_S / p->idle_gc_s, n;

    p->gc_due += (per_step > idle ? per_step : idle) * draw_between(&p->draw, 0.5, 1.5);
    n = floor(p->gc_due);
    p->gc_due -= n;
    if (n < 1)
        return NAN;
    /* the least of n exponential ones is one of an n-th of their mean */
    return floor_bytes + p->garbage * draw_exponential(&p->draw) / n;
}

static double seen_bytes(struct process *p, double bytes)
{
    double quick = memory_next(&p->quick, &p->draw, STEP_S / 120);

    return floor((bytes + p->garbage / 10 * fabs(quick)) / 4096) * 4096;
}

static double seen_count(struct process *p, double count, double solid)
{
    double quick = memory_next(&p->quick, &p->draw, STEP_S / 60);
    double n = floor(count + sqrt(count > 0 ? count : 0) * quick + 0.5);

    return floor(solid) + (n > 0 ? n : 0);
}

static double seen(struct process *p, double now_d, double load)
{
    double body = body_next(&p->body, &p->draw, now_d, load);
    double moving = p->following * needed(p, load) + p->leaked;
    unsigned odd = p->family->odd;

    if (odd & (ODD_CONSTANT | ODD_ZERO))
        return odd & ODD_ZERO ? 0 : floor(p->base);
    switch (p->family->kind) {
    case PH_GROWTH_HEAP:
        return after_gc(p, p->base + body * p->unit + moving, load);
    case PH_GROWTH_COUNT:
        if (p->family->body == BODY_FEW)
            return body;
        return seen_count(p, moving - p->leaked,
                          p->leaked + p->base + floor(body * p->unit + 0.5));
    default:
        return seen_bytes(p, p->base + body * p->unit + moving);
    }
}

/* A loop that is blocked: minutes, some times a day. */
static void next_block(struct process *p, double now_d)
{
    if (now_d < p->gap_end_d)
        return;
    p->gap_begin_d = now_d + 0.2 * draw_exponential(&p->draw);
    p->gap_end_d = p->gap_begin_d + HOUR_D / 6 * draw_exponential(&p->draw);
}

/* Even steady traffic is never quite steady. */
static double asked(struct process *p, double now_d)
{
    double wander = memory_next(&p->wander, &p->draw, STEP_D / (2 * HOUR_D));
    double load = traffic_next(&p->traffic, &p->draw, now_d, STEP_D);

    load *= 1 + p->wandering * wander;
    return load > 0 ? load : 0;
}

bool process_next(struct process *p, struct sample *sample)
{
    double now_d, load;

    if (p->family->recording) {
        p->step++;
        return p->recording &&
               recording_next(p->recording, &sample->t_s, &sample->value, &sample->load);
    }
    do {
        now_d = (double)p->step * STEP_D;
        if (now_d >= p->days || p->leaked + p->base > p->limit)
            return false;
        load = asked(p, now_d);
        leak_some(p, now_d, load);
        if (p->family->odd & ODD_BLOCKED)
            next_block(p, now_d);
        sample->t_s = p->begin_s + (double)p->step * STEP_S;
        sample->value = seen(p, now_d, load);
        sample->load = load * p->rps * (1 + p->set->load_noise * draw_normal(&p->draw));
        p->step++;
    } while (now_d >= p->gap_begin_d && now_d < p->gap_end_d);
    if (p->family->odd & ODD_LOAD_UNKNOWN)
        sample->load = NAN;
    if (sample->load < 0)
        sample->load = 0;
    return true;
}
