/* SPDX-License-Identifier: MIT */
#include "cli/judge.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct ph_rulefile_rule rule;
static struct judge_case one;
static double now_s;

static void init(void)
{
    rule = (struct ph_rulefile_rule){ .when = PH_WHEN_THRESHOLD };
    one = (struct judge_case){ .alert.rule = &rule };
    now_s = 1000;
}

TestSuite(judge, .init = init);

/* One round a minute. */
static bool step(enum ph_holds holds)
{
    struct judge_reading reading = { .holds = holds, .value = 7 };

    now_s += 60;
    return judge_step(&one, &reading, (struct judge_now){ now_s, now_s + 1e9 });
}

static void steps(enum ph_holds holds, int n)
{
    while (n--)
        step(holds);
}

Test(judge, what_holds_fires_at_once)
{
    cr_assert(step(PH_HOLDS_YES));

    cr_assert_eq(one.alert.state, ALERT_FIRING);
    cr_assert_eq(one.alert.value, 7);
    cr_assert_eq(one.alert.fired_unix_s, now_s + 1e9);
}

Test(judge, firing_is_told_once)
{
    step(PH_HOLDS_YES);

    cr_assert_not(step(PH_HOLDS_YES));
    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, what_holds_no_longer_is_resolved_once)
{
    step(PH_HOLDS_YES);

    cr_assert(step(PH_HOLDS_NO));
    cr_assert_eq(one.alert.state, ALERT_RESOLVED);
    cr_assert_not(step(PH_HOLDS_NO));
    cr_assert_eq(one.alert.state, ALERT_NONE);
}

Test(judge, it_is_pending_until_it_held_for_long_enough)
{
    rule.for_s = 120;

    cr_assert(step(PH_HOLDS_YES));
    cr_assert_eq(one.alert.state, ALERT_PENDING);
    cr_assert_not(step(PH_HOLDS_YES));
    cr_assert(step(PH_HOLDS_YES));
    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, a_round_in_which_it_does_not_hold_begins_anew)
{
    rule.for_s = 120;
    steps(PH_HOLDS_YES, 2);
    step(PH_HOLDS_NO);
    steps(PH_HOLDS_YES, 2);

    cr_assert_eq(one.alert.state, ALERT_PENDING);
}

Test(judge, misses_are_rounds_in_a_row)
{
    rule.misses = 3;
    steps(PH_HOLDS_YES, 2);

    cr_assert_eq(one.alert.state, ALERT_PENDING);
    step(PH_HOLDS_YES);
    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, absence_needs_three_rounds_unless_said)
{
    rule.when = PH_WHEN_ABSENT;

    cr_assert_eq(ph_hold_misses(&rule), 3);
    rule.misses = 1;
    cr_assert_eq(ph_hold_misses(&rule), 1);
}

Test(judge, the_cooldown_counts_from_the_last_firing)
{
    rule.cooldown_s = 600;
    step(PH_HOLDS_YES);
    step(PH_HOLDS_NO);
    steps(PH_HOLDS_YES, 8);

    cr_assert_eq(one.alert.state, ALERT_PENDING);
    step(PH_HOLDS_YES);
    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, what_is_not_known_resolves_nothing)
{
    step(PH_HOLDS_YES);
    steps(PH_HOLDS_UNKNOWN, 14);

    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, after_a_quarter_of_an_hour_without_data_it_ends_and_says_why)
{
    step(PH_HOLDS_YES);
    steps(PH_HOLDS_UNKNOWN, 15);

    cr_assert_eq(one.alert.state, ALERT_RESOLVED);
    cr_assert_str_eq(one.alert.says, "no data for 15 minutes");
}

Test(judge, what_is_not_known_does_not_count_as_a_round_that_holds)
{
    rule.misses = 2;
    step(PH_HOLDS_YES);
    step(PH_HOLDS_UNKNOWN);

    cr_assert_eq(one.alert.state, ALERT_PENDING);
    step(PH_HOLDS_YES);
    cr_assert_eq(one.alert.state, ALERT_FIRING);
}

Test(judge, a_rule_that_is_gone_resolves_only_what_fires)
{
    cr_assert_not(judge_end(&one, "gone", (struct judge_now){ 0, 0 }));
    step(PH_HOLDS_YES);

    cr_assert(judge_end(&one, "gone", (struct judge_now){ now_s, 5 }));
    cr_assert_eq(one.alert.state, ALERT_RESOLVED);
    cr_assert_str_eq(one.alert.says, "gone");
}

/* Whatever comes: each firing is followed by one resolution before the next, no two are nearer
 * than the cool-down, and none comes without the rounds it needs. */
Test(judge, alerts_once_and_truthfully_whatever_comes)
{
    struct dice dice = { 3 };

    for (int run = 0; run < 300; run++) {
        double fired_s = -INFINITY;
        bool firing = false;
        unsigned held = 0;

        init();
        rule.misses = 1 + (unsigned)(dice_roll(&dice) * 4);
        rule.for_s = floor(dice_roll(&dice) * 5) * 60;
        rule.cooldown_s = floor(dice_roll(&dice) * 20) * 60;
        for (int i = 0; i < 400; i++) {
            enum ph_holds holds = (enum ph_holds)(dice_roll(&dice) * 3);
            bool changed = step(holds);

            held = holds == PH_HOLDS_YES ? held + 1 : holds == PH_HOLDS_NO ? 0 : held;
            if (changed && one.alert.state == ALERT_FIRING) {
                cr_assert_not(firing);
                cr_assert(now_s - fired_s >= rule.cooldown_s && held >= rule.misses);
                cr_assert(now_s - one.alert.began_unix_s + 1e9 >= rule.for_s);
                firing = true;
                fired_s = now_s;
            } else if (changed && one.alert.state == ALERT_RESOLVED) {
                cr_assert(firing);
                firing = false;
            }
            cr_assert_eq(firing, one.alert.state == ALERT_FIRING);
        }
    }
}
