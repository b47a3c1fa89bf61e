/* SPDX-License-Identifier: MIT */
/* The command before the cases of rulecases.h; capture_watch_test.c is the agent's half. And
 * what both know of figures. */
#include "cli/rulestest.h"

#include "agent/figure.h"
#include "cli/vitals.h"
#include "rulecases.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A column more, so that each row is one in which the process answered. */
static void record(const struct rulecase *one, struct buf *csv)
{
    buf_printf(csv, "seconds,answers,%s%s%s\n", one->figure, one->limit ? "," : "",
               one->limit ? one->limit : "");
    for (unsigned s = 0; s <= one->end_s; s += one->step_s) {
        double value = one->value(s, one->seed);

        buf_printf(csv, "%u,1,", s);
        if (!isnan(value))
            buf_printf(csv, "%.17g", value);
        if (one->limit)
            buf_printf(csv, ",%.17g", one->most);
        buf_puts(csv, "\n");
    }
}

/* "300 1200": when it fired, of what is told in lines of JSON. */
static void take_firings(const char *told, struct buf *fires)
{
    for (const char *line = told; line; line = strstr(line + 1, "{\"seconds\":")) {
        const char *end = strchr(line, '\n');
        const char *state = strstr(line, "\"firing\"");

        if (end && state && state < end)
            buf_printf(fires, "%s%g", fires->len ? " " : "",
                       strtod(line + strlen("{\"seconds\":"), NULL));
    }
}

Test(rulecases, the_command_fires_when_they_say)
{
    for (size_t i = 0; i < rulecases_n; i++) {
        struct buf csv = { 0 }, text = { 0 }, out = { 0 }, fires = { 0 };
        struct rulestest_result result;
        struct ph_rulefile_error err;
        struct ph_rulefile rules;
        struct rulestest test = { .name = "x.csv", .json = true };
        char error[512];

        record(&rulecases[i], &csv);
        test.text = buf_text(&csv);
        test.len = csv.len;
        buf_printf(&text, "r:\n  %s\n", rulecases[i].rule);
        cr_assert(ph_rulefile_parse(buf_text(&text), text.len, &rules, &err), "%s", err.text);
        cr_assert(rulestest_run(&test, &rules, &out, &result, error), "%s", error);
        take_firings(buf_text(&out), &fires);
        cr_expect_str_eq(buf_text(&fires), rulecases[i].fires, "%s: %s", rulecases[i].rule,
                         buf_text(&fires));
        buf_fini(&csv);
        buf_fini(&text);
        buf_fini(&out);
        buf_fini(&fires);
    }
}

Test(rulecases, agent_and_command_know_the_same_of_figures)
{
    for (size_t i = 0; i < VITALS; i++) {
        const struct vital_info *v = &vitals[i];
        struct ph_rulefile_rule rule = { .percent = true };
        struct ph_rulefile_error err;
        const char *limit = ph_figure_limit(v->name);

        snprintf(rule.figure, sizeof rule.figure, "%s", v->name);
        cr_expect_str_eq(limit ? limit : "",
                         v->limit == VITAL_NONE ? "" : vitals[v->limit].name, "%s", v->name);
        cr_expect_eq(ph_figure_check(&rule, &err),
                     v->limit != VITAL_NONE || v->unit == VITAL_RATIO, "%s", v->name);
        if (ph_figure_is_of_threads(v->name))
            cr_expect_eq(ph_figure_is_highest(v->name), v->fold == VITAL_HIGHEST, "%s",
                         v->name);
        rule.percent = false;
        cr_expect(ph_figure_check(&rule, &err), "%s", err.text);
        rule.figure[strlen(rule.figure) - 1] = '#';
        cr_expect_not(ph_figure_check(&rule, &err), "%s", rule.figure);
    }
}
