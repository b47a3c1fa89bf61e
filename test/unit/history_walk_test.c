/* SPDX-License-Identifier: MIT */
#include "history_kit.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/watched.h"
#include "alloc.h"

TestSuite(history_walk, .init = history_kit_init, .fini = history_kit_fini);

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };
static const struct ph_metric count = { PH_COUNT("count"), "", NULL };
static const struct ph_metric id = { PH_COUNT("id"), "", NULL };
static const struct ph_metric p99 = { PH_MS("p99"), "", NULL };
static const struct ph_metric port = { PH_COUNT("port"), "", NULL };

static void open_thread(uint64_t number)
{
    ph_build_item(&b, "thread", NULL);
    ph_build_uint(&b, &id, number);
}

/* ---- Names ------------------------------------------------------------------------- */

Test(history_walk, a_name_is_the_path)
{
    ph_build_object(&b, "process");
    ph_build_object(&b, "fds");
    ph_build_uint(&b, &gauge, 7);
    ph_build_end(&b);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 1);
    cr_assert_eq(find("process.fds.open", PH_NO_THREAD)->last, 7);
    cr_assert_eq(latest("process.fds.open", PH_NO_THREAD), 7);
}

Test(history_walk, threads_have_series_of_their_own)
{
    ph_build_array(&b, "threads");
    for (uint64_t t = 0; t < 2; t++) {
        open_thread(t);
        ph_build_object(&b, "handles");
        ph_build_uint(&b, &gauge, 10 + t);
        ph_build_end(&b);
        ph_build_end(&b);
    }
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 2, "and none for the ids");
    cr_assert_eq(latest("handles.open", 0), 10);
    cr_assert_eq(latest("handles.open", 1), 11);
}

Test(history_walk, items_are_told_by_their_texts)
{
    ph_build_object(&b, "listeners");
    ph_build_array(&b, "top");
    ph_build_item(&b, "emitter", "Socket");
    ph_build_text(&b, "emitter", "Socket");
    ph_build_text(&b, "event", "error");
    ph_build_uint(&b, &gauge, 1);
    ph_build_text(&b, "added_by", "somebody");
    ph_build_end(&b);
    ph_build_item(&b, "emitter", "Labelled");
    ph_build_uint(&b, &gauge, 2);
    ph_build_end(&b);
    ph_build_item(&b, NULL, NULL);
    ph_build_uint(&b, &port, 443);
    ph_build_uint(&b, &gauge, 3);
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 3);
    cr_assert_eq(latest("listeners.top[Socket error].open", PH_NO_THREAD), 1);
    cr_assert_eq(latest("listeners.top[Labelled].open", PH_NO_THREAD), 2);
    cr_assert_eq(latest("listeners.top[443].open", PH_NO_THREAD), 3);
}

Test(history_walk, what_cannot_grow_is_left_out_but_a_name_of_the_applications_is_not)
{
    ph_build_object(&b, "captured");
    ph_build_uint(&b, &gauge, 1);
    ph_build_end(&b);
    ph_build_object(&b, "x");
    ph_build_uint(&b, &p99, 1);
    ph_build_null(&b, "nothing");
    ph_build_bool(&b, "flag", true);
    ph_build_uint(&b, &gauge, 1);
    ph_build_hide(&b);
    ph_build_uint(&b, &gauge, UINT64_MAX);
    ph_build_entry(&b, "p99", &gauge, 2);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 1);
    cr_assert_eq(latest("x.p99", PH_NO_THREAD), 2);
}

static void build_tally(enum ph_kind kind, double value)
{
    static struct ph_shape shape = { .labelled = true, .words = 1 };
    /* As the family has it: without a NUL, and what lies behind it is somebody else's. */
    static const char json[] = "{\"queue\":\"mail\",\"say \\\"\":\"a \\\"b\\\"\"}\"no\":\"no\"";
    static const struct ph_labels labels = { .json = json, .json_len = sizeof json - 10 };
    struct ph_tally *t;

    shape.metric = (struct ph_metric){ .key = "jobs_done", .kind = kind };
    ph_build_object(&b, "metrics");
    t = ph_build_tally(&b, &shape, 1);
    t->labels[0] = &labels;
    t->values[0] = value;
    t->shown = 1;
    ph_build_end(&b);
}

Test(history_walk, numbers_of_the_application_are_told_by_the_values_of_their_labels)
{
    build_tally(PH_GAUGE, 2.5);
    take(10);

    cr_assert_eq(latest("metrics.jobs_done[mail a \\\"b\\\"]", PH_NO_THREAD), 2.5);
    begin();
    build_tally(PH_GAUGE, NAN);
    take(11);
    cr_assert(isnan(find("metrics.jobs_done[mail a \\\"b\\\"]", PH_NO_THREAD)->last));
}

Test(history_walk, long_names_are_cut_visibly_and_stay_apart)
{
    char name[300];

    memset(name, 'n', sizeof name);
    name[299] = '\0';
    ph_build_object(&b, "x");
    name[298] = '1';
    ph_build_entry(&b, name, &gauge, 1);
    name[298] = '2';
    ph_build_entry(&b, name, &gauge, 2);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 2);
    cr_assert_lt(strlen(ph_history_at(history, 0)->name), PH_HISTORY_NAME);
    cr_assert(strstr(ph_history_at(history, 0)->name, "\xe2\x80\xa6"));
    cr_assert_eq(ph_history_at(history, 1)->last, 2);
}

Test(history_walk, what_a_long_name_ends_with_stays)
{
    char name[300];

    memset(name, 'n', sizeof name);
    name[299] = '\0';
    ph_build_object(&b, "objects");
    ph_build_object(&b, name);
    ph_build_uint(&b, &count, 1);
    ph_build_end(&b);
    ph_build_end(&b);
    take(10);

    cr_assert(ph_watched_find(ph_history_at(history, 0)->name), "%s",
              ph_history_at(history, 0)->name);
}

Test(history_walk, of_two_numbers_of_one_name_the_first_counts)
{
    ph_build_object(&b, "x");
    ph_build_entry(&b, "same", &gauge, 1);
    ph_build_entry(&b, "same", &gauge, 2);
    ph_build_end(&b);
    take(10);

    cr_assert_eq(live(), 1);
    cr_assert_eq(latest("x.same", PH_NO_THREAD), 1);
}
