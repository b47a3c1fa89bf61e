/* SPDX-License-Identifier: MIT */
#include "cli/round.h"

#include "cli/clock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct round new_round(void)
{
    const struct poll_config config = { .timeout_ms = 1000 };
    struct round round;

    round_init(&round, poll_new(&config), "/state");
    return round;
}

static void list(struct round *round, const char *spec, double patience_s)
{
    struct target_list targets = { 0 };
    struct target_error error;

    cr_assert(target_add(&targets, spec, &error));
    round_set_targets(round, &targets, patience_s);
}

Test(round, who_is_listed_again_keeps_what_is_known)
{
    struct round round = new_round();
    struct round_entry *b;

    list(&round, "a:1,b:2,c:3", 0);
    b = round.entries[1];
    list(&round, "b:2,d:4", 0);

    cr_assert_eq(round.count, 2);
    cr_assert_eq(round.entries[0], b);
    cr_assert_str_eq(round.rows[1]->name, "d:4");
    round_fini(&round);
}

Test(round, two_targets_of_one_name_stay_two)
{
    struct round round = new_round();
    struct round_entry *first, *second;

    list(&round, "a:1,a:1", 0);
    first = round.entries[0];
    second = round.entries[1];
    list(&round, "a:1,a:1", 0);

    cr_assert_eq(round.count, 2);
    cr_assert_eq(round.entries[0], first);
    cr_assert_eq(round.entries[1], second);
    round_fini(&round);
}

Test(round, ten_thousand_are_listed_again_in_no_time)
{
    struct round round = new_round();
    double began_s;

    list(&round, "127.0.0.1:20000-22499,127.0.0.2:20000-22499,127.0.0.3:20000-22499", 0);
    began_s = clock_now_s();
    list(&round, "127.0.0.1:20000-22499,127.0.0.2:20000-22499,127.0.0.3:20000-22499", 0);

    cr_assert_eq(round.count, 7500);
    cr_assert_lt(clock_now_s() - began_s, 1.0); /* 0.01 s; comparing all with all took 1.5 s */
    round_fini(&round);
}

Test(round, who_sleeps_is_not_asked_and_does_not_miss_again)
{
    struct round round = new_round();

    list(&round, "127.0.0.1:1", 0);
    round.at_once = round.back_off = true;
    round_run(&round);
    cr_assert_eq(round.rows[0]->misses, 1);
    round_run(&round);

    cr_assert_eq(round.rows[0]->misses, 1);
    cr_assert_eq(round.rows[0]->cause, CAUSE_REFUSED);
    cr_assert_eq(round_exitcode(&round), 4);
    round_fini(&round);
}
