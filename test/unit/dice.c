/* SPDX-License-Identifier: MIT */
#include "dice.h"

/* splitmix64 (Steele, Lea and Flood 2014). */
double dice_roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

double dice_noise(struct dice *dice)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += dice_roll(dice);
    return sum;
}
