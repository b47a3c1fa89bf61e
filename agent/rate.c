/* SPDX-License-Identifier: MIT */
/* Owns the ring behind rates of the last minute. Never allocates; one look is a walk over at
 * most 64 samples. */
#include "rate.h"

#include <math.h>
#include <stddef.h>

#include "porthole.h"

/* A little less than a second, so that a tick of one second that comes early is kept too. */
#define SPACING_NS (950 * PH_NS_PER_MS)

static size_t back(const struct ph_rate *rate, unsigned steps)
{
    return (rate->next + PH_RATE_SAMPLES - steps) % PH_RATE_SAMPLES;
}

static void keep(struct ph_rate *rate, uint64_t at_ns, uint64_t value)
{
    rate->sample[rate->next].at_ns = at_ns;
    rate->sample[rate->next].value = value;
    rate->next = (rate->next + 1) % PH_RATE_SAMPLES;
    if (rate->n < PH_RATE_SAMPLES)
        rate->n++;
}

void ph_rate_begin(struct ph_rate *rate, uint64_t at_ns, uint64_t value)
{
    rate->n = 0;
    rate->last = value;
    keep(rate, at_ns, value);
}

/* The youngest sample that is a window old; the oldest if none is. */
static size_t base_of(const struct ph_rate *rate, uint64_t now_ns)
{
    unsigned steps = 1;

    while (steps < rate->n &&
           now_ns - rate->sample[back(rate, steps)].at_ns < PH_RATE_WINDOW_NS)
        steps++;
    return back(rate, steps);
}

double ph_rate_per_s(struct ph_rate *rate, uint64_t now_ns, uint64_t value)
{
    uint64_t newest_ns, elapsed_ns;
    size_t base;
    double grown;

    if (value == PORTHOLE_UNKNOWN) {
        rate->n = 0;
        return NAN;
    }
    if (rate->n == 0 || value < rate->last) {
        ph_rate_begin(rate, now_ns, value);
        return NAN;
    }
    newest_ns = rate->sample[back(rate, 1)].at_ns;
    if (now_ns <= newest_ns)
        return NAN;
    rate->last = value;
    base = base_of(rate, now_ns);
    grown = (double)(value - rate->sample[base].value);
    elapsed_ns = now_ns - rate->sample[base].at_ns;
    if (now_ns - newest_ns >= SPACING_NS)
        keep(rate, now_ns, value);
    return grown * (double)PH_NS_PER_S / (double)elapsed_ns;
}
