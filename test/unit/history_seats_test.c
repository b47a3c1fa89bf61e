/* SPDX-License-Identifier: MIT */
#include "history_kit.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

TestSuite(history_seats, .init = history_kit_init, .fini = history_kit_fini);

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };

/* ---- Room -------------------------------------------------------------------------- */

#define SMALL 65536u

Test(history_seats, stays_below_its_ceiling)
{
    cr_assert_leq(ph_history_bytes(history), PH_HISTORY_BYTES);
    restart(SMALL);
    crowd("a", 1000);
    take(10);

    cr_assert_leq(ph_history_bytes(history), SMALL);
    cr_assert_eq(live(), ph_history_room(history));
    cr_assert_geq(live(), 9);
    cr_assert_eq(ph_history_refused(history), 1000 - live());
    cr_assert_null(ph_history_new(1000));
}

Test(history_seats, some_six_hundred_find_room_by_default)
{
    cr_assert_geq(ph_history_room(history), 600);
}

Test(history_seats, who_was_away_for_a_quarter_of_an_hour_makes_room)
{
    uint32_t epoch;
    size_t room;

    restart(SMALL);
    room = ph_history_room(history);
    crowd("a", room);
    take(10);
    epoch = ph_history_epoch(history, 0);
    begin();
    crowd("b", 1);
    take(900);
    cr_assert_eq(ph_history_refused(history), 1, "not yet");
    begin();
    crowd("b", 1);
    take(911);

    cr_assert_eq(ph_history_refused(history), 0);
    cr_assert_not_null(find("b.n0", PH_NO_THREAD));
    cr_assert_null(find("a.n0", PH_NO_THREAD));
    cr_assert_neq(ph_history_epoch(history, 0), epoch);
    cr_assert_not_null(find("a.n1", PH_NO_THREAD));
}

static void peers(size_t n)
{
    char name[32];

    ph_build_array(&b, "peers");
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "10.0.0.%zu", i);
        ph_build_item(&b, NULL, NULL);
        ph_build_text(&b, "peer", name);
        ph_build_uint(&b, &gauge, i);
        ph_build_end(&b);
    }
    ph_build_end(&b);
}

Test(history_seats, what_must_have_a_place_takes_that_of_a_peer)
{
    restart(SMALL);
    peers(100);
    take(10);
    for (double now = 11; now < 14; now++) {
        begin();
        peers(100);
        crowd("process", 2);
        take(now);
    }

    cr_assert_eq(latest("process.n0", PH_NO_THREAD), 0);
    cr_assert_eq(latest("process.n1", PH_NO_THREAD), 1);
    cr_assert_eq(live(), ph_history_room(history));
}

Test(history_seats, what_was_not_seen_for_longer_than_the_rings_reach_leaves)
{
    tick(10, &gauge, 5);
    begin();
    take(11);
    begin();
    take(64 * 14400);
    cr_assert_eq(live(), 1);
    begin();
    take(10 + 64 * 14400 + 1);

    cr_assert_eq(live(), 0);
    cr_assert_null(ph_history_at(history, 0));
}

Test(history_seats, places_change_hands_many_times_without_losing_one)
{
    char section[32];

    restart(SMALL);
    for (int round = 0; round < 500; round++) {
        snprintf(section, sizeof section, "s%d", round);
        begin();
        crowd(section, ph_history_room(history));
        take(1000.0 * round);
        cr_assert_eq(ph_history_refused(history), 0, "round %d", round);
        cr_assert_eq(live(), ph_history_room(history));
    }
    snprintf(section, sizeof section, "s%d.n3", 499);
    cr_assert_not_null(find(section, PH_NO_THREAD));
}

Test(history_seats, allocates_nothing_once_it_is_there)
{
    struct ph_snapshot *s;
    size_t before;

    crowd("a", 2000);
    peers(50);
    s = ph_build_freeze(&b, 1, 1, 1);
    before = alloc_calls();
    for (int i = 0; i < 100; i++)
        ph_history_take(history, s, i * 1000.0);

    cr_assert_eq(alloc_calls(), before);
    ph_snapshot_unref(s);
}

Test(history_seats, is_born_with_its_first_tick)
{
    cr_assert(isnan(ph_history_born_s(history)));
    tick(10, &gauge, 1);
    tick(20, &gauge, 1);

    cr_assert_eq(ph_history_born_s(history), 10);
}

Test(history_seats, tells_which_levels_have_ended)
{
    cr_assert_eq(tick(10, &gauge, 1), 0u);
    cr_assert_eq(tick(16, &gauge, 1), 1u);
}
