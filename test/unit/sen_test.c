/* SPDX-License-Identifier: MIT */
#include "agent/sen.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dice.h"

#define TIMES 1000

static double t[PH_SEN_MOST], v[PH_SEN_MOST], slopes[PH_SEN_PAIRS];

/* From 30 to 60 points of a window, which `shape` fills. */
struct window {
    struct dice dice;
    size_t n;
    double phase, period;
    double level;           /* of what remembers */
};

static double noise(struct window *w, size_t i)
{
    (void)i;
    return dice_noise(&w->dice);
}

static double walk(struct window *w, size_t i)
{
    (void)i;
    return w->level += dice_noise(&w->dice);
}

static double remembering(struct window *w, size_t i)
{
    (void)i;
    return w->level = 0.9 * w->level + dice_noise(&w->dice);
}

static double sawtooth(struct window *w, size_t i)
{
    return 10 * fmod(w->phase + (double)i / w->period, 1) + 0.3 * dice_noise(&w->dice);
}

static double wave(struct window *w, size_t i)
{
    return 5 * sin(6.2832 * (w->phase + (double)i / (double)w->n)) + dice_noise(&w->dice);
}

static double step(struct window *w, size_t i)
{
    return ((double)i > w->phase * (double)w->n ? 10 : 0) + dice_noise(&w->dice);
}

/* Three times the threshold, 1 per point, under noise of 0.3 of what the threshold allows. */
static double leak(struct window *w, size_t i)
{
    return 3 * (double)i + 0.3 * (double)w->n * dice_noise(&w->dice);
}

static double leak_in_steps(struct window *w, size_t i)
{
    return floor(3 * ((double)i + w->phase));
}

static double leak_under_sawtooth(struct window *w, size_t i)
{
    return 3 * (double)i +
           0.5 * (double)w->n * fmod(w->phase + (double)i / (2 + 0.3 * w->period), 1);
}

static double leak_under_memory(struct window *w, size_t i)
{
    w->level = 0.8 * w->level + 0.05 * (double)w->n * dice_noise(&w->dice);
    return 3 * (double)i + w->level;
}

/* In how many of TIMES windows its lower end is above the threshold. */
static unsigned fires(double (*shape)(struct window *w, size_t i), double threshold)
{
    struct window w = { .dice = { 7 } };
    struct ph_sen fit;
    unsigned fired = 0;

    for (int k = 0; k < TIMES; k++) {
        w.n = 30 + (size_t)(31 * dice_roll(&w.dice));
        w.phase = dice_roll(&w.dice);
        w.period = 3 + dice_roll(&w.dice) * (double)w.n / 2;
        for (size_t i = 0; i < w.n; i++) {
            t[i] = (double)i;
            v[i] = shape(&w, i);
        }
        cr_assert(ph_sen_judge(t, v, w.n, slopes, &fit));
        fired += fit.low > threshold;
    }
    return fired;
}

/* Above nothing at all, the lowest threshold there is. */
Test(sen, what_does_not_grow_fires_in_two_of_a_hundred_windows_at_most)
{
    unsigned all =
        fires(noise, 0) + fires(walk, 0) + fires(remembering, 0) + fires(sawtooth, 0);

    cr_expect_leq(all, 4 * TIMES / 50, "%u of %d", all, 4 * TIMES);
    cr_expect_leq(fires(walk, 0), TIMES / 25, "%u", fires(walk, 0));
    cr_expect_leq(fires(remembering, 0), TIMES / 50, "%u", fires(remembering, 0));
    cr_expect_leq(fires(sawtooth, 0), TIMES / 100, "%u", fires(sawtooth, 0));
}

Test(sen, a_wave_and_a_step_are_no_growth)
{
    cr_expect_leq(fires(wave, 0), TIMES / 50, "%u", fires(wave, 0));
    cr_expect_leq(fires(step, 0), TIMES / 50, "%u", fires(step, 0));
}

Test(sen, a_leak_of_three_times_the_threshold_fires_in_95_of_a_hundred)
{
    cr_expect_geq(fires(leak, 1), TIMES * 95 / 100, "%u", fires(leak, 1));
    cr_expect_geq(fires(leak_in_steps, 1), TIMES * 95 / 100, "%u", fires(leak_in_steps, 1));
    cr_expect_geq(fires(leak_under_sawtooth, 1), TIMES * 95 / 100, "%u",
                  fires(leak_under_sawtooth, 1));
    cr_expect_geq(fires(leak_under_memory, 1), TIMES * 95 / 100, "%u",
                  fires(leak_under_memory, 1));
}

Test(sen, an_exact_line_has_no_width)
{
    struct ph_sen fit;

    for (size_t i = 0; i < 20; i++) {
        t[i] = 1e6 + 30 * (double)i;
        v[i] = 60 * (double)i;
    }
    cr_assert(ph_sen_judge(t, v, 20, slopes, &fit));

    cr_expect_float_eq(fit.slope, 2, 1e-9);
    cr_expect_float_eq(fit.low, 2, 1e-6);
    cr_expect_float_eq(fit.high, 2, 1e-6);
}

Test(sen, five_points_are_too_few_and_sixty_five_too_many)
{
    struct ph_sen fit;

    for (size_t i = 0; i < PH_SEN_MOST; i++)
        t[i] = v[i] = (double)i;

    cr_expect_not(ph_sen_judge(t, v, PH_SEN_LEAST - 1, slopes, &fit));
    cr_expect(ph_sen_judge(t, v, PH_SEN_LEAST, slopes, &fit));
    cr_expect(ph_sen_judge(t, v, PH_SEN_MOST, slopes, &fit));
    cr_expect_not(ph_sen_judge(t, v, PH_SEN_MOST + 1, slopes, &fit));
}
