/* SPDX-License-Identifier: MIT */
#include "cli/promql.h"
#include "cli/promrows.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct promrows rows;

static void end(void)
{
    promrows_fini(&rows);
}

TestSuite(cli_promql, .fini = end);

struct seen {
    size_t count;
    double value, at_s;
};

static void count(const struct promql_series *series, void *user)
{
    struct seen *seen = user;

    seen->count++;
    seen->value = series->value;
    seen->at_s = series->at_s;
}

static enum cause read_text(const char *text, struct seen *seen)
{
    *seen = (struct seen){ .value = NAN };
    return promql_read(text, strlen(text), count, seen);
}

#define ANSWER(result) \
    "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" result "]}}"
#define SERIES(labels, value) "{\"metric\":{" labels "},\"value\":[1700000000.5,\"" value "\"]}"

Test(cli_promql, a_query_is_encoded_and_stands_behind_the_servers_path)
{
    struct buf path = { 0 };

    promql_path(&path, "/prometheus/", "a{b=\"c\"} + 1", 1.5);

    cr_assert_str_eq(buf_text(&path),
                     "/prometheus/api/v1/query?query=a%7Bb%3D%22c%22%7D%20%2B%201&time=1.500");
    buf_fini(&path);
}

Test(cli_promql, every_series_is_handed_out)
{
    struct seen seen;

    cr_assert_eq(read_text(ANSWER(SERIES("", "1") "," SERIES("", "2.5e3")), &seen), CAUSE_NONE);
    cr_assert_eq(seen.count, 2);
    cr_assert_eq(seen.value, 2500);
    cr_assert_eq(seen.at_s, 1700000000.5);
}

Test(cli_promql, what_is_no_finite_number_is_nan)
{
    static const char *const odd[] = { ANSWER(SERIES("", "NaN")), ANSWER(SERIES("", "+Inf")),
                                       ANSWER(SERIES("", "-Inf")), ANSWER(SERIES("", "1x")),
                                       ANSWER(SERIES("", "")) };
    struct seen seen;

    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        cr_assert_eq(read_text(odd[i], &seen), CAUSE_NONE, "%s", odd[i]);
        cr_assert(isnan(seen.value), "%s", odd[i]);
    }
}

Test(cli_promql, what_is_no_vector_is_not_prometheus)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "1",
        "{\"status\":\"error\"}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}}",
        ANSWER("5"),
        ANSWER("{\"metric\":{}}"),
        ANSWER("{\"metric\":{},\"value\":[1]}"),
    };
    struct seen seen;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(read_text(bad[i], &seen), CAUSE_NOT_PORTHOLE, "%s", bad[i]);
    cr_assert_eq(read_text("<html>", &seen), CAUSE_BAD_JSON);
    cr_assert_eq(read_text("{\"status\":", &seen), CAUSE_TRUNCATED);
}

Test(cli_promql, what_is_not_of_the_answer_is_passed)
{
    struct seen seen;

    cr_assert_eq(
        read_text("{\"warnings\":[{\"metric\":{},\"value\":[1,\"2\"]}],\"data\":{\"stats\":"
                  "{\"result\":[5]},\"result\":[{\"value\":[7,\"3\",[],{}],\"metric\":"
                  "{\"value\":{\"job\":[1]}},\"x\":[[1]]}],\"resultType\":\"vector\"},"
                  "\"status\":\"success\"}",
                  &seen),
        CAUSE_NONE);
    cr_assert_eq(seen.count, 1);
    cr_assert_eq(seen.value, 3);
    cr_assert_eq(seen.at_s, 7);
}

static void keep(const struct promql_series *series, void *user)
{
    *(struct promql_series *)user = *series;
}

Test(cli_promql, labels_are_strings_the_last_of_a_name_counts_and_too_many_are_left_out)
{
    static struct promql_series series;
    struct buf text = { 0 };

    buf_puts(&text, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{"
                    "\"metric\":{\"job\":5,\"instance\":null,\"a\":\"1\",\"a\":\"2\"");
    for (int i = 0; i < 100; i++)
        buf_printf(&text, ",\"l%d\":\"\"", i);
    buf_puts(&text, "},\"value\":[1,\"2\"]}]}}");

    cr_assert_eq(promql_read(buf_text(&text), text.len, keep, &series), CAUSE_NONE);
    cr_assert_eq(promql_label(&series, "job").len, 0);
    cr_assert_eq(promql_label(&series, "instance").len, 0);
    cr_assert_eq(memcmp(promql_label(&series, "a").text, "\"2\"", 3), 0);
    cr_assert_eq(series.label_count, PROMQL_LABELS);
    cr_assert_eq(promql_label(&series, "l61").len, 2);
    cr_assert_eq(promql_label(&series, "l62").len, 0);
    buf_fini(&text);
}

Test(cli_promql, every_beginning_of_an_answer_is_truncated)
{
    static const char answer[] = ANSWER(SERIES("\"job\":\"j\"", "1") "," SERIES("", "2"));
    struct seen seen = { 0 };

    for (size_t len = 0; len < sizeof answer - 1; len++) {
        char *part = malloc(len > 0 ? len : 1); /* its own block: an end that is seen */

        memcpy(part, answer, len);
        cr_assert_eq(promql_read(part, len, count, &seen), CAUSE_TRUNCATED, "%zu", len);
        free(part);
    }
}

Test(cli_promql, what_a_server_says_is_wrong_is_cut)
{
    char text[1100] = "{\"error\":\"";
    struct buf out = { 0 };

    memset(text + 10, 'x', 1000);
    memcpy(text + 1010, "\"}", 3);

    cr_assert(promql_error(&out, text, strlen(text)));
    cr_assert_eq(out.len, 256);
    cr_assert_not(promql_error(&out, "<html>", 6));
    buf_fini(&out);
}

/* ---- Rows ------------------------------------------------------------------------------- */

static void take_one(const struct promql_series *series, void *user)
{
    promrows_take(&rows, *(size_t *)user, series);
}

static void tell(size_t part, const char *answer)
{
    cr_assert_eq(promql_read(answer, strlen(answer), take_one, &part), CAUSE_NONE);
}

#define A "\"job\":\"j\",\"instance\":\"a:1\""
#define UP_A SERIES(A ",\"__name__\":\"up\",\"dc\":\"x\\u001b[31m\"", "1")

static void one_round(const char *up, double now_s)
{
    promrows_begin(&rows);
    tell(PROMROWS_UP, up);
    promrows_end(&rows, now_s);
}

Test(cli_promql, series_of_one_job_and_instance_are_one_row)
{
    promrows_begin(&rows);
    tell(PROMROWS_UP, ANSWER(UP_A));
    tell(PROMROWS_PARTS + VITAL_SOCKETS, ANSWER(SERIES(A, "7")));
    tell(PROMROWS_INFO, ANSWER(SERIES(A ",\"service\":\"shop\",\"ident\":\"h/1\"", "1")));
    tell(PROMROWS_START, ANSWER(SERIES(A, "1699999990.5")));
    promrows_end(&rows, 5);

    cr_assert_eq(rows.count, 1);
    cr_assert_str_eq(rows.rows[0]->name, "a:1");
    cr_assert_eq(rows.rows[0]->last.v[VITAL_SOCKETS], 7);
    cr_assert_eq(rows.rows[0]->last.v[VITAL_UPTIME], 10);
    cr_assert_str_eq(rows.rows[0]->last.service, "shop");
    cr_assert_str_eq(labels_get(rows.rows[0]->labels, "dc"), "x\x1b[31m");
    cr_assert(isnan(rows.rows[0]->last.pid));
}

Test(cli_promql, series_find_their_rows_in_whatever_order_they_come)
{
    static const char *const orders[] = { "0123", "3210", "1302", "2", "00113" };
    struct buf answer = { 0 };

    promrows_begin(&rows);
    for (size_t o = 0; o <= sizeof orders / sizeof orders[0]; o++) {
        const char *order = o == 0 ? "0123" : orders[o - 1];

        buf_clear(&answer);
        buf_puts(&answer,
                 "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
        for (size_t i = 0; order[i] != '\0'; i++)
            buf_printf(&answer,
                       "%s{\"metric\":{\"job\":\"%s\",\"instance\":\"h%c%s:1\"},"
                       "\"value\":[1,\"%d\"]}",
                       i > 0 ? "," : "", order[i] == '2' ? "k" : "j", order[i],
                       order[i] == '3' ? "\\\\" : "",
                       o == 0 ? 1 : 10 * (int)o + order[i] - '0');
        buf_puts(&answer, "]}}");
        tell(o == 0 ? PROMROWS_UP : PROMROWS_PARTS + VITAL_SOCKETS + o - 1, buf_text(&answer));
    }
    promrows_end(&rows, 100);
    buf_fini(&answer);

    cr_assert_eq(rows.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const double *v = &rows.rows[i]->last.v[VITAL_SOCKETS];

        cr_expect_eq(v[0], 10 + (double)i);
        cr_expect_eq(v[1], 20 + (double)i);
        cr_expect_eq(v[2], 30 + (double)i);
        cr_expect(i == 2 ? v[3] == 42 : isnan(v[3]));
        cr_expect(i == 2 ? isnan(v[4]) : v[4] == 50 + (double)i);
    }
}

Test(cli_promql, a_figure_of_an_instance_that_up_does_not_name_is_nothing)
{
    promrows_begin(&rows);
    tell(PROMROWS_PARTS + VITAL_SOCKETS, ANSWER(SERIES(A, "7")));
    promrows_end(&rows, 5);

    cr_assert_eq(rows.count, 0);
}

Test(cli_promql, up_of_0_has_failed)
{
    one_round(ANSWER(SERIES(A, "0")), 5);

    cr_assert_eq(rows.rows[0]->cause, CAUSE_UNREACHABLE);
}

Test(cli_promql, who_vanished_is_missing_then_down_then_gone)
{
    one_round(ANSWER(UP_A), 5);
    one_round(ANSWER(""), 6);
    cr_assert_eq(fleet_state(rows.rows[0], 6), FLEET_MISSING);
    one_round(ANSWER(""), 7);
    one_round(ANSWER(""), 8);
    cr_assert_eq(fleet_state(rows.rows[0], 8), FLEET_DOWN);
    one_round(ANSWER(""), 66);
    cr_assert_eq(rows.count, 0);
}

Test(cli_promql, one_instance_of_two_jobs_has_two_names)
{
    one_round(ANSWER(UP_A "," SERIES("\"job\":\"k\",\"instance\":\"a:1\"", "1")), 5);

    cr_assert_eq(rows.count, 2);
    cr_assert_str_eq(rows.rows[1]->name, "k/a:1");
}

Test(cli_promql, a_lie_is_not_known)
{
    promrows_begin(&rows);
    tell(PROMROWS_UP, ANSWER(UP_A));
    tell(PROMROWS_PARTS + VITAL_SOCKETS, ANSWER(SERIES(A, "-7")));
    tell(PROMROWS_PARTS + VITAL_RSS, ANSWER(SERIES(A, "1e300")));
    promrows_end(&rows, 5);

    cr_assert(isnan(rows.rows[0]->last.v[VITAL_SOCKETS]));
    cr_assert(isnan(rows.rows[0]->last.v[VITAL_RSS]));
}

Test(cli_promql, the_worst_suspect_is_shown)
{
    promrows_begin(&rows);
    tell(PROMROWS_UP, ANSWER(UP_A));
    tell(PROMROWS_SUSPECTS, ANSWER(SERIES(A, "2")));
    tell(PROMROWS_SLOPE,
         ANSWER(SERIES(A ",\"grade\":\"suspect\",\"series\":\"s1\"", "5") "," SERIES(
             A ",\"grade\":\"urgent\",\"series\":\"s2\",\"class\":\"heap\"", "6")));
    promrows_end(&rows, 5);

    cr_assert_str_eq(rows.rows[0]->last.suspect.series, "s2");
    cr_assert_eq(rows.rows[0]->last.suspects, 2);
    cr_assert_eq(rows.rows[0]->last.suspects_confirmed, 1);
}

Test(cli_promql, a_start_that_is_missing_once_is_no_restart)
{
    for (int i = 0; i < 3; i++) {
        promrows_begin(&rows);
        tell(PROMROWS_UP, ANSWER(UP_A));
        if (i != 1)
            tell(PROMROWS_START, ANSWER(SERIES(A, "1699999990.5")));
        promrows_end(&rows, 5 + i);
    }

    cr_assert_eq(rows.rows[0]->restarts, 0);
}
