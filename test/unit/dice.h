/* SPDX-License-Identifier: MIT */
/** Numbers by chance, the same in each run. Zeroed is a seed as well. Threads: the test's. */
#ifndef TEST_DICE_H
#define TEST_DICE_H

#include <stdint.h>

struct dice {
    uint64_t state;
};

/** Uniform in [0, 1). */
double dice_roll(struct dice *dice);

/** Of mean 0 and deviation 1, nearly normal: the sum of twelve rolls. */
double dice_noise(struct dice *dice);

#endif
