/* SPDX-License-Identifier: MIT */
#include "traffic.h"

#include <math.h>

#define HOUR_D (1.0 / 24)

void traffic_begin(struct traffic *t, enum traffic_shape shape, double swing, struct draw *d)
{
    *t = (struct traffic){ .shape = shape, .swing = swing, .level = 1 };
    t->phase_d = draw_between(d, 0, 7);
    t->ramp_d = HOUR_D * draw_between(d, 3, 5);
    t->change_d = draw_between(d, 1.5, 2.5);
    t->next_d = shape == TRAFFIC_STEPS ? draw_between(d, 0.5, 2.5) : 0;
}

/* 0 at night, 1 from late in the morning until the evening. */
static double office(double day)
{
    double h = 24 * (day - floor(day)), up = (h - 7) / 1.5, down = (20 - h) / 3;
    double x = up < down ? up : down;

    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static double bursty(struct traffic *t, struct draw *d, double now_d, double dt_d)
{
    t->burst /= 1 + dt_d / (10 * HOUR_D / 60);
    if (now_d >= t->next_d) {
        t->burst += draw_pareto(d, 12);
        t->next_d = now_d + HOUR_D * draw_exponential(d);
    }
    return 0.6 + t->burst;
}

static double steps(struct traffic *t, struct draw *d, double now_d)
{
    if (now_d >= t->next_d) {
        t->level = draw_between(d, 0.6, 1.6);
        t->next_d = now_d + draw_between(d, 1, 3);
    }
    return t->level;
}

static double weekdays(struct traffic *t, struct draw *d, double now_d, double dt_d)
{
    if (now_d >= t->next_d) {
        t->burst = draw_between(d, 0.7, 1.3); /* where the level goes within an hour or two */
        t->next_d = floor(now_d + t->phase_d + 1) - t->phase_d;
    }
    t->level += (t->burst - t->level) * dt_d / HOUR_D;
    return t->level;
}

double traffic_next(struct traffic *t, struct draw *d, double now_d, double dt_d)
{
    double day = now_d + t->phase_d, daily = 1 + t->swing * wave(day), free;

    switch (t->shape) {
    case TRAFFIC_DAILY:
        return daily;
    case TRAFFIC_WEEKEND:
        free = day - 7 * floor(day / 7) < 2 ? 0.45 : 1.22;
        t->level += (free - t->level) * dt_d / (2 * HOUR_D);
        return daily * t->level;
    case TRAFFIC_BURSTY:
        return bursty(t, d, now_d, dt_d);
    case TRAFFIC_STEPS:
        return steps(t, d, now_d);
    case TRAFFIC_ORGANIC:
        return daily * (now_d + 7) / 10.5;
    case TRAFFIC_IDLE:
        return 0;
    case TRAFFIC_OFFICE:
        return 0.15 + 1.85 * office(day);
    case TRAFFIC_NIGHT_OFF:
        return 2.25 * office(day);
    case TRAFFIC_RAMP:
        return now_d < t->ramp_d ? now_d / t->ramp_d : 1;
    case TRAFFIC_TWO_LEVELS:
        return daily * (now_d < t->change_d ? 0.64 : 1.15);
    case TRAFFIC_WEEKDAYS:
        return weekdays(t, d, now_d, dt_d);
    default:
        return 1;
    }
}
