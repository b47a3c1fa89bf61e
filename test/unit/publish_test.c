/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/board.h"
#include "agent/clock.h"
#include "alloc.h"

#define MS PH_NS_PER_MS
#define THRESHOLD (200 * MS)

static struct ph_board board;
static struct porthole_thread *host;

static void join(void)
{
    const struct porthole_host main_host = { .name = "main" };

    ph_board_init(&board, THRESHOLD);
    cr_assert_eq(ph_board_join(&board, &main_host, &host), PORTHOLE_OK);
}

static void leave(void)
{
    porthole_thread_leave(host);
    ph_board_fini(&board);
}

TestSuite(publish, .init = join, .fini = leave);

/* ---- Turns and blocks -------------------------------------------------------------- */

static uint64_t now;

/* One turn: work for so long, then wait for so long. */
static void turn(uint64_t work_ns, uint64_t wait_ns)
{
    porthole_loop_before_poll(host, now += work_ns, 0);
    porthole_loop_after_poll(host, now += wait_ns);
}

Test(publish, every_turn_is_counted)
{
    now = host->joined_ns;

    turn(1, 1);
    turn(1, 1);
    turn(1, 1);

    cr_assert_eq(host->stamp.turns, 3);
}

Test(publish, only_turns_beyond_the_threshold_are_blocks)
{
    now = host->joined_ns;

    turn(THRESHOLD - 1, 1);
    turn(THRESHOLD, 1);
    turn(1, 10 * THRESHOLD);
    turn(5 * THRESHOLD, 1);
    turn(2 * THRESHOLD, 1);

    cr_assert_eq(host->stamp.blocks, 3);
    cr_assert_eq(host->stamp.longest_ns, 5 * THRESHOLD);
}

Test(publish, waiting_inside_the_turn_is_no_block_where_idle_time_is_told)
{
    uint64_t begun = host->joined_ns;

    host->host.idle_ns = (uint64_t(*)(void *))1; /* told by argument; never called here */
    porthole_loop_before_poll(host, begun, 1000);
    porthole_loop_after_poll(host, begun + 5 * THRESHOLD);
    porthole_loop_before_poll(host, begun + 6 * THRESHOLD, 1000 + 5 * THRESHOLD + 1);

    cr_assert_eq(host->stamp.blocks, 0);
    host->host.idle_ns = NULL;
}

/* ---- Delay: the correction for coordinated omission -------------------------------- */

static struct ph_hist_view delays(uint64_t delay_ns, uint64_t interval_ns)
{
    struct ph_hist_view told;

    porthole_loop_delayed(host, delay_ns, interval_ns);
    ph_hist_read(&host->delay, &told);
    return told;
}

Test(publish, a_delay_counts_for_the_ticks_it_swallowed)
{
    struct ph_hist_view told = delays(105 * MS, 20 * MS);

    cr_assert_eq(told.total, 6, "itself, and ticks 85, 65, 45, 25 and 5 ms late");
    cr_assert_eq(told.sum_ns, (105 + 85 + 65 + 45 + 25 + 5) * MS);
    cr_assert_eq(told.max_ns, 105 * MS);
}

Test(publish, a_delay_below_the_interval_counts_once)
{
    cr_assert_eq(delays(19 * MS, 20 * MS).total, 1);
}

Test(publish, without_an_interval_nothing_is_corrected)
{
    cr_assert_eq(delays(1000 * MS, 0).total, 1);
}

Test(publish, the_correction_has_a_ceiling)
{
    cr_assert_eq(delays(3600 * PH_NS_PER_S, 1).total, 3001);
}

/* ---- gcstats ----------------------------------------------------------------------- */

static struct ph_gcstats after(const uint64_t *used, size_t n)
{
    struct ph_gcstats gc;

    for (size_t i = 0; i < n; i++)
        porthole_gc_done(host, PORTHOLE_GC_MAJOR, MS, used[i]);
    cr_assert(ph_board_gcstats(host, &gc));
    return gc;
}

/* By hand, n the number of samples before, from research/gc-and-leaks.md 1.2:
 * n = 0: d = 0, R = A = 100
 * n = 1: dR = 0.1^2.5 = 0.0031623, R = (100 dR + 200) / (dR + 1) = 199.684769
 *        dA = 0.1^2.4 = 0.0039811, A = 199.603471
 * n = 2: dR = 0.2^2.5 * 2 = 0.0357771, R = (199.684769 dR + 300) / (dR + 1) = 296.534981
 *        dA = 0.2^2.4 * 2 = 0.0420244, A = 295.951047 */
Test(publish, the_means_follow_gcstats_formulas)
{
    static const uint64_t used[] = { 100, 200, 300 };
    struct ph_gcstats gc = after(used, 3);

    cr_assert_float_eq(gc.recent, 296.534981, 1e-5, "%.9g", gc.recent);
    cr_assert_float_eq(gc.ancient, 295.951047, 1e-5, "%.9g", gc.ancient);
}

/* From the tenth on R = (9 R + u) / 10 and A = ((d - 1) A + u) / d, d = min(120, n). */
Test(publish, the_means_settle_into_windows_of_10_and_120)
{
    struct ph_gcstats gc;
    double recent = 1000, ancient = 1000;

    for (int n = 0; n < 200; n++) {
        uint64_t used = n < 10 ? 1000 : 2000;

        gc = after(&used, 1);
        if (n < 10)
            continue;
        recent = (9 * recent + 2000) / 10;
        ancient = ((fmin(n, 120) - 1) * ancient + 2000) / fmin(n, 120);
        cr_assert_float_eq(gc.recent, recent, 1e-6);
        cr_assert_float_eq(gc.ancient, ancient, 1e-6);
    }
}

Test(publish, a_constant_heap_has_a_constant_base)
{
    struct ph_gcstats gc;

    for (int n = 0; n < 300; n++) {
        uint64_t used = 5000;

        gc = after(&used, 1);
    }

    cr_assert_float_eq(gc.recent, 5000, 1e-6);
    cr_assert_float_eq(gc.ancient, 5000, 1e-6);
}

Test(publish, the_extremes_begin_with_the_fourth_collection)
{
    static const uint64_t early[] = { 1, 999999, 50 }, fourth = 300, late[] = { 200, 400 };

    cr_assert_eq(after(early, 3).min_bytes, PORTHOLE_UNKNOWN);
    cr_assert_eq(after(&fourth, 1).min_bytes, 300);
    cr_assert_eq(after(NULL, 0).max_bytes, 300);
    cr_assert_eq(after(late, 2).min_bytes, 200);
    cr_assert_eq(after(NULL, 0).max_bytes, 400);
    cr_assert_neq(after(NULL, 0).max_unix_ns, 0);
}

Test(publish, every_kind_of_collection_is_counted)
{
    struct ph_gcstats gc;
    struct ph_hist_view pauses;

    porthole_gc_done(host, PORTHOLE_GC_MINOR, 1 * MS, 10);
    porthole_gc_done(host, PORTHOLE_GC_MINOR, 2 * MS, 10);
    porthole_gc_done(host, PORTHOLE_GC_INCREMENTAL, 1 * MS, 10);
    porthole_gc_done(host, PORTHOLE_GC_WEAKCB, 1 * MS, 10);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, 9 * MS, 10);
    cr_assert(ph_board_gcstats(host, &gc));
    ph_hist_read(&host->pause[PORTHOLE_GC_MINOR], &pauses);

    cr_assert_eq(gc.full, 1);
    cr_assert_eq(gc.other, 4);
    cr_assert_eq(pauses.total, 2);
    cr_assert_eq(pauses.sum_ns, 3 * MS);
}

Test(publish, a_collection_of_unknown_size_counts_but_moves_no_mean)
{
    static const uint64_t used[] = { 100, 0 };
    struct ph_gcstats gc = after(used, 2);

    cr_assert_eq(gc.full, 2);
    cr_assert_eq(gc.samples, 1);
    cr_assert_eq(gc.used_after_full, 100);
    cr_assert_float_eq(gc.recent, 100, 1e-9);
}

/* As n = 1 in the example above: the collection without a size is no sample. */
Test(publish, a_collection_of_unknown_size_does_not_age_the_means)
{
    static const uint64_t used[] = { 0, 100, 0, 200 }, third[] = { 300, 400 };
    struct ph_gcstats gc = after(used, 4);

    cr_assert_float_eq(gc.recent, 199.684769, 1e-5);
    cr_assert_float_eq(gc.ancient, 199.603471, 1e-5);
    cr_assert_eq(after(third, 1).min_bytes, PORTHOLE_UNKNOWN);
    cr_assert_eq(after(third + 1, 1).min_bytes, 400, "the fourth sample");
}

Test(publish, a_kind_that_does_not_exist_is_ignored)
{
    struct ph_gcstats gc;

    porthole_gc_done(host, PORTHOLE_GC_KINDS, MS, 10);

    cr_assert_not(ph_board_gcstats(host, &gc));
}

/* ---- Tables ------------------------------------------------------------------------ */

static struct ph_table_view view;
static struct porthole_row rows[100];

static bool published(size_t n, size_t total)
{
    static char names[100][16];

    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "row %zu", i);
        rows[i] = (struct porthole_row){ .name = names[i], .value = { i, 1, 2, 3 } };
    }
    porthole_table_publish(host, PORTHOLE_TABLE_HANDLES, rows, n, total);
    return ph_board_table(host, PORTHOLE_TABLE_HANDLES, &view);
}

Test(publish, a_table_nobody_published_is_not_there)
{
    cr_assert_not(ph_board_table(host, PORTHOLE_TABLE_HANDLES, &view));
}

Test(publish, a_table_is_read_as_it_was_written)
{
    cr_assert(published(3, 0));

    cr_assert_eq(view.n, 3);
    cr_assert_eq(view.total, 3);
    cr_assert_str_eq(view.row[2].name, "row 2");
    cr_assert_str_eq(view.row[2].detail, "");
    cr_assert_eq(view.row[2].value[0], 2);
    cr_assert_eq(view.row[2].value[3], 3);
}

Test(publish, a_table_is_cut_at_64_rows_and_says_of_how_many)
{
    cr_assert(published(100, 0));

    cr_assert_eq(view.n, PORTHOLE_TABLE_ROWS);
    cr_assert_eq(view.total, 100);
    cr_assert_str_eq(view.row[63].name, "row 63");
}

Test(publish, rows_the_host_did_not_pass_in_are_counted_too)
{
    cr_assert(published(3, 500));

    cr_assert_eq(view.n, 3);
    cr_assert_eq(view.total, 500);
}

Test(publish, an_empty_table_replaces_a_full_one)
{
    published(64, 0);
    cr_assert(published(0, 0));

    cr_assert_eq(view.n, 0);
    cr_assert_eq(view.total, 0);
}

Test(publish, long_names_are_cut)
{
    const struct porthole_row row = {
        .name = "an emitter whose name is longer than forty-seven bytes", .detail = "close"
    };

    porthole_table_publish(host, PORTHOLE_TABLE_LISTENERS, &row, 1, 0);
    cr_assert(ph_board_table(host, PORTHOLE_TABLE_LISTENERS, &view));

    cr_assert_str_eq(view.row[0].name, "an emitter whose name is longer than forty-s…");
    cr_assert_str_eq(view.row[0].detail, "close");
}

Test(publish, a_table_that_does_not_exist_is_ignored)
{
    const struct porthole_row row = { .name = "x" };

    porthole_table_publish(host, PORTHOLE_TABLES, &row, 1, 0);
}

/* ---- The rest ---------------------------------------------------------------------- */

Test(publish, heap_figures_are_read_as_they_were_written)
{
    const struct porthole_heap heap = { .used_bytes = 1,
                                        .limit_bytes = PORTHOLE_UNKNOWN,
                                        .detached_contexts = 9 };
    struct porthole_heap read;

    cr_assert_not(ph_board_heap(host, &read));
    porthole_heap_publish(host, &heap);

    cr_assert(ph_board_heap(host, &read));
    cr_assert_arr_eq((const char *)&read, (const char *)&heap, sizeof heap);
}

Test(publish, listeners_are_read_as_they_were_written)
{
    const struct porthole_listeners listeners = { .total = 70,
                                                  .emitters = 3,
                                                  .standard_error = 0.5,
                                                  .max_exceeded = 2,
                                                  .max_exceeded_last = NULL,
                                                  .counted_by = "sampled registry" };
    struct ph_listener_summary read;

    porthole_listeners_publish(host, &listeners);

    cr_assert(ph_board_listeners(host, &read));
    cr_assert_eq(read.total, 70);
    cr_assert_float_eq(read.standard_error, 0.5, 0);
    cr_assert_str_eq(read.counted_by, "sampled registry");
    cr_assert_str_eq(read.max_exceeded_last, "");
}

Test(publish, nothing_a_host_calls_per_event_allocates)
{
    const struct porthole_heap heap = { .used_bytes = 1 };
    const struct porthole_listeners listeners = { .counted_by = "x" };
    size_t before = alloc_calls();

    porthole_loop_before_poll(host, host->joined_ns + 1, 0);
    porthole_loop_after_poll(host, host->joined_ns + THRESHOLD);
    porthole_loop_delayed(host, 105 * MS, 20 * MS);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, MS, 100);
    porthole_heap_publish(host, &heap);
    porthole_listeners_publish(host, &listeners);
    porthole_fds_publish(host, (const int[]){ 3, 60000 }, 2);
    published(100, 0);
    porthole_thread_published(host, 1, 1);

    cr_assert_eq(alloc_calls(), before);
}
