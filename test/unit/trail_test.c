/* SPDX-License-Identifier: MIT */
#include "agent/trail.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/record_sum.h"
#include "agent/snapshot.h"
#include "client.h"
#include "porthole.h"
#include "scratch.h"

static struct ph_builder b;
static struct porthole_record_row row;

static void number(const char *key, double value)
{
    static const struct ph_metric metric = { "", PH_GAUGE, PH_UNIT_COUNT, "", NULL };

    ph_build_entry_real(&b, key, &metric, value);
}

static void count(const char *key, uint64_t value)
{
    static const struct ph_metric metric = { "", PH_GAUGE, PH_UNIT_COUNT, "", NULL };

    ph_build_entry(&b, key, &metric, value);
}

static void put_thread(uint64_t id, uint64_t handles)
{
    ph_build_item(&b, NULL, NULL);
    count("id", id);
    ph_build_object(&b, "handles");
    ph_build_object(&b, "by_kind");
    count("total", 1000); /* a kind that is called like the figure */
    ph_build_end(&b);
    count("total", handles);
    ph_build_end(&b);
    ph_build_end(&b);
}

static void take(void)
{
    struct ph_snapshot *snapshot = ph_build_freeze(&b, 1, 2, 3);

    cr_assert_not_null(snapshot);
    ph_trail_row(snapshot, 7, &row);
    ph_snapshot_unref(snapshot);
}

Test(trail, what_the_snapshot_does_not_have_is_unknown)
{
    ph_build_begin(&b);
    take();

    for (size_t i = 0; i < PORTHOLE_FIGURES; i++)
        cr_assert(isnan(row.figure[i]), "%zu", i);
    cr_assert_eq(row.sequence, 7);
    cr_assert_eq(row.written_unix_ns, 3);
    cr_assert_eq(row.checksum, ph_record_sum_row(&row));
}

Test(trail, cpu_time_is_the_sum_of_both_kinds)
{
    ph_build_begin(&b);
    ph_build_object(&b, "process");
    number("cpu_user_s", 1.5);
    number("cpu_system_s", 0.25);
    count("rss_bytes", 4096);
    take();

    cr_assert_eq(row.figure[PORTHOLE_FIGURE_CPU_S], 1.75);
    cr_assert_eq(row.figure[PORTHOLE_FIGURE_RSS_BYTES], 4096);
    cr_assert(isnan(row.figure[PORTHOLE_FIGURE_FDS]));
}

Test(trail, half_a_sum_is_unknown)
{
    ph_build_begin(&b);
    ph_build_object(&b, "process");
    number("cpu_user_s", 1.5);
    take();

    cr_assert(isnan(row.figure[PORTHOLE_FIGURE_CPU_S]));
}

Test(trail, of_the_threads_it_is_the_main_one)
{
    ph_build_begin(&b);
    ph_build_array(&b, "threads");
    put_thread(3, 33);
    put_thread(0, 10);
    put_thread(1, 11);
    take();

    cr_assert_eq(row.figure[PORTHOLE_FIGURE_HANDLES], 10);
}

Test(trail, a_process_of_workers_only_has_no_figures_of_a_thread)
{
    ph_build_begin(&b);
    ph_build_array(&b, "threads");
    put_thread(3, 33);
    take();

    cr_assert(isnan(row.figure[PORTHOLE_FIGURE_HANDLES]));
}

Test(trail, what_is_no_number_is_unknown)
{
    ph_build_begin(&b);
    ph_build_object(&b, "process");
    ph_build_text(&b, "rss_bytes", "many");
    ph_build_object(&b, "fds");
    ph_build_null(&b, "open");
    take();

    cr_assert(isnan(row.figure[PORTHOLE_FIGURE_RSS_BYTES]));
    cr_assert(isnan(row.figure[PORTHOLE_FIGURE_FDS]));
}

/* ---- Against the collectors: a key renamed there must be noticed -------------------- */

static void publish_all(porthole_thread *thread)
{
    const struct porthole_heap heap = { .used_bytes = 1, .external_bytes = 1 };
    const struct porthole_row handles = { .name = "tcp", .value = { 1 } };
    const struct porthole_listeners listeners = { .total = 1, .counted_by = "test" };

    porthole_loop_delayed(thread, 1000, 0);
    porthole_gc_done(thread, PORTHOLE_GC_MAJOR, 1000, 1);
    porthole_heap_publish(thread, &heap);
    porthole_table_publish(thread, PORTHOLE_TABLE_HANDLES, &handles, 1, 0);
    porthole_listeners_publish(thread, &listeners);
    porthole_thread_published(thread, ph_clock_ns(), 1);
}

/* The row written last in the one recorder file there is. */
static void read_newest(void)
{
    struct porthole_record_row next;
    struct porthole_record head;
    char name[32];
    off_t at;
    int fd;

    snprintf(name, sizeof name, "%d.porthole", (int)getpid());
    fd = open(scratch_path(name), O_RDONLY | O_CLOEXEC);
    cr_assert_eq(read(fd, &head, sizeof head), (ssize_t)sizeof head);
    at = (off_t)(head.header_bytes + 2 * head.slot_bytes);
    row.sequence = 0;
    for (uint32_t i = 0; i < head.trail_rows; i++, at += (off_t)sizeof next) {
        cr_assert_eq(pread(fd, &next, sizeof next, at), (ssize_t)sizeof next);
        if (next.sequence > row.sequence)
            row = next;
    }
    close(fd);
}

Test(trail, every_key_figure_is_found_in_the_state_of_an_agent, .init = scratch_init,
     .fini = scratch_fini)
{
    const struct porthole_host host = { .name = "main" };
    struct porthole_config config;
    porthole_thread *thread;
    porthole_agent *agent;
    size_t len;
    char *json;

    live_config(&config);
    config.run_dir = scratch_path("");
    cr_assert_eq(porthole_start(&config, &agent, NULL), PORTHOLE_OK);
    cr_assert_eq(porthole_thread_join(agent, &host, &thread), PORTHOLE_OK);
    publish_all(thread);
    cr_assert_eq(porthole_state(agent, &json, &len), PORTHOLE_OK); /* awaits such a tick */
    free(json);
    read_newest();

    for (size_t i = 0; i < PORTHOLE_FIGURES; i++)
        cr_assert_not(isnan(row.figure[i]), "figure %zu", i);
    porthole_thread_leave(thread);
    porthole_stop(agent);
}
