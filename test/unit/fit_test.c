/* SPDX-License-Identifier: MIT */
#include "agent/fit.h"

#include <criterion/criterion.h>
#include <math.h>

#include "dice.h"

static struct ph_design d;
static struct ph_fit fit;
static struct dice dice;

static void start(void)
{
    d = (struct ph_design){ .terms = 2, .quantum = 1e-9 };
    dice = (struct dice){ 1 };
}

TestSuite(fit, .init = start);

/* y = 3 + 2 x + noise, x from -1 to 1. */
static void a_line(size_t n, double noise)
{
    d.n = n;
    for (size_t k = 0; k < n; k++) {
        d.place[k] = k;
        d.x[0][k] = 1;
        d.x[1][k] = 2.0 * (double)k / (double)(n - 1) - 1;
        d.y[k] = 3 + 2 * d.x[1][k] + noise * dice_noise(&dice);
    }
}

static void a_column(size_t term)
{
    for (size_t k = 0; k < d.n; k++)
        d.x[term][k] = dice_noise(&dice);
}

/* ---- Against the textbook ------------------------------------------------------------ */

struct system {
    double a[PH_FIT_TERMS][PH_FIT_TERMS + 1];   /* the right side in column `terms` */
};

static void set_up(struct system *s)
{
    for (size_t i = 0; i < d.terms; i++) {
        for (size_t j = 0; j <= d.terms; j++) {
            s->a[i][j] = 0;
            for (size_t k = 0; k < d.n; k++)
                s->a[i][j] += d.x[i][k] * (j < d.terms ? d.x[j][k] : d.y[k]);
        }
    }
}

static void swap_rows(struct system *s, size_t a, size_t b)
{
    for (size_t j = 0; j <= d.terms; j++) {
        double t = s->a[a][j];

        s->a[a][j] = s->a[b][j];
        s->a[b][j] = t;
    }
}

/* Gauss and Jordan, with pivots: another way than the one under test. */
static void textbook(double *out)
{
    struct system s;

    set_up(&s);
    for (size_t c = 0; c < d.terms; c++) {
        size_t pivot = c;

        for (size_t i = c; i < d.terms; i++)
            pivot = fabs(s.a[i][c]) > fabs(s.a[pivot][c]) ? i : pivot;
        swap_rows(&s, c, pivot);
        for (size_t i = 0; i < d.terms; i++) {
            double f = s.a[i][c] / s.a[c][c];

            for (size_t j = c; i != c && j <= d.terms; j++)
                s.a[i][j] -= f * s.a[c][j];
        }
    }
    for (size_t i = 0; i < d.terms; i++)
        out[i] = s.a[i][d.terms] / s.a[i][i];
}

Test(fit, is_least_squares_by_the_textbook)
{
    for (size_t round = 0; round < 300; round++) {
        double expected[PH_FIT_TERMS];

        d.terms = 2 + round % (PH_FIT_TERMS - 1);
        a_line(16 + round % 49, 1);
        for (size_t i = 2; i < d.terms; i++)
            a_column(i);
        textbook(expected);

        cr_assert(ph_fit(&d, false, &fit));
        for (size_t i = 0; i < d.terms; i++)
            cr_assert_float_eq(fit.coefficient[i], expected[i], 1e-9, "%zu: %zu", round, i);
    }
}

Test(fit, leaves_residuals_that_no_column_explains)
{
    d.terms = 4;
    a_line(40, 5);
    a_column(2);
    a_column(3);

    cr_assert(ph_fit(&d, false, &fit));

    for (size_t i = 0; i < d.terms; i++) {
        double product = 0;

        for (size_t k = 0; k < d.n; k++)
            product += d.x[i][k] * fit.residual[k];
        cr_assert_float_eq(product, 0, 1e-9);
    }
}

Test(fit, the_error_is_what_slopes_are_off_by)
{
    double off = 0, said = 0;

    for (int round = 0; round < 400; round++) {
        a_line(64, 1);
        cr_assert(ph_fit(&d, true, &fit));
        off += (fit.coefficient[1] - 2) * (fit.coefficient[1] - 2) / 400;
        said += fit.error[1] / 400;
    }

    cr_assert_gt(said, 0.9 * sqrt(off));
    cr_assert_lt(said, 1.6 * sqrt(off)); /* on the careful side */
}

/* ---- What is refused ----------------------------------------------------------------- */

Test(fit, columns_that_say_the_same_are_refused)
{
    d.terms = 3;
    a_line(30, 1);
    for (size_t k = 0; k < d.n; k++)
        d.x[2][k] = 5 - 3 * d.x[1][k];

    cr_assert_not(ph_fit(&d, false, &fit));
    cr_assert_not(ph_fit(&d, true, &fit));
}

Test(fit, a_column_of_one_value_is_refused)
{
    d.terms = 3;
    a_line(30, 1);
    for (size_t k = 0; k < d.n; k++)
        d.x[2][k] = 0;
    cr_assert_not(ph_fit(&d, true, &fit));

    for (size_t k = 0; k < d.n; k++)
        d.x[2][k] = 7;
    cr_assert_not(ph_fit(&d, true, &fit));
}

Test(fit, columns_without_a_number_are_refused)
{
    a_line(30, 1);
    d.x[1][7] = NAN;
    cr_assert_not(ph_fit(&d, true, &fit));

    d.x[1][7] = INFINITY;
    cr_assert_not(ph_fit(&d, true, &fit));
}

Test(fit, as_many_columns_as_points_are_refused)
{
    d.terms = 3;
    a_line(4, 1);
    a_column(2);
    cr_assert_not(ph_fit(&d, false, &fit));

    a_line(5, 1);
    a_column(2);
    cr_assert(ph_fit(&d, false, &fit));
}

/* ---- Robustness ---------------------------------------------------------------------- */

Test(fit, garbage_in_a_few_points_does_not_pull_it)
{
    double plain;

    a_line(60, 0.1);
    for (size_t k = 50; k < 55; k++)
        d.y[k] = 100;
    cr_assert(ph_fit(&d, false, &fit));
    plain = fabs(fit.coefficient[1] - 2);

    cr_assert(ph_fit(&d, true, &fit));

    cr_assert_lt(fabs(fit.coefficient[1] - 2), plain / 5);
    cr_assert_lt(fit.sigma, 3);
}

/* y = 3 + 2 x and noise that remembers: each is `alike` of the one before. */
static void a_line_with_memory(double alike)
{
    double noise = dice_noise(&dice);

    a_line(64, 0);
    for (size_t k = 0; k < d.n; k++) {
        d.y[k] += noise;
        noise = alike * noise + sqrt(1 - alike * alike) * dice_noise(&dice);
    }
}

Test(fit, neighbours_that_are_alike_make_it_less_sure)
{
    double independent = 0, alike = 0;

    for (int round = 0; round < 100; round++) {
        a_line_with_memory(0);
        cr_assert(ph_fit(&d, true, &fit));
        independent += fit.error[1];
        a_line_with_memory(0.8);
        cr_assert(ph_fit(&d, true, &fit));
        alike += fit.error[1];
    }

    cr_assert_gt(alike, 2 * independent); /* sqrt(1.8 / 0.2) is 3 */
}

Test(fit, a_gap_between_two_points_makes_them_no_neighbours)
{
    double with;

    a_line_with_memory(0.9);
    cr_assert(ph_fit(&d, true, &fit));
    with = fit.rho;
    for (size_t k = 0; k < d.n; k++)
        d.place[k] = 3 * k;

    cr_assert(ph_fit(&d, true, &fit));

    cr_assert_gt(with, 0.4);
    cr_assert_lt(fit.rho, 0.1);
}

Test(fit, what_fits_exactly_is_certain_to_its_quantum)
{
    d.quantum = 0.5;
    a_line(64, 0);

    cr_assert(ph_fit(&d, true, &fit));

    cr_assert_float_eq(fit.coefficient[1], 2, 1e-9);
    cr_assert_eq(fit.sigma, 0.5);
    cr_assert_gt(fit.error[1], 0.05);
}
