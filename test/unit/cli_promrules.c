/* SPDX-License-Identifier: MIT */
#include "cli/promrules.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct ph_rulefile_rule rule[3];
static struct ph_rulefile file;
static struct buf out;
static char error[PROMRULES_ERROR];

static void begin(void)
{
    snprintf(rule[0].name, sizeof rule[0].name, "many-sockets");
    snprintf(rule[0].trigger, sizeof rule[0].trigger, "sockets.total > 100");
    snprintf(rule[0].figure, sizeof rule[0].figure, "sockets.total");
    rule[0].value = 100;
    rule[0].severity = PH_SEVERITY_WARNING;
    rule[1] = rule[2] = rule[0];
    file = (struct ph_rulefile){ rule, 1 };
}

static void end(void)
{
    buf_fini(&out);
}

TestSuite(cli_promrules, .init = begin, .fini = end);

static const char *written(void)
{
    promrules_write(&out, &file, error);
    return buf_text(&out);
}

static void has(const char *text, const char *part)
{
    cr_assert_not_null(strstr(text, part), "%s", text);
}

static void where(const char *label, const char *pattern, bool differs)
{
    struct ph_rulefile_where *one = &rule[0].where[rule[0].n_where++];

    snprintf(one->label, sizeof one->label, "%s", label);
    snprintf(one->pattern, sizeof one->pattern, "%s", pattern);
    one->differs = differs;
}

Test(cli_promrules, a_threshold_is_a_comparison)
{
    const char *text = written();

    has(text, "- alert: \"ManySockets\"\n");
    has(text, "(max by (job, instance) (porthole_sockets)) * on (job, instance)");
    has(text, " > 100\n");
    has(text, "severity: \"warning\"\n");
}

Test(cli_promrules, a_share_is_divided_by_the_limit)
{
    rule[0].percent = true;
    rule[0].value = 0.85;

    has(written(), "(max by (job, instance) (porthole_sockets) / max by (job, instance) "
                   "(process_max_fds))");
    has(buf_text(&out), " > 0.85\n");
}

Test(cli_promrules, a_rate_is_that_of_each_thread)
{
    rule[0].when = PH_WHEN_RATE;
    snprintf(rule[0].figure, sizeof rule[0].figure, "gc.pause_s");

    has(written(), "(sum by (instance, job) (rate(nodejs_gc_duration_seconds_sum[2m])))");
}

Test(cli_promrules, growth_is_asked_for_in_both_halves)
{
    rule[0].when = PH_WHEN_GROWS;
    rule[0].over_s = 1800;

    has(written(), "[900s:15s]) > 50 and on");
    has(buf_text(&out), "[900s:15s] offset 900s) > 50 and on");
    has(buf_text(&out), "(process_start_time_seconds) >= 1800\n");
}

Test(cli_promrules, globs_become_expressions_and_all_else_stays_itself)
{
    where("service", "a.p\"i", false);
    where("version", "1.4.*", true);
    where("dc", "fra?", false);

    has(written(), "porthole_info{service=\"a.p\\\"i\", version!~\"1\\\\.4\\\\..*\", "
                   "dc=~\"fra.\"}");
}

Test(cli_promrules, what_is_absent_is_known_by_up)
{
    rule[0].when = PH_WHEN_ABSENT;
    where("service", "api", false);

    has(written(), "(up{service=\"api\"}) == 0\n        for: 30s\n");
}

Test(cli_promrules, a_verdict_is_of_a_class_or_a_series)
{
    rule[0].when = PH_WHEN_VERDICT;
    rule[0].grade = 2;
    snprintf(rule[0].of, sizeof rule[0].of, "sock*");

    has(written(), "{grade=~\"confirmed|urgent\", class=~\"sock.*\"} or ");
    has(buf_text(&out), "{grade=~\"confirmed|urgent\", series=~\"sock.*\"})) * on");
}

Test(cli_promrules, what_cannot_be_said_is_a_comment_and_named)
{
    rule[0].when = PH_WHEN_OUTLIER;
    snprintf(rule[1].figure, sizeof rule[1].figure, "porthole.cost.cpu_ms");
    file.n = 3;

    cr_assert_eq(promrules_write(&out, &file, error), 2);
    cr_assert_str_eq(error,
                     "rule 'many-sockets' is left out: Prometheus cannot compare a process "
                     "with its peers as we do; and 1 more, see the comments");
    has(buf_text(&out), "# left out: Prometheus has no such figure\n");
}

Test(cli_promrules, two_rules_of_one_name_are_two_alerts)
{
    snprintf(rule[1].name, sizeof rule[1].name, "many_sockets");
    file.n = 2;

    has(written(), "\"ManySockets2\"");
}

Test(cli_promrules, a_sentence_becomes_a_template_that_cannot_break_out)
{
    snprintf(rule[0].says, sizeof rule[0].says, "{service} {{ \"x\" }} {dc}\n{says}");

    has(written(),
        "summary: \"{{ $labels.service }} {{ \\\"{\\\" }}{{ \\\"{\\\" }} \\\"x\\\" }} "
        "{{ $labels.dc }}\\x0asockets.total > 100\"\n");
}
