/* SPDX-License-Identifier: MIT */
#include "draw.h"

#include <math.h>

#define LN_2 0.69314718055994530942

void draw_seed(struct draw *d, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15u); /* splitmix64 */

        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        d->s[i] = z ^ z >> 31;
    }
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t draw_bits(struct draw *d)
{
    uint64_t *s = d->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double draw_unit(struct draw *d)
{
    return (double)(draw_bits(d) >> 11) * 0x1p-53;
}

double draw_between(struct draw *d, double low, double high)
{
    return low + (high - low) * draw_unit(d);
}

double wave(double turns)
{
    double x = turns - floor(turns + 0.5), y = 8 * x - 16 * x * fabs(x);

    return 0.225 * (y * fabs(y) - y) + y;
}

double ln(double x)
{
    int e;
    double m = frexp(x, &e), y, y2, sum = 0;

    if (m < 0.70710678) {
        m *= 2;
        e--;
    }
    y = (m - 1) / (m + 1);
    y2 = y * y;
    for (int k = 15; k >= 1; k -= 2)
        sum = sum * y2 + 1.0 / k;
    return e * LN_2 + 2 * y * sum;
}

double draw_exponential(struct draw *d)
{
    return -ln(1 - draw_unit(d));
}

/* Eight uniform ones together: as good as normal up to four deviations, and none beyond five.
 * Many times as fast as a logarithm, and most of the corpus's time goes here. */
double draw_normal(struct draw *d)
{
    uint64_t sum = 0;

    for (int i = 0; i < 2; i++) {
        uint64_t bits = draw_bits(d);

        sum += (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    }
    return ((double)sum - 4 * 65535.0) / (65536.0 * 0.81649658); /* sqrt(8 / 12) */
}

double draw_pareto(struct draw *d, double most)
{
    double u = 1 - draw_unit(d), x;

    x = 1 / u / sqrt(sqrt(1 / u)); /* u^-0.75 is near enough to u^-(1/1.5) */
    return x < most ? x : most;
}

double draw_poisson(struct draw *d, double mean)
{
    double n = 0, sum;

    if (mean > 30) {
        n = floor(mean + sqrt(mean) * draw_normal(d) + 0.5);
        return n > 0 ? n : 0;
    }
    for (sum = draw_exponential(d); sum < mean; sum += draw_exponential(d))
        n++;
    return n;
}

double memory_next(struct memory *m, struct draw *d, double dt_per_tau)
{
    double keep = 1 / (1 + dt_per_tau);

    m->x = keep * m->x + sqrt(1 - keep * keep) * draw_normal(d);
    return m->x;
}
