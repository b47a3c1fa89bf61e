/* SPDX-License-Identifier: MIT */
#include "cli/rulestest.h"
#include "cli/ruleset.h"
#include "cli/patrol.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct ph_rulefile rules;
static struct ph_rulefile_error err;
static struct buf csv, out;
static struct rulestest_result result;

static void fini(void)
{
    ph_rulefile_fini(&rules);
    buf_fini(&csv);
    buf_fini(&out);
}

TestSuite(rules, .fini = fini);

/* What a rule with this trigger says of `csv`. */
static const char *tried(const char *when)
{
    struct rulestest test = { .name = "x.csv", .text = buf_text(&csv), .len = csv.len };
    struct buf text = { 0 };
    char error[512];

    buf_clear(&out);
    buf_printf(&text, "r:\n  when: %s\n", when);
    cr_assert(ph_rulefile_parse(buf_text(&text), text.len, &rules, &err), "%s", err.text);
    buf_fini(&text);
    cr_assert(rulestest_run(&test, &rules, &out, &result, error), "%s", error);
    return buf_text(&out);
}

Test(rules, the_built_in_ones_are_a_good_file)
{
    char error[RULESET_ERROR];

    cr_assert(ruleset_load(NULL, &rules, error), "%s", error);
    cr_assert_eq(rules.n, 11);
}

Test(rules, a_figure_of_threads_is_found_by_either_name)
{
    static const char *const names[] = { "listeners.total", "threads.listeners.total" };

    for (int column = 0; column < 2; column++) {
        for (int figure = 0; figure < 2; figure++) {
            char when[64];

            fini();
            buf_printf(&csv, "seconds,%s\n0,1\n15,9\n", names[column]);
            snprintf(when, sizeof when, "%s > 5", names[figure]);
            tried(when);

            cr_expect_eq(result.fired, 1, "%s of %s", names[figure], names[column]);
            cr_expect_eq(result.unread, 0, "%s of %s", names[figure], names[column]);
        }
    }
}

Test(rules, a_threshold_fires_and_is_resolved)
{
    buf_puts(&csv, "seconds,sockets.total\n0,1\n15,9\n30,9\n45,2\n");

    cr_assert_str_eq(tried("sockets.total > 5"),
                     "15s  firing    r  sockets.total is 9, above 5\n"
                     "45s  resolved  r  sockets.total is 2, above 5\n");
    cr_assert_eq(result.fired, 1);
    cr_assert_eq(result.rows, 4);
}

Test(rules, a_share_is_one_of_the_limit)
{
    buf_puts(&csv, "seconds,process.fds.open,process.fds.limit\n0,80,100\n15,90,100\n");

    cr_assert_str_eq(tried("process.fds.open > 85%"),
                     "15s  firing    r  process.fds.open is 90% of process.fds.limit, above "
                     "85%\n");
}

Test(rules, a_rate_is_per_second_and_a_counter_that_goes_back_is_none)
{
    buf_puts(&csv, "seconds,http.client.errors\n0,1000\n10,1000\n20,0\n30,0\n40,100\n");

    cr_assert_str_eq(tried("http.client.errors rate > 5"),
                     "40s  firing    r  http.client.errors goes up by 10/s, above 5/s\n");
}

Test(rules, rows_without_numbers_are_absence)
{
    buf_puts(&csv, "seconds,sockets.total\n0,1\n15,\n30,\n45,\n60,1\n");

    cr_assert_str_eq(tried("absent"), "15s  pending   r  it does not answer\n"
                                      "45s  firing    r  it does not answer\n"
                                      "60s  resolved  r  it answers\n");
}

Test(rules, an_uptime_that_goes_back_is_a_restart)
{
    buf_puts(&csv, "seconds,service.uptime_s\n0,100\n15,115\n30,3\n45,18\n");

    cr_assert_str_eq(tried("restarted"), "30s  firing    r  it has been restarted\n"
                                         "45s  resolved  r  it has been restarted\n");
}

/* Three hours, a row every 15 seconds. */
static void record(double per_h, double noise, unsigned seed, double restart_s)
{
    struct dice dice = { seed };

    buf_clear(&csv);
    buf_puts(&csv, "seconds,service.uptime_s,sockets.total\n");
    for (int s = 0; s < 3 * 3600; s += 15) {
        double up = s >= restart_s ? s - restart_s : s + 5000.0;
        double level = s >= restart_s ? 900 : 100; /* it comes back at another level */

        buf_printf(&csv, "%d,%g,%.6g\n", s, up,
                   level + per_h * s / 3600 + noise * dice_noise(&dice));
    }
}

#define GROWS "sockets.total grows > 50/h over 30m"

Test(rules, growth_beyond_the_value_fires_once)
{
    for (unsigned seed = 0; seed < 20; seed++) {
        record(200, 5, seed, INFINITY);
        tried(GROWS);
        cr_assert_eq(result.fired, 1, "seed %u: %s", seed, buf_text(&out));
    }
}

Test(rules, noise_alone_is_no_growth)
{
    for (unsigned seed = 0; seed < 20; seed++) {
        record(0, 20, seed, INFINITY);
        tried(GROWS);
        cr_assert_eq(result.fired, 0, "seed %u: %s", seed, buf_text(&out));
    }
}

Test(rules, a_restart_at_another_level_is_no_growth)
{
    record(0, 5, 1, 5000);
    tried(GROWS);

    cr_assert_eq(result.fired, 0, "%s", buf_text(&out));
}

Test(rules, a_gap_is_no_growth)
{
    buf_puts(&csv, "seconds,sockets.total\n");
    for (int s = 0; s < 7200; s += 15)
        buf_printf(&csv, s > 2000 && s < 5000 ? "%d,\n" : "%d,%d\n", s, s < 5000 ? 10 : 500);
    tried(GROWS);

    cr_assert_eq(result.fired, 0, "%s", buf_text(&out));
}

Test(rules, mistakes_of_a_file_are_named_by_line)
{
    struct rulestest test = { .name = "x.csv", .text = "seconds,a\n1,2\n1,x\n", .len = 18 };
    char error[512];

    cr_assert_not(rulestest_run(&test, &rules, &out, &result, error));
    cr_assert_eq(strncmp(error, "x.csv:3: ", 9), 0, "%s", error);
}

/* ---- Targets ----------------------------------------------------------------------- */

static unsigned told[4];

static void tell(void *user, const struct alert *alert)
{
    (void)user;
    told[alert->state]++;
}

/* A row that says so many sockets, of this version. */
static void feed(struct patrol *patrol, double sockets, const char *version, double now_s)
{
    struct fleet_row row;

    fleet_init(&row, "web-1");
    row.known = true;
    sample_clear(&row.last);
    row.last.v[VITAL_SOCKETS] = sockets;
    snprintf(row.last.service, sizeof row.last.service, "api");
    snprintf(row.last.version, sizeof row.last.version, "%s", version);
    if (patrol->count)
        patrol->targets[0].present = false;
    patrol_target(patrol, 0, &row,
                  (struct judgewhen_view){ .answered = !isnan(sockets), .t_s = now_s },
                  (struct judge_now){ now_s, now_s });
}

static void begin(struct patrol *patrol, const char *text)
{
    cr_assert(ph_rulefile_parse(text, strlen(text), &rules, &err), "%s", err.text);
    patrol_init(patrol, &rules);
    patrol->tell = tell;
    memset(told, 0, sizeof told);
}

Test(rules, whom_a_rule_no_longer_admits_is_resolved)
{
    struct patrol patrol;

    begin(&patrol, "r:\n  when: sockets.total > 5\n  where: service=a*, version=1.*\n");
    feed(&patrol, 9, "1.4", 0);
    cr_expect_eq(patrol_firing(&patrol, NULL), 1);
    feed(&patrol, 9, "2.0", 15);

    cr_expect_eq(told[ALERT_FIRING], 1);
    cr_expect_eq(told[ALERT_RESOLVED], 1);
    patrol_fini(&patrol);
}

Test(rules, labels_stay_the_same_while_an_alert_lives)
{
    struct patrol patrol;

    begin(&patrol, "r:\n  when: sockets.total > 5\n");
    feed(&patrol, 9, "1.4", 0);
    feed(&patrol, 9, "2.0", 15);

    cr_expect_str_eq(labels_get(&patrol.targets[0].cases[0].alert.labels, "version"), "1.4");
    cr_expect_str_eq(labels_get(&patrol.targets[0].cases[0].alert.labels, "instance"), "web-1");
    patrol_fini(&patrol);
}

Test(rules, other_rules_keep_what_fires_and_resolve_what_is_gone)
{
    static const char both[] = "a:\n  when: sockets.total > 5\nb:\n  when: sockets.total > 6\n";
    static const char only_b[] = "b:\n  when: sockets.total > 6\n  severity: info\n";
    struct patrol patrol;

    begin(&patrol, both);
    feed(&patrol, 9, "1.4", 0);
    cr_assert(ph_rulefile_parse(only_b, strlen(only_b), &rules, &err));
    patrol_replace(&patrol, &rules, (struct judge_now){ 1, 1 });
    feed(&patrol, 9, "1.4", 15);

    cr_expect_eq(told[ALERT_FIRING], 2);
    cr_expect_eq(told[ALERT_RESOLVED], 1);
    cr_expect_eq(patrol_firing(&patrol, NULL), 1);
    patrol_fini(&patrol);
}

Test(rules, a_target_that_does_not_answer_stays_firing)
{
    struct patrol patrol;

    begin(&patrol, "r:\n  when: sockets.total > 5\n");
    feed(&patrol, 9, "1.4", 0);
    feed(&patrol, NAN, "1.4", 15);

    cr_expect_eq(told[ALERT_RESOLVED], 0);
    patrol_fini(&patrol);
}
