/* SPDX-License-Identifier: MIT */
#include "agent/thread_gc.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/thread_heap.h"
#include "shown.h"

#define MS PH_NS_PER_MS
#define MINUTE (60 * PH_NS_PER_S)

static struct ph_board board;
static struct porthole_thread *host;
static struct ph_thread_scratch scratch;

static void init(void)
{
    const struct porthole_host main_host = { .name = "main" };

    ph_board_init(&board, PH_NS_PER_S);
    cr_assert_eq(ph_board_join(&board, &main_host, &host), PORTHOLE_OK);
}

static void fini(void)
{
    porthole_thread_leave(host);
    ph_board_fini(&board);
}

TestSuite(thread_gc, .init = init, .fini = fini);

static json_t *shown(void)
{
    struct ph_builder *b = shown_begin();

    ph_thread_heap(&scratch, host, b);
    ph_thread_gc(&scratch, host, b);
    return shown_json();
}

/* One figure of a fresh look; -1 for null. */
static double figure(const char *path)
{
    json_t *root = shown();
    double value = shown_number(root, path);

    json_decref(root);
    return value;
}

/* As if it had joined and begun so long ago. */
static void age(uint64_t by_ns)
{
    ph_rate_begin(&host->allocated, ph_clock_ns() - by_ns, 0);
    ph_rate_begin(&host->promoted, ph_clock_ns() - by_ns, 0);
    ph_rate_begin(&host->paused, ph_clock_ns() - by_ns, 0);
}

Test(thread_gc, a_host_without_a_heap_has_none)
{
    json_t *root = shown();

    cr_expect(json_is_null(shown_at(root, "gc")));
    cr_expect(json_is_null(shown_at(root, "heap")));
    json_decref(root);
}

Test(thread_gc, allocation_and_promotion_are_told_as_sums_and_as_rates)
{
    const struct porthole_heap heap = { .allocated_bytes = 10000000, .promoted_bytes = 500000 };
    json_t *root;

    age(10 * PH_NS_PER_S);
    porthole_heap_publish(host, &heap);
    root = shown();

    cr_expect_eq(shown_number(root, "heap.allocated_bytes"), 10000000);
    cr_expect_eq(shown_number(root, "heap.promoted_bytes"), 500000);
    cr_expect(fabs(shown_number(root, "gc.allocated_bytes_per_s") - 1e6) < 1e5);
    cr_expect(fabs(shown_number(root, "gc.promoted_bytes_per_s") - 5e4) < 5e3);
    cr_expect(strstr(shown_prom(), "\nporthole_heap_allocated_bytes_total 10000000\n"));
    cr_expect(strstr(shown_prom(), "\nporthole_heap_promoted_bytes_total 500000\n"));
    json_decref(root);
}

Test(thread_gc, a_host_that_cannot_tell_allocation_shows_null)
{
    const struct porthole_heap heap = { .allocated_bytes = PORTHOLE_UNKNOWN,
                                        .promoted_bytes = PORTHOLE_UNKNOWN };
    json_t *root;

    age(10 * PH_NS_PER_S);
    porthole_heap_publish(host, &heap);
    root = shown();

    cr_expect(json_is_null(shown_at(root, "heap.allocated_bytes")));
    cr_expect(json_is_null(shown_at(root, "gc.allocated_bytes_per_s")));
    cr_expect(json_is_null(shown_at(root, "gc.promoted_bytes_per_s")));
    cr_expect_null(strstr(shown_prom(), "porthole_heap_allocated"));
    json_decref(root);
}

Test(thread_gc, the_share_of_time_is_what_collections_took_of_it)
{
    double share;

    age(10 * PH_NS_PER_S);
    for (int i = 0; i < 10; i++) {
        host->pauses.n = 0; /* not inside of each other, though they end in one moment */
        porthole_gc_done(host, PORTHOLE_GC_MINOR, 100 * MS, 0);
    }
    share = figure("gc.time_share");

    cr_expect(share > 0.08 && share <= 0.1, "%f", share);
}

Test(thread_gc, the_share_is_never_more_than_all_of_the_time)
{
    age(PH_NS_PER_S);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, 3600 * PH_NS_PER_S, 1);

    cr_expect_eq(figure("gc.time_share"), 1);
}

Test(thread_gc, a_collection_inside_of_another_takes_time_once)
{
    age(10 * PH_NS_PER_S);
    porthole_gc_done(host, PORTHOLE_GC_WEAKCB, 10 * MS, 0);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, 1000 * MS, 1);

    cr_expect(figure("gc.time_share") <= 0.1);
    cr_expect_float_eq(figure("gc.pause_s"), 1, 1e-9);
}

/* ---- The floor --------------------------------------------------------------------- */

/* Full collections in these minutes, each with so many bytes more. */
static void collect(uint64_t from, uint64_t to, uint64_t base, uint64_t step)
{
    for (uint64_t m = from; m < to; m++)
        ph_floor_note(&host->floor_ring, (1000 + m) * MINUTE, base + m * step);
    ph_cell_write(&host->floor.cell, host->floor.words, &host->floor_ring,
                  PH_WORDS_OF(host->floor_ring));
}

Test(thread_gc, the_floor_is_null_below_four_minutes)
{
    const struct porthole_heap heap = { .used_bytes = 1 };
    json_t *root;

    porthole_heap_publish(host, &heap);
    collect(0, 3, 1000, 10);
    root = shown();

    cr_expect(json_is_null(shown_at(root, "gc.floor")));
    json_decref(root);
}

Test(thread_gc, the_floor_has_a_height_and_a_slope_with_its_interval)
{
    json_t *root;

    porthole_gc_done(host, PORTHOLE_GC_MINOR, MS, 0);
    collect(0, 10, 1000000, 100);
    root = shown();

    cr_expect_eq(shown_number(root, "gc.floor.bytes"), 1000800);
    cr_expect_eq(shown_number(root, "gc.floor.slope_bytes_per_hour"), 6000);
    cr_expect_eq(shown_number(root, "gc.floor.slope_low"), 6000);
    cr_expect_eq(shown_number(root, "gc.floor.slope_high"), 6000);
    cr_expect_eq(shown_number(root, "gc.floor.window_s"), 600);
    cr_expect_eq(shown_number(root, "gc.floor.samples"), 10);
    cr_expect(strstr(shown_prom(), "\nporthole_heap_floor_bytes 1000800\n"));
    json_decref(root);
}

Test(thread_gc, the_trend_is_computed_anew_only_when_the_ring_has_changed)
{
    porthole_gc_done(host, PORTHOLE_GC_MINOR, MS, 0);
    collect(0, 10, 1000000, 100);
    figure("gc.floor.bytes");
    host->trend.bytes = 42;
    cr_expect_eq(figure("gc.floor.bytes"), 42);

    collect(10, 11, 1000000, 100);
    cr_expect_eq(figure("gc.floor.bytes"), 1000900);
}

Test(thread_gc, full_collections_of_the_host_make_the_floor)
{
    struct ph_floor floor;

    cr_assert_not(ph_board_floor(host, &floor));
    porthole_gc_done(host, PORTHOLE_GC_MINOR, MS, 500);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, MS, 0);
    cr_assert_not(ph_board_floor(host, &floor), "neither says what is in use");
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, MS, 900);
    porthole_gc_done(host, PORTHOLE_GC_MAJOR, MS, 700);

    cr_assert(ph_board_floor(host, &floor));
    cr_expect_eq(floor.low[floor.minute % PH_FLOOR_BUCKETS], 700);
}

/* ---- Both at once ------------------------------------------------------------------ */

static atomic_bool ending;

/* As a host that does nothing else: collections, figures, and the set of its descriptors. */
static void *collect_and_tell(void *unused)
{
    for (uint64_t i = 1; !atomic_load(&ending); i++) {
        const struct porthole_heap heap = { .allocated_bytes = i * 1000, .promoted_bytes = i };

        porthole_heap_publish(host, &heap);
        porthole_gc_done(host, i % 2 ? PORTHOLE_GC_MINOR : PORTHOLE_GC_MAJOR, 10,
                         (UINT64_C(1) << 50) - i);
        porthole_fds_publish(host, (const int[]){ (int)(i % 70000) }, 1);
    }
    return unused;
}

Test(thread_gc, looks_while_the_host_writes_see_whole_figures)
{
    uint64_t bits[PH_FD_WORDS] = { 0 }, since_ns, last = 0;
    pthread_t writer;

    cr_assert_eq(pthread_create(&writer, NULL, collect_and_tell, NULL), 0);
    for (int i = 0; i < 2000; i++) {
        json_t *root = shown();
        double allocated = shown_number(root, "heap.allocated_bytes");
        double promoted = shown_number(root, "heap.promoted_bytes");

        cr_expect(allocated < 0 || allocated == 1000 * promoted, "%f %f", allocated, promoted);
        if (ph_board_fds(host, bits, &since_ns)) {
            cr_expect_geq(since_ns, last);
            last = since_ns;
        }
        json_decref(root);
    }
    atomic_store(&ending, true);
    pthread_join(writer, NULL);
}

/* ---- gcstats ----------------------------------------------------------------------- */

static void gcstats(double recent, double ancient)
{
    host->gcstats.used_after_full = 1;
    host->gcstats.recent = recent;
    host->gcstats.ancient = ancient;
    porthole_gc_done(host, PORTHOLE_GC_MINOR, MS, 0);
}

/* (R - A) / A to three digits, in percent: one digit, half away from zero as toFixed() does. */
Test(thread_gc, usage_trend_is_in_percent_with_one_digit)
{
    gcstats(1057.4, 1000);
    cr_expect_float_eq(figure("gc.usage_trend"), 5.7, 1e-9);
    gcstats(1057.6, 1000);
    cr_expect_float_eq(figure("gc.usage_trend"), 5.8, 1e-9);
    gcstats(1062.5, 1000);
    cr_expect_float_eq(figure("gc.usage_trend"), 6.3, 1e-9);
}

Test(thread_gc, usage_trend_may_fall)
{
    json_t *root;

    gcstats(700, 1000);
    root = shown();
    cr_expect_float_eq(shown_number(root, "gc.usage_trend"), -30, 1e-9);
    json_decref(root);
}

Test(thread_gc, estimated_base_is_the_recent_mean_in_whole_bytes)
{
    gcstats(1234.5, 1000);
    cr_expect_eq(figure("gc.estimated_base"), 1235);
    gcstats(5e9 + 0.4, 5e9);
    cr_expect_eq(figure("gc.estimated_base"), 5e9, "beyond 4 GiB");
}

Test(thread_gc, before_the_first_full_collection_gcstats_knows_nothing)
{
    json_t *root;

    porthole_gc_done(host, PORTHOLE_GC_MINOR, MS, 0);
    root = shown();

    cr_expect(json_is_null(shown_at(root, "gc.usage_trend")));
    cr_expect(json_is_null(shown_at(root, "gc.estimated_base")));
    cr_expect(json_is_null(shown_at(root, "gc.min.bytes")));
    cr_expect(json_is_null(shown_at(root, "gc.max.when")));
    json_decref(root);
}
