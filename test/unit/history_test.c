/* SPDX-License-Identifier: MIT */
#include "history_kit.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

TestSuite(history, .init = history_kit_init, .fini = history_kit_fini);

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };
static const struct ph_metric counter = { PH_TOTAL("finished"), "", NULL };
static const struct ph_metric turns = { PH_TOTAL("turns"), "", NULL };
static const struct ph_metric id = { PH_COUNT("id"), "", NULL };
static const struct ph_metric full = { PH_TOTAL("num_full_gc"), "", NULL };
static const struct ph_metric after = { PH_BYTES("used_after_full_gc_bytes"), "", NULL };
static const struct ph_metric real = { "share", PH_GAUGE, PH_UNIT_RATIO, "", NULL };

static void open_thread(uint64_t number)
{
    ph_build_item(&b, "thread", NULL);
    ph_build_uint(&b, &id, number);
}

/* ---- Values ------------------------------------------------------------------------ */

Test(history, counters_are_growth_per_second)
{
    tick(10, &counter, 100);
    cr_assert(isnan(latest("process.x", PH_NO_THREAD)), "one reading is no rate");

    tick(12, &counter, 110);
    cr_assert_eq(latest("process.x", PH_NO_THREAD), 5);
    cr_assert_eq(find("process.x", PH_NO_THREAD)->last, 110);
    cr_assert_eq(find("process.x", PH_NO_THREAD)->kind, PH_COUNTER);
}

Test(history, a_counter_that_falls_has_started_anew)
{
    tick(10, &counter, 100);
    tick(11, &counter, 3);

    cr_assert(isnan(latest("process.x", PH_NO_THREAD)));
    tick(12, &counter, 5);
    cr_assert_eq(latest("process.x", PH_NO_THREAD), 2);
}

Test(history, a_tick_right_behind_another_gives_no_rate)
{
    tick(10, &counter, 0);
    tick(11, &counter, 10);
    tick(12.001, &counter, 20);
    tick(12.002, &counter, 21);
    tick(13, &counter, 30);

    cr_assert_float_eq(latest("process.x", PH_NO_THREAD), 10, 0.1, "%f",
                       latest("process.x", PH_NO_THREAD));
}

Test(history, counters_keep_every_one_beyond_two_to_the_53rd)
{
    tick(10, &counter, 9007199254740992u);
    tick(11, &counter, 9007199254740993u);
    cr_assert_eq(latest("process.x", PH_NO_THREAD), 1);

    tick(12, &counter, 18446744073709551614u);
    tick(13, &counter, 18446744073709551614u);
    cr_assert_eq(latest("process.x", PH_NO_THREAD), 0);
}

Test(history, a_number_that_is_away_leaves_a_gap)
{
    tick(10, &gauge, 5);
    begin();
    take(11);

    cr_assert(isnan(find("process.x", PH_NO_THREAD)->last));
    cr_assert(isnan(latest("process.x", PH_NO_THREAD)));
    tick(12, &gauge, 6);
    cr_assert_eq(latest("process.x", PH_NO_THREAD), 6);
}

Test(history, a_suspended_machine_leaves_a_gap_and_a_true_rate)
{
    tick(10, &counter, 0);
    tick(11, &counter, 1);
    tick(3611, &counter, 3601);

    cr_assert_eq(latest("process.x", PH_NO_THREAD), 1);
    cr_assert(isnan((double)find("process.x", PH_NO_THREAD)->rings.second[10]));
}

static void tick_gc(double now_s, uint64_t collections, uint64_t bytes)
{
    begin();
    ph_build_array(&b, "threads");
    open_thread(0);
    ph_build_object(&b, "heap");
    ph_build_uint(&b, &after, bytes);
    ph_build_end(&b);
    ph_build_object(&b, "gc");
    ph_build_uint(&b, &full, collections);
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_end(&b);
    take(now_s);
}

Test(history, the_heap_after_full_collections_is_news_only_after_one)
{
    static const char name[] = "heap.used_after_full_gc_bytes";

    tick_gc(10, 1, 1000);
    cr_assert_eq(latest(name, 0), 1000);
    tick_gc(11, 1, 1000);
    cr_assert(isnan(latest(name, 0)));
    cr_assert_eq(find(name, 0)->last, 1000);
    tick_gc(12, 2, 1000);
    cr_assert_eq(latest(name, 0), 1000, "the same again is news");
}

/* ---- Load -------------------------------------------------------------------------- */

static void tick_load(double now_s, uint64_t turned, const uint64_t *finished)
{
    begin();
    ph_build_array(&b, "threads");
    for (uint64_t t = 0; t < 2; t++) {
        open_thread(t);
        ph_build_object(&b, "loop");
        ph_build_uint(&b, &turns, turned);
        ph_build_end(&b);
        ph_build_object(&b, "http");
        ph_build_part(&b, "server", "side", "server");
        ph_build_uint(&b, &counter, finished ? finished[t] : 0);
        ph_build_end(&b);
        ph_build_end(&b);
        ph_build_end(&b);
    }
    ph_build_end(&b);
    take(now_s);
}

Test(history, load_is_turns_of_all_loops_until_there_is_http)
{
    static const uint64_t some[] = { 10, 0 }, more[] = { 30, 5 };

    tick_load(10, 100, NULL);
    cr_assert(isnan(second_of(ph_history_load(history))));
    tick_load(11, 150, NULL);
    cr_assert_eq(second_of(ph_history_load(history)), 100);
    tick_load(12, 200, some);
    cr_assert_eq(second_of(ph_history_load(history)), 10);
    cr_assert(isnan((double)ph_history_load(history)->second[11]), "turns are forgotten");
    tick_load(13, 250, more);
    cr_assert_eq(second_of(ph_history_load(history)), 25);
}

/* ---- Out, and in again ------------------------------------------------------------- */

Test(history, goes_on_where_another_has_ended)
{
    struct ph_history_saved saved, load;

    tick(10, &gauge, 5);
    tick(15, &gauge, 7);
    cr_assert(ph_history_save(history, 0, &saved));
    ph_history_save_load(history, &load);
    restart(PH_HISTORY_BYTES);
    ph_history_resume(history, 40, NAN);
    cr_assert(ph_history_restore(history, 3, &saved));
    cr_assert_not(ph_history_restore(history, 4, &saved), "it is there");
    cr_assert(ph_history_restore_load(history, &load));
    tick(46, &gauge, 9);

    cr_assert_eq(live(), 1);
    cr_assert_not_null(ph_history_at(history, 3));
    cr_assert_eq(find("process.x", PH_NO_THREAD)->rings.bucket[0][0].min, 5);
    cr_assert_eq(find("process.x", PH_NO_THREAD)->rings.bucket[0][1].min, 7);
    cr_assert(isnan((double)find("process.x", PH_NO_THREAD)->rings.bucket[0][2].min));
    cr_assert_eq(ph_history_born_s(history), 46);
}

Test(history, refuses_what_is_not_sound)
{
    struct ph_history_saved saved, bad;

    tick(10, &gauge, 5);
    ph_history_save(history, 0, &saved);
    restart(PH_HISTORY_BYTES);
    ph_history_resume(history, 40, NAN);

    bad = saved;
    memset(bad.series.name, 'x', sizeof bad.series.name);
    cr_assert_not(ph_history_restore(history, 0, &bad), "a name without an end");
    bad = saved;
    bad.series.kind = 9;
    cr_assert_not(ph_history_restore(history, 0, &bad));
    bad = saved;
    bad.series.unit = 9;
    cr_assert_not(ph_history_restore(history, 0, &bad));
    bad = saved;
    bad.second = 41;
    cr_assert_not(ph_history_restore(history, 0, &bad), "from the time to come");
    bad = saved;
    bad.seen_s = NAN;
    cr_assert_not(ph_history_restore(history, 0, &bad));
    bad = saved;
    bad.seen_s = -1e9;
    cr_assert_not(ph_history_restore(history, 0, &bad), "too old to be shown");
    cr_assert(ph_history_restore(history, 9999999, &saved), "any place will do");
}

Test(history, real_numbers_are_kept_as_they_are)
{
    ph_build_object(&b, "gc");
    ph_build_real(&b, &real, 0.25);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(latest("gc.share", PH_NO_THREAD), 0.25);
    cr_assert_eq(find("gc.share", PH_NO_THREAD)->unit, PH_UNIT_RATIO);
}
