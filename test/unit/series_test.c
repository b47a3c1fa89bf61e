/* SPDX-License-Identifier: MIT */
#include "agent/series.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

static struct ph_series_table table;

static void init(void)
{
    ph_series_init(&table);
}

static void fini(void)
{
    ph_series_fini(&table);
}

TestSuite(series, .init = init, .fini = fini);

static enum porthole_status add(enum porthole_series_kind kind, const char *name,
                                struct porthole_series **out)
{
    return ph_series_add_new(&table, kind, name, NULL, out);
}

static struct porthole_series *added(enum porthole_series_kind kind, const char *name)
{
    struct porthole_series *s = NULL;

    cr_assert_eq(add(kind, name, &s), PORTHOLE_OK, "%s", name);
    return s;
}

#define LONGEST "a23456789012345678901234567890123456789012345678901234567890123"

Test(series, takes_the_names_prometheus_takes)
{
    static const char *const good[] = { "a", "_", "jobs_done", "A9_z", LONGEST };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_assert_str_eq(added(PORTHOLE_GAUGE, good[i])->family->name, good[i]);
}

Test(series, refuses_any_other_name)
{
    static const char *const bad[] = { "",    "9a",  "a b",  "a-b",        "a.b",
                                       "a:b", "\xC3\xA4", "a\n", NULL };
    struct porthole_series *s = NULL;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(add(PORTHOLE_GAUGE, bad[i], &s), PORTHOLE_EINVAL, "%s", bad[i]);
    cr_assert_eq(add(PORTHOLE_GAUGE, LONGEST "4", &s), PORTHOLE_EINVAL);
    cr_assert_null(s);
}

Test(series, refuses_a_kind_that_does_not_exist)
{
    struct porthole_series *s = NULL;

    cr_assert_eq(add((enum porthole_series_kind)7, "a", &s), PORTHOLE_EINVAL);
}

Test(series, the_same_name_and_kind_is_the_same_series)
{
    cr_assert_eq(added(PORTHOLE_COUNTER, "jobs"), added(PORTHOLE_COUNTER, "jobs"));
    cr_assert_eq(table.n, 1);
}

Test(series, the_same_name_of_another_kind_is_refused)
{
    struct porthole_series *s = NULL;

    added(PORTHOLE_COUNTER, "jobs");

    cr_assert_eq(add(PORTHOLE_GAUGE, "jobs", &s), PORTHOLE_EINVAL);
    cr_assert_null(s);
}

Test(series, the_4097th_is_refused_and_the_known_ones_are_found)
{
    struct porthole_series *first = added(PORTHOLE_GAUGE, "s0"), *s = NULL;
    char name[16];

    for (int i = 1; i < PORTHOLE_MAX_SERIES; i++) {
        snprintf(name, sizeof name, "s%d", i);
        added(PORTHOLE_GAUGE, name);
    }

    cr_assert_eq(add(PORTHOLE_GAUGE, "one_more", &s), PORTHOLE_ELIMIT);
    cr_assert_eq(added(PORTHOLE_GAUGE, "s0"), first);
}

Test(series, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct porthole_series *s = NULL;
        enum porthole_status rc = add(PORTHOLE_GAUGE, "depth", &s);

        cr_assert_eq(rc, alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
    });
}

Test(series, a_counter_only_grows)
{
    struct porthole_series *s = added(PORTHOLE_COUNTER, "jobs");

    porthole_series_add(s, 2.5);
    porthole_series_add(s, -1);
    porthole_series_set(s, 100);
    porthole_series_add(s, 0.5);

    cr_assert_float_eq(ph_series_value(s), 3, 0);
}

Test(series, a_gauge_goes_wherever_it_is_sent)
{
    struct porthole_series *s = added(PORTHOLE_GAUGE, "depth");

    porthole_series_set(s, 10);
    porthole_series_add(s, -12.5);

    cr_assert_float_eq(ph_series_value(s), -2.5, 0);
}

Test(series, what_is_no_number_is_ignored)
{
    struct porthole_series *s = added(PORTHOLE_GAUGE, "depth");

    porthole_series_set(s, 1);
    porthole_series_set(s, NAN);
    porthole_series_set(s, INFINITY);
    porthole_series_add(s, NAN);
    porthole_series_add(s, -INFINITY);

    cr_assert_float_eq(ph_series_value(s), 1, 0);
}

Test(series, no_series_is_allowed)
{
    porthole_series_add(NULL, 1);
    porthole_series_set(NULL, 1);
}

Test(series, help_is_copied_and_has_a_default)
{
    char help[] = "Jobs finished.";
    struct porthole_series *s = NULL;

    cr_assert_eq(ph_series_add_new(&table, PORTHOLE_COUNTER, "jobs", help, &s), PORTHOLE_OK);
    memset(help, 'x', sizeof help - 1);

    cr_assert_str_eq(s->family->help, "Jobs finished.");
    cr_assert_str_eq(added(PORTHOLE_GAUGE, "depth")->family->help,
                     "Registered by the application.");
}

#define ADDS 100000
#define THREADS 4

static void *add_many(void *series)
{
    for (int i = 0; i < ADDS; i++)
        porthole_series_add(series, 1);
    return NULL;
}

Test(series, adds_of_several_threads_sum_up_exactly)
{
    struct porthole_series *s = added(PORTHOLE_COUNTER, "jobs");
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, add_many, s);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    cr_assert_float_eq(ph_series_value(s), (double)THREADS * ADDS, 0);
}

static void *register_many(void *unused)
{
    char name[16];

    (void)unused;
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "s%d", i);
        porthole_series_add(added(PORTHOLE_COUNTER, name), 1);
    }
    return NULL;
}

Test(series, threads_that_register_the_same_names_share_them)
{
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, register_many, NULL);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    cr_assert_eq(table.n, 200);
    for (size_t i = 0; i < 200; i++)
        cr_assert_float_eq(ph_series_value(table.all[i]->rest), THREADS, 0);
}

Test(series, an_update_allocates_nothing)
{
    struct porthole_series *s = added(PORTHOLE_GAUGE, "depth");
    size_t before = alloc_calls();

    porthole_series_add(s, 1);
    porthole_series_set(s, 2);

    cr_assert_eq(alloc_calls(), before);
}
