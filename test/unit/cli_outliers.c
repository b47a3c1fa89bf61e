/* SPDX-License-Identifier: MIT */
#include "cli/outliers.h"

#include "cli/buf.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "dice.h"

#define PEERS 200

static struct fleet_row rows[PEERS], *list[PEERS];
static struct outliers found;

/* A minute of `count` peers, the first `growing` of which gain `per_minute` sockets. */
static void live(struct dice *dice, size_t count, size_t growing, double per_minute)
{
    for (size_t i = 0; i < count; i++) {
        double level = 50 + 20 * dice_roll(dice);
        struct sample s;

        sample_clear(&s);
        snprintf(s.service, sizeof s.service, "api");
        snprintf(s.version, sizeof s.version, "1.4.2");
        list[i] = &rows[i];
        fleet_init(list[i], "target");
        for (int step = 0; step <= 30; step++) {
            s.captured_unix_s = 1000 + 2 * step;
            s.v[VITAL_UPTIME] = s.captured_unix_s;
            s.v[VITAL_ESTABLISHED] = round(level + 3 * dice_noise(dice)) +
                                     (i < growing ? per_minute * step / 30 : 0);
            s.v[VITAL_LISTENERS] = 100;
            fleet_answered(list[i], &s, 1, s.captured_unix_s);
        }
    }
}

static size_t marked(size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += !isnan(list[i]->outlier_z);
    return n;
}

Test(cli_outliers, seven_of_two_hundred_that_grow_are_these_seven)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct dice dice = { seed };

        live(&dice, PEERS, 7, 40);
        outliers_find(&found, list, PEERS);
        cr_assert_eq(marked(PEERS), 7, "seed %zu: %zu", (size_t)seed, marked(PEERS));
        cr_assert_eq(found.count, 1);
        cr_assert_eq(found.items[0].differ, 7);
        cr_assert_eq(found.items[0].all, PEERS);
        for (size_t i = 0; i < 7; i++)
            cr_assert_eq(list[i]->outlier, VITAL_ESTABLISHED);
        outliers_fini(&found);
    }
}

Test(cli_outliers, noise_is_seldom_anybodys_illness)
{
    size_t wrong = 0;

    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct dice dice = { seed };
        size_t count = 5 + seed % 60;

        live(&dice, count, 0, 0);
        outliers_find(&found, list, count);
        wrong += marked(count) > 0;
        outliers_fini(&found);
    }
    cr_assert_leq(wrong, 3, "%zu of 400", wrong);
}

Test(cli_outliers, where_all_grow_alike_nobody_differs)
{
    struct dice dice = { 9 };

    live(&dice, PEERS, PEERS, 400);
    outliers_find(&found, list, PEERS);

    cr_assert_eq(found.count, 0);
    cr_assert_eq(marked(PEERS), 0);
}

Test(cli_outliers, four_peers_are_too_few_to_say)
{
    struct dice dice = { 9 };

    live(&dice, 4, 1, 4000);
    outliers_find(&found, list, 4);

    cr_assert_eq(found.count, 0);
}

Test(cli_outliers, other_versions_are_no_peers)
{
    struct dice dice = { 9 };

    live(&dice, 8, 4, 4000);
    for (size_t i = 0; i < 4; i++)
        snprintf(list[i]->last.version, sizeof list[i]->last.version, "2.0.0");
    outliers_find(&found, list, 8);

    cr_assert_eq(found.count, 0);
}

Test(cli_outliers, a_young_process_may_climb)
{
    struct dice dice = { 9 };

    live(&dice, PEERS, 1, 4000);
    list[0]->last.v[VITAL_UPTIME] = 100;
    outliers_find(&found, list, PEERS);

    cr_assert_eq(marked(PEERS), 0);
}

/* One round: nothing but what the processes say of themselves. */
static void say_verdicts(size_t count, size_t growing, const char *series, double slope)
{
    for (size_t i = 0; i < count; i++) {
        struct sample s;

        sample_clear(&s);
        snprintf(s.service, sizeof s.service, "api");
        snprintf(s.version, sizeof s.version, "1.4.2");
        s.suspects = i < growing;
        if (i < growing) {
            snprintf(s.suspect.series, sizeof s.suspect.series, "%s", series);
            s.suspect.slope_per_h = slope;
        }
        list[i] = &rows[i];
        fleet_init(list[i], "target");
        fleet_answered(list[i], &s, 1, 100);
    }
}

Test(cli_outliers, verdicts_tell_it_from_one_look)
{
    struct buf text = { 0 };

    say_verdicts(PEERS, 7, "sockets.tcp.established", 310);
    outliers_find(&found, list, PEERS);

    cr_assert_eq(found.count, 1);
    outliers_says(&text, &found.items[0]);
    cr_assert_str_eq(buf_text(&text),
                     "7 of 200 api 1.4.2 grow in sockets: +310/h, the others 0/h");
    buf_fini(&text);
    outliers_fini(&found);
}

Test(cli_outliers, the_heap_floor_has_verdicts_but_no_trail)
{
    say_verdicts(20, 1, "heap.used_after_full_gc_bytes", 80e6);
    outliers_find(&found, list, 20);

    cr_assert_eq(found.count, 1);
    cr_assert_eq(list[0]->outlier, VITAL_HEAP_FLOOR);
    outliers_fini(&found);
}

Test(cli_outliers, a_fleet_of_equal_verdicts_has_no_outlier)
{
    say_verdicts(20, 20, "heap.used_after_full_gc_bytes", 80e6);
    outliers_find(&found, list, 20);

    cr_assert_eq(found.count, 0);
}

Test(cli_outliers, nothing_is_found_in_nothing)
{
    outliers_find(&found, list, 0);

    cr_assert_eq(found.count, 0);
    outliers_fini(&found);
}
