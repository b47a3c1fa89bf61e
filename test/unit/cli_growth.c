/* SPDX-License-Identifier: MIT */
#include "cli/fleetsays.h"
#include "cli/growthlist.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct buf out;
static struct doc *document;
static struct growth growth;

static void end(void)
{
    buf_fini(&out);
    doc_free(document);
}

TestSuite(cli_growth, .fini = end);
TestSuite(cli_fleetsays, .fini = end);

/* ---- One verdict --------------------------------------------------------------------- */

static void load(const char *json)
{
    doc_free(document);
    document = NULL;
    cr_assert_eq(doc_read(json, strlen(json), &document), CAUSE_NONE, "%s", json);
    growth_read(&growth, document, 1000000);
    buf_clear(&out);
}

#define HEAP                                                                              \
    "{\"series\":\"heap.used_bytes\",\"thread\":0,\"class\":\"heap\",\"verdict\":"        \
    "\"growing\",\"grade\":\"confirmed\",\"gates\":{\"data\":true,\"trend\":true,"        \
    "\"load\":false,\"what\":false},\"confidence\":0.99,\"slope_interval\":[40000,60000]," \
    "\"slope_per_hour\":50000,\"since\":\"1970-01-12T10:46:40.500Z\",\"window_s\":10800," \
    "\"level\":104857600,\"limit\":2147483648,\"reaches_limit_in_s\":86400,"              \
    "\"moves_with\":[{\"series\":\"a\"},7,{\"series\":\"b\"},{\"series\":\"c\"}]"

Test(cli_growth, is_read_from_what_an_agent_sends)
{
    load(HEAP "}");

    cr_assert_eq(growth.verdict.grade, PH_CONFIRMED);
    cr_assert_eq(growth.verdict.tendency, PH_GROWING);
    cr_assert_eq(growth.verdict.passed, 1u << PH_GATE_DATA | 1u << PH_GATE_TREND);
    cr_assert_eq(growth.verdict.failed, 1u << PH_GATE_LOAD);
    cr_assert_float_eq(growth.verdict.high_per_h, 60000, 0);
    cr_assert_float_eq(growth.since_ago_s, 10799.5, 0);
    cr_assert(growth.bytes);
    cr_assert_eq(growth.n_moves, 2);
    cr_assert_str_eq(growth.moves[1], "b");
}

Test(cli_growth, what_is_absurd_is_not_known)
{
    load("{\"series\":7,\"grade\":\"huge\",\"verdict\":null,\"gates\":[1],\"slope_interval\":3,"
         "\"slope_per_hour\":\"x\",\"window_s\":-1,\"moves_with\":7,\"thread\":null}");

    cr_assert_eq(growth.verdict.grade, PH_NO_GRADE);
    cr_assert_eq(growth.verdict.tendency, PH_UNKNOWN);
    cr_assert(isnan(growth.verdict.slope_per_h) && isnan(growth.verdict.low_per_h));
    cr_assert(isnan(growth.verdict.window_s) && isnan(growth.since_ago_s));
    cr_assert(isnan(growth.thread));
    growth_sentence(&out, &growth);
    cr_assert_str_eq(buf_text(&out), "");
    growth_slope(&out, &growth, true);
    cr_assert_str_eq(buf_text(&out), "-");
}

Test(cli_growth, slopes_are_per_hour_or_per_day)
{
    load(HEAP "}");
    growth_slope(&out, &growth, true);
    cr_assert_str_eq(buf_text(&out), "1.1M/day (938K..1.4M)");

    load("{\"series\":\"x\",\"slope_per_hour\":118.2,\"slope_interval\":[109,126.5]}");
    growth_slope(&out, &growth, true);
    cr_assert_str_eq(buf_text(&out), "118/h (109..126)");

    load("{\"series\":\"x\",\"slope_per_hour\":0.1,\"slope_interval\":[-0.001,0.2]}");
    growth_slope(&out, &growth, true);
    cr_assert_str_eq(buf_text(&out), "2.4/day (-0.02..4.8)");
}

Test(cli_growth, has_a_sentence_of_our_own_where_the_agent_has_none)
{
    load(HEAP "}");
    growth.since_ago_s = 90000;
    growth_sentence(&out, &growth);
    cr_assert_str_eq(buf_text(&out),
                     "heap.used_bytes grows by 1.1M a day (938K to 1.4M) for 1d01h, and is at "
                     "100M; it reaches its limit of 2.0G in 1d00h");

    load(HEAP ",\"says\":\"it leaks\"}");
    growth_sentence(&out, &growth);
    cr_assert_str_eq(buf_text(&out), "it leaks");
}

Test(cli_growth, the_worst_come_first)
{
    struct growth a = { .verdict = { .grade = PH_URGENT, .slope_per_h = NAN } };
    struct growth b = { .verdict = { .grade = PH_SUSPECT, .slope_per_h = 5, .value = 10 } };
    struct growth c = { .verdict = { .grade = PH_SUSPECT, .slope_per_h = 9, .value = 100 } };
    struct growth d = { .verdict = { .tendency = PH_SETTLING, .slope_per_h = 99, .value = 1 } };

    cr_assert(growth_compare(&a, &b) < 0 && growth_compare(&b, &a) > 0);
    cr_assert(growth_compare(&b, &c) < 0 && growth_compare(&c, &d) < 0);
    cr_assert_eq(growth_compare(&b, &b), 0);
}

/* What a judge of recorded data says, without one. */
Test(cli_growth, a_row_says_what_failed)
{
    struct growthlist list = { .columns = GROWTHLIST_FILE, .width = 100 };
    struct growth stable = { .series = "x", .thread = NAN, .since_ago_s = NAN };
    const struct growth *rows[] = { &stable };

    stable.verdict = (struct ph_verdict){ .tendency = PH_STABLE,
                                          .failed = 1u << PH_GATE_TREND,
                                          .slope_per_h = 0.5,
                                          .low_per_h = -1,
                                          .high_per_h = 2,
                                          .window_s = 76800 };
    growthlist_write(&out, &list, rows, 1);
    cr_assert_str_eq(buf_text(&out),
                     "SERIES       VERDICT GRADE SLOPE            SINCE WINDOW FAILED\n"
                     "x            stable  -     12/day (-24..48)     -    21h no trend\n");
}

/* ---- The fleet ----------------------------------------------------------------------- */

static const char *const names[] = { "http.client.started", "jobs.done",
                                     "http.server.started" };

static const char *says(const struct fleetsays_process *processes, size_t count,
                        size_t candidates, bool bytes)
{
    struct fleetsays found = fleetsays_find(processes, count, candidates);
    struct fleetsays_subject subject = { count, 7, names, bytes };

    buf_clear(&out);
    fleetsays_write(&out, &found, &subject);
    return buf_text(&out);
}

Test(cli_fleetsays, names_the_counter_that_explains_the_rates)
{
    struct fleetsays_process two[] = { { 6120000, { 1.0, 3 } }, { 12000000, { 2.0, 3 } } };

    cr_assert_str_eq(says(two, 2, 2, true),
                     "grows in 2 of 7; twice as fast where http.client.started are twice as "
                     "many: 1.6K each (+-1 %)");
}

Test(cli_fleetsays, two_counters_that_go_together_are_both_named)
{
    struct fleetsays_process two[] = { { 3600, { 1.0, 3 } }, { 9000, { 2.5, 7.5 } } };

    cr_assert_str_eq(says(two, 2, 2, false),
                     "grows in 2 of 7; 2.5 times as fast where http.client.started are 2.5 "
                     "times as many: 1 each (+-0 %); jobs.done would explain it as well");
}

Test(cli_fleetsays, accuses_nothing_where_growth_goes_with_time)
{
    struct fleetsays_process two[] = { { 3600, { 1 } }, { 3700, { 9 } } };
    struct fleetsays_process alike[] = { { 3600, { 1 } }, { 3700, { 1.02 } } };
    struct fleetsays_process wild[] = { { 3600, { 1 } }, { 36000, { 0.9 } } };

    cr_assert_str_eq(says(two, 2, 1, false), "grows in 2 of 7; equally fast whatever they have "
                                             "to do: not by http.client.started");
    cr_assert_str_eq(says(alike, 2, 1, false),
                     "grows in 2 of 7; all of them are alike: give one twice as much to do to "
                     "see whether it goes with http.client.started");
    cr_assert_str_eq(says(wild, 2, 1, false),
                     "grows in 2 of 7; at rates that no counter explains");
}

Test(cli_fleetsays, what_is_not_known_counts_for_nothing)
{
    struct fleetsays_process some[] = {
        { 3600, { NAN, 1 } }, { NAN, { 1, 1 } }, { -5, { 1, 1 } }, { 3600, { 0, INFINITY } }
    };

    cr_assert_eq(fleetsays_find(some, 4, 2).finding, FLEETSAYS_TOO_FEW);
    cr_assert_eq(fleetsays_find(some, 0, 0).finding, FLEETSAYS_TOO_FEW);
    cr_assert_str_eq(says(some, 1, 2, false), "grows in 1 of 7");
}

static double noise(unsigned *seed, double sd)
{
    double sum = 0;

    for (int i = 0; i < 12; i++)
        sum += rand_r(seed) / (double)RAND_MAX;
    return exp((sum - 6) * sd);
}

/* Eight processes, three counters that follow their traffic with 30 % of their own. */
Test(cli_fleetsays, finds_the_right_one_of_eight_processes)
{
    unsigned seed = 11, right = 0;

    for (int round = 0; round < 200; round++) {
        struct fleetsays_process p[8];

        for (int i = 0; i < 8; i++) {
            double traffic = noise(&seed, 0.5);

            for (int c = 0; c < 3; c++)
                p[i].rate[c] = traffic * noise(&seed, 0.3);
            p[i].slope_per_h = 3600 * 1700 * p[i].rate[1] * noise(&seed, 0.1);
        }
        right += fleetsays_find(p, 8, 3).cause == 1;
    }
    cr_assert_geq(right, 190, "%u of 200", right);
}
