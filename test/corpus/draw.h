/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_DRAW_H
#define CORPUS_DRAW_H

#include <stdint.h>

/**
 * Random numbers, and the little mathematics the corpus needs, from the four operations and
 * sqrt() alone: those are the same to the last bit on every machine, which libm is not.
 *
 * Threads: the owner's.
 */
struct draw {
    uint64_t s[4];      /* xoshiro256** */
};

void draw_seed(struct draw *d, uint64_t seed);
uint64_t draw_bits(struct draw *d);

/** [0, 1), and [low, high). */
double draw_unit(struct draw *d);
double draw_between(struct draw *d, double low, double high);

double draw_normal(struct draw *d);
double draw_exponential(struct draw *d);            /* mean 1 */
double draw_pareto(struct draw *d, double most);    /* shape 1.5, least 1; cut at `most` */
double draw_poisson(struct draw *d, double mean);

/** Close to sin(2 pi turns): within 0.001, smooth, of mean 0. */
double wave(double turns);
double ln(double x);

/** Noise that remembers: sd 1, forgets with a time constant. Zeroed: at its mean. */
struct memory {
    double x;
};
double memory_next(struct memory *m, struct draw *d, double dt_per_tau);

#endif
