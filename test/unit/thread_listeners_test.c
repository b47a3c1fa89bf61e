/* SPDX-License-Identifier: MIT */
#include "agent/thread_listeners.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/clock.h"
#include "shown.h"

static struct ph_board board;
static struct porthole_thread *host;
static struct ph_thread_scratch scratch;
static const struct porthole_listeners sampled = { .total = 6400,
                                                   .emitters = 640,
                                                   .standard_error = 200.5,
                                                   .low = 6000.5,
                                                   .high = 6800,
                                                   .max_exceeded = 1,
                                                   .max_exceeded_last = "Socket error",
                                                   .counted_by = "sampled" };

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

TestSuite(thread_listeners, .init = init, .fini = fini);

static json_t *shown(void)
{
    ph_thread_listeners(&scratch, host, shown_begin());
    return shown_json();
}

static const char *text_at(json_t *root, const char *path)
{
    return json_string_value(shown_at(root, path));
}

Test(thread_listeners, nothing_published_is_null)
{
    json_t *root = shown();

    cr_expect(json_is_null(shown_at(root, "listeners")));
    json_decref(root);
}

Test(thread_listeners, the_sum_comes_with_its_bounds)
{
    json_t *root;

    porthole_listeners_publish(host, &sampled);
    root = shown();

    cr_expect_eq(shown_number(root, "listeners.total"), 6400);
    cr_expect_eq(shown_number(root, "listeners.low"), 6000.5);
    cr_expect_eq(shown_number(root, "listeners.high"), 6800);
    cr_expect_eq(shown_number(root, "listeners.standard_error"), 200.5);
    cr_expect_eq(json_array_size(shown_at(root, "listeners.top")), 0);
    cr_expect_eq(json_array_size(shown_at(root, "listeners.heavy")), 0);
    cr_expect_str_eq(text_at(root, "listeners.max_exceeded.last"), "Socket error");
    json_decref(root);
}

Test(thread_listeners, bounds_nobody_knows_are_null)
{
    const struct porthole_listeners listeners = {
        .total = PORTHOLE_UNKNOWN, .standard_error = NAN, .low = NAN, .high = NAN
    };
    json_t *root;

    porthole_listeners_publish(host, &listeners);
    root = shown();

    cr_expect(json_is_null(shown_at(root, "listeners.total")));
    cr_expect(json_is_null(shown_at(root, "listeners.low")));
    cr_expect(json_is_null(shown_at(root, "listeners.standard_error")));
    json_decref(root);
}

Test(thread_listeners, kinds_are_shown_with_emitters_and_error)
{
    const struct porthole_row rows[] = { { "Socket", "error", NULL, { 128, 17, 64, 0 } },
                                         { "Pool", "", NULL, { 64, 1, 64, 12 } } };
    json_t *root;

    porthole_listeners_publish(host, &sampled);
    porthole_table_publish(host, PORTHOLE_TABLE_LISTENERS, rows, 2, 0);
    root = shown();

    cr_expect_str_eq(text_at(root, "listeners.top.0.emitter"), "Socket");
    cr_expect_str_eq(text_at(root, "listeners.top.0.event"), "error");
    cr_expect_eq(shown_number(root, "listeners.top.0.listeners"), 128);
    cr_expect_eq(shown_number(root, "listeners.top.0.most_on_one"), 17);
    cr_expect_eq(shown_number(root, "listeners.top.0.emitters"), 64);
    cr_expect_eq(shown_number(root, "listeners.top.0.standard_error"), 0);
    cr_expect_eq(shown_number(root, "listeners.top.1.standard_error"), 12);
    cr_expect_eq(json_object_size(shown_at(root, "listeners.top.0")), 6, "no hidden parts");
    cr_expect(strstr(shown_prom(),
                     "\nporthole_listeners_kind{emitter=\"Socket\",event=\"error\"} 128\n"
                     "porthole_listeners_kind{emitter=\"Pool\",event=\"\"} 64\n"),
              "%s", shown_prom());
    cr_expect(strstr(shown_prom(), "\nporthole_listeners 6400\n"), "without labels");
    json_decref(root);
}

Test(thread_listeners, a_sample_is_never_there_twice)
{
    const struct porthole_row rows[] = { { "Socket", "error", NULL, { 128 } },
                                         { "Socket", "error", NULL, { 64 } },
                                         { "Socket", "close", NULL, { 32 } } };
    const char *first;
    json_t *root;

    porthole_listeners_publish(host, &sampled);
    porthole_table_publish(host, PORTHOLE_TABLE_LISTENERS, rows, 3, 0);
    root = shown();

    cr_expect_eq(json_array_size(shown_at(root, "listeners.top")), 3);
    first = strstr(shown_prom(), "emitter=\"Socket\",event=\"error\"");
    cr_assert_not_null(first);
    cr_expect_null(strstr(first + 1, "emitter=\"Socket\",event=\"error\""));
    cr_expect(strstr(shown_prom(), "event=\"close\"} 32\n"));
    json_decref(root);
}

Test(thread_listeners, heavy_emitters_are_shown_with_their_past)
{
    const struct porthole_row rows[] = {
        { "primary-db",
          "error",
          "addListener (/app/db.js:7:3)",
          { 812, 800, 700, PORTHOLE_UNKNOWN } },
        { "Socket", "drain", NULL, { 64 } },
    };
    json_t *root;

    porthole_listeners_publish(host, &sampled);
    porthole_table_publish(host, PORTHOLE_TABLE_HEAVY, rows, 2, 0);
    root = shown();

    cr_expect_str_eq(text_at(root, "listeners.heavy.0.name"), "primary-db");
    cr_expect_str_eq(text_at(root, "listeners.heavy.0.added_by"),
                     "addListener (/app/db.js:7:3)");
    cr_expect_eq(shown_number(root, "listeners.heavy.0.listeners"), 812);
    cr_expect_eq(shown_number(root, "listeners.heavy.0.minute_ago"), 800);
    cr_expect_eq(shown_number(root, "listeners.heavy.0.ten_minutes_ago"), 700);
    cr_expect(json_is_null(shown_at(root, "listeners.heavy.0.hour_ago")));
    cr_expect(json_is_null(shown_at(root, "listeners.heavy.1.added_by")));
    json_decref(root);
}

Test(thread_listeners, millions_of_kinds_are_cut_and_the_cut_shows)
{
    static struct porthole_row rows[PORTHOLE_TABLE_ROWS];
    static char names[PORTHOLE_TABLE_ROWS][16];
    json_t *root;

    for (size_t i = 0; i < PORTHOLE_TABLE_ROWS; i++) {
        snprintf(names[i], sizeof names[i], "event%zu", i);
        rows[i] = (struct porthole_row){ .name = "X\"\n", .detail = names[i] };
    }
    porthole_listeners_publish(host, &sampled);
    porthole_table_publish(host, PORTHOLE_TABLE_LISTENERS, rows, PORTHOLE_TABLE_ROWS, 3000000);
    porthole_table_publish(host, PORTHOLE_TABLE_HEAVY, rows, PORTHOLE_TABLE_ROWS, 0);
    root = shown();

    cr_expect_eq(json_array_size(shown_at(root, "listeners.top")), 20);
    cr_expect(json_is_true(shown_at(root, "listeners.top_truncated")));
    cr_expect_eq(shown_number(root, "listeners.top_total"), 3000000);
    cr_expect(json_is_true(shown_at(root, "listeners.heavy_truncated")));
    cr_expect_eq(shown_number(root, "listeners.heavy_total"), 64);
    cr_expect(strstr(shown_prom(), "{emitter=\"X\\\"\\n\",event=\"event0\"} 0\n"));
    json_decref(root);
}
