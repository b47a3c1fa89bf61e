/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <math.h>

#include "step.h"

#define HOUR_D (1.0 / 24)

static const double period_h[] = {
    [BODY_SAWTOOTH] = 0.4, [BODY_WARM_UP] = 0.5,  [BODY_FILL] = 6,      [BODY_CACHE] = 24,
    [BODY_NOISE_1H] = 1,   [BODY_NOISE_6H] = 6,   [BODY_DRIFT] = 12,    [BODY_NIGHTLY] = 24,
    [BODY_BATCH] = 4,      [BODY_STAIRS] = 0.8,   [BODY_LOGARITHM] = 1, [BODY_FLUSH] = 12,
    [BODY_POOL] = 3,       [BODY_RATCHET] = 0.05, [BODY_STEP] = 24,     [BODY_STEPS] = 24,
    [BODY_FEW] = 0.2,
};

void body_begin(struct body *b, enum body_shape shape, double stretch, struct draw *d)
{
    *b = (struct body){ .shape = shape };
    b->period_d = shape == BODY_NONE ? 1 : period_h[shape] * HOUR_D * stretch;
    if (shape == BODY_NIGHTLY)
        b->period_d = 1;
    b->phase_d = draw_unit(d) * b->period_d;
    if (shape == BODY_STEP)
        b->next_d = draw_between(d, 0.2, 5);
    if (shape == BODY_STEPS)
        b->next_d = draw_between(d, 0.2, 1.5);
    if (shape == BODY_STAIRS)
        b->next_d = draw_between(d, 0.1, 1) * b->period_d;
}

/* 0 .. 1 within the period. */
static double within(const struct body *b, double now_d)
{
    double x = (now_d + b->phase_d) / b->period_d;

    return x - floor(x);
}

static double approach(struct body *b, double to)
{
    b->x += (to - b->x) * STEP_D / (b->period_d + STEP_D);
    return b->x;
}

static double rise_at_times(struct body *b, struct draw *d, double now_d)
{
    unsigned most = b->shape == BODY_STEP ? 1 : b->shape == BODY_STEPS ? 5 : 4;

    if (b->n < most && now_d >= b->next_d) {
        b->x += draw_between(d, 0.6, 1.4) / (b->shape == BODY_STAIRS ? 4 : 1);
        b->n++;
        b->next_d = now_d + b->period_d * draw_between(d, 0.5, 1.8);
    }
    return b->x;
}

static double ratchet(struct body *b, struct draw *d, double load)
{
    double need = load * (1 + 0.1 * memory_next(&b->memory, d, STEP_D / b->period_d));

    /* a little of it goes back to the system */
    b->x = need > b->x ? need : b->x + (need - b->x) * STEP_D / 10;
    return b->x;
}

static double pool(struct body *b, struct draw *d, double now_d)
{
    if (now_d >= b->next_d) {
        b->phase_d = draw_unit(d);
        b->next_d = now_d + b->period_d * draw_between(d, 0.3, 1.7);
    }
    b->x += (b->phase_d - b->x) * STEP_D / (b->period_d / 4);
    return b->x;
}

static double few(struct body *b, struct draw *d, double now_d)
{
    if (now_d >= b->next_d) {
        b->x = floor(4 * draw_unit(d) * draw_unit(d));
        b->next_d = now_d + b->period_d * draw_exponential(d);
    }
    return b->x;
}

/* Mostly within +-2 of its mean, never beyond 3. */
static double noise(struct body *b, struct draw *d)
{
    double x = memory_next(&b->memory, d, STEP_D / b->period_d);

    return 0.2 * (x < -3 ? -3 : x > 3 ? 3 : x);
}

double body_next(struct body *b, struct draw *d, double now_d, double load)
{
    switch (b->shape) {
    case BODY_SAWTOOTH:
    case BODY_FLUSH:
        return within(b, now_d);
    case BODY_WARM_UP:
    case BODY_CACHE:
        return approach(b, 1);
    case BODY_FILL:
        return now_d < b->period_d ? now_d / b->period_d : 1;
    case BODY_NOISE_1H:
    case BODY_NOISE_6H:
    case BODY_DRIFT:
        return noise(b, d);
    case BODY_RATCHET:
        return ratchet(b, d, load);
    case BODY_STEP:
    case BODY_STEPS:
    case BODY_STAIRS:
        return rise_at_times(b, d, now_d);
    case BODY_NIGHTLY:
        return within(b, now_d) < 2.0 / 24 ? 1 : 0;
    case BODY_BATCH:
        return within(b, now_d) < 0.25 ? 1 : 0;
    case BODY_LOGARITHM:
        return 0.2 * ln(1 + now_d / b->period_d);
    case BODY_POOL:
        return pool(b, d, now_d);
    case BODY_FEW:
        return few(b, d, now_d);
    default:
        return 0;
    }
}
