/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"
#include "cli/trend.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buf out;
static struct doc *document;
static struct points points;

static void end(void)
{
    buf_fini(&out);
    doc_free(document);
    points_fini(&points);
}

TestSuite(cli_plot, .fini = end);
TestSuite(cli_points, .fini = end);
TestSuite(cli_trend, .fini = end);

static bool load(const char *json)
{
    doc_free(document);
    document = NULL;
    points_fini(&points);
    buf_clear(&out);
    cr_assert_eq(doc_read(json, strlen(json), &document), CAUSE_NONE, "%s", json);
    return points_read(&points, document);
}

static const char *plot(size_t width, size_t rows)
{
    struct plot p = { &points, width, rows, TEXT_ASCII };

    plot_write(&out, &p);
    return buf_text(&out);
}

/* ---- Points -------------------------------------------------------------------------- */

Test(cli_points, what_is_absurd_is_a_gap_or_left_out)
{
    cr_assert(
        load("{\"series\":\"x\",\"step_s\":60,\"points\":[[60,1,2,3],[120,null,null,null],"
             "[180,3,2,1],[100,1,1,1],7,null,[],[\"a\",1,1,1],[-5,1,1,1],[1e300,1,1,1],"
             "[240,1,9,3]]}"));

    cr_assert_eq(points.count, 4);
    cr_assert_eq(points.known, 2);
    cr_assert(isnan(points.items[2].mean) && isnan(points.born) && isnan(points.thread));
    cr_assert_float_eq(points.items[3].mean, 3, 0); /* no mean is beyond the greatest */
}

Test(cli_points, what_is_no_history_is_refused)
{
    cr_assert_not(load("{}"));
    cr_assert_not(load("[7]"));
    cr_assert_not(load("{\"step_s\":60,\"points\":{}}"));
    cr_assert_not(load("{\"step_s\":0,\"points\":[]}"));
    cr_assert_not(load("{\"step_s\":null,\"points\":[[1,1,1,1]]}"));
}

Test(cli_points, the_mean_is_of_the_window)
{
    cr_assert(load("{\"step_s\":60,\"points\":[[60,9,9,9],[120,1,1,1],[180,null,null,null],"
                   "[240,3,3,3]]}"));

    cr_assert_float_eq(points_mean(&points, 180), 2, 1e-9);
    cr_assert_float_eq(points_mean(&points, 60), 3, 1e-9);
    cr_assert(isnan(points_mean(&points, 0)));
}

/* ---- Pictures ------------------------------------------------------------------------ */

Test(cli_plot, shows_band_mean_gap_and_birth)
{
    cr_assert(load("{\"step_s\":60,\"unit\":\"count\",\"born\":\"1970-01-01T00:03:00Z\","
                   "\"points\":[[60,0,2,4],[120,null,null,null],[180,4,4,4],[240,0,4,8]]}"));

    cr_assert_str_eq(plot(49, 4), "      8 |                |       ::::::::\n"
                                  "      4 |::::::::        ****************\n"
                                  "        |********        |       ::::::::\n"
                                  "      0 |::::::::        |       ::::::::\n"
                                  "        +--------........----------------\n"
                                  "         00:01:00                00:05:00\n");
}

Test(cli_plot, survives_all_shapes)
{
    static const char *const shapes[] = {
        "{\"step_s\":60,\"points\":[]}",
        "{\"step_s\":60,\"points\":[[0,null,null,null]]}",
        "{\"step_s\":60,\"points\":[[0,0,0,0]]}",
        "{\"step_s\":60,\"points\":[[0,-1e308,0,1e308],[60,1e308,1e308,1e308]]}",
        "{\"step_s\":1e-9,\"points\":[[0,1,1,1],[99999999999,2,2,2]]}",
        "{\"step_s\":1e7,\"points\":[[0,1,1,1],[1,2,2,2],[2,2,2,2]]}",
        "{\"step_s\":60,\"unit\":\"bytes\",\"points\":[[0,9007199254740992,9007199254740993,"
        "9007199254740994]]}",
        "{\"step_s\":60,\"born\":\"9999-01-01T00:00:00Z\",\"points\":[[60,1,1,1]]}",
        "{\"step_s\":60,\"born\":\"1000-01-01T00:00:00Z\",\"points\":[[60,-1,-1,-1]]}",
    };

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (size_t width = PLOT_WIDTH_LEAST; width < 90; width += 7) {
            cr_assert(load(shapes[i]));
            plot(width, 16);
            for (const char *at = buf_text(&out); *at != '\0'; at += strcspn(at, "\n") + 1)
                cr_assert_leq(strcspn(at, "\n"), width, "%s", buf_text(&out));
        }
    }
}

Test(cli_plot, values_are_as_exact_as_the_axis_needs)
{
    static const struct {
        double value;
        const char *unit;
        double step;
        const char *text;
    } cases[] = {
        { 40265318.4, "bytes", NAN, "38.4M" },
        { 40265318.4, "bytes", 5e6, "38M" },
        { 40265318.4, "bytes", 1e4, "38.40M" },
        { 512, "bytes", NAN, "512" },
        { 0.031, "ratio", NAN, "3.1%" },
        { 12, "count", NAN, "12" },
        { 12.345, "ms", NAN, "12.35" },
        { 123456, "count", NAN, "123k" },
        { NAN, "count", NAN, "-" },
        { 1e300, "bytes", NAN, "huge" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_clear(&out);
        plot_value(&out, cases[i].value, cases[i].unit, cases[i].step);
        cr_assert_str_eq(buf_text(&out), cases[i].text);
    }
}

/* ---- Trends -------------------------------------------------------------------------- */

static void load_line(double slope, double noise, int count)
{
    struct buf json = { 0 };
    unsigned seed = 5;

    buf_puts(&json, "{\"step_s\":60,\"points\":[");
    for (int i = 0; i < count; i++) {
        double v = slope * i + noise * (rand_r(&seed) / (double)RAND_MAX - 0.5);

        buf_printf(&json, "%s[%d,%.9g,%.9g,%.9g]", i > 0 ? "," : "", 60 * i, v, v, v);
    }
    buf_puts(&json, "]}");
    cr_assert(load(buf_text(&json)));
    buf_fini(&json);
}

Test(cli_trend, finds_the_slope_in_noise)
{
    struct trend trend;

    load_line(6, 30, 64);
    trend = trend_of(&points);
    cr_assert_float_eq(trend.per_s, 0.1, 0.01);
    cr_assert_gt(trend.z, 3);
}

Test(cli_trend, noise_alone_and_few_points_have_none)
{
    load_line(0, 30, 400);
    cr_assert_lt(fabs(trend_of(&points).z), 3);
    load_line(6, 0, 9);
    cr_assert(isnan(trend_of(&points).per_s));
}
