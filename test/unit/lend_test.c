/* SPDX-License-Identifier: MIT */
/* Memory that threads lend to series. */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>

#include "agent/series.h"
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

TestSuite(lend, .init = init, .fini = fini);

static struct porthole_series *of_kind(enum porthole_series_kind kind)
{
    static const double bounds[] = { 0.1, 1, 2.5 };
    bool is_histogram = kind == PORTHOLE_HISTOGRAM;
    struct porthole_family_spec spec = { .kind = kind,
                                         .name = "it",
                                         .buckets = is_histogram ? bounds : NULL,
                                         .n_buckets = is_histogram ? 3 : 0 };
    struct porthole_family *f = NULL;

    cr_assert_eq(ph_series_add_family(&table, &spec, &f, NULL), PORTHOLE_OK);
    return f->rest;
}

static struct porthole_series *requests(void)
{
    return of_kind(PORTHOLE_COUNTER);
}

static struct porthole_series *wait_seconds(void)
{
    return of_kind(PORTHOLE_HISTOGRAM);
}

/* All words of a series as a tick would read them. */
static const double *values_of(struct porthole_series *s)
{
    static double values[PORTHOLE_MAX_BUCKETS + 2];
    const struct ph_labels *labels;
    struct ph_tally tally = {
        .shape = &s->family->shape, .n = 1, .labels = &labels, .values = values
    };

    ph_series_read(s->family, &tally);
    return values;
}

static void lend(struct porthole_series *s, struct ph_leases *leases, const double *cells)
{
    cr_assert_eq(ph_series_lend(s, leases, cells), PORTHOLE_OK);
}

Test(lend, cells_count_in_addition)
{
    struct porthole_series *s = requests();
    struct ph_leases one = { NULL }, two = { NULL };
    double a = 5, b = 7;

    porthole_series_add(s, 1);
    lend(s, &one, &a);
    lend(s, &two, &b);
    a += 10;

    cr_assert_float_eq(ph_series_value(s), 23, 0);
    ph_leases_end(&one);
    ph_leases_end(&two);
}

Test(lend, a_counter_keeps_what_a_thread_that_left_has_counted)
{
    struct porthole_series *s = requests();
    struct ph_leases leases = { NULL };
    double cell = 5;

    lend(s, &leases, &cell);
    ph_leases_end(&leases);
    cell = 100; /* nobody's business any more */

    cr_assert_float_eq(ph_series_value(s), 5, 0);
    cr_assert_null(s->leases);
    cr_assert_eq(table.n_cells, 0);
}

Test(lend, a_gauge_forgets_a_thread_that_left)
{
    struct porthole_series *s = of_kind(PORTHOLE_GAUGE);
    struct ph_leases leases = { NULL };
    double cell = 5;

    porthole_series_set(s, 2);
    lend(s, &leases, &cell);
    ph_leases_end(&leases);

    cr_assert_float_eq(ph_series_value(s), 2, 0);
}

Test(lend, a_histogram_keeps_all_its_words)
{
    struct porthole_series *s = wait_seconds();
    struct ph_leases leases = { NULL };
    double cells[] = { 1, 2, 3, 4, 55.5 };

    porthole_series_observe(s, 0.5);
    lend(s, &leases, cells);
    cr_expect_float_eq(values_of(s)[1], 3, 0);
    ph_leases_end(&leases);

    cr_expect_float_eq(values_of(s)[0], 1, 0);
    cr_expect_float_eq(values_of(s)[1], 3, 0);
    cr_expect_float_eq(values_of(s)[4], 56, 0);
}

Test(lend, a_cell_that_is_no_number_spoils_nothing)
{
    struct porthole_series *s = requests();
    struct ph_leases leases = { NULL };
    double cell = NAN;

    porthole_series_add(s, 3);
    lend(s, &leases, &cell);
    cr_expect_float_eq(ph_series_value(s), 3, 0);
    ph_leases_end(&leases);

    cr_expect_float_eq(ph_series_value(s), 3, 0);
}

Test(lend, threads_that_leave_in_any_order_leave_their_part)
{
    struct porthole_series *s = requests();
    struct ph_leases leases[3] = { { NULL } };
    double cells[] = { 1, 10, 100 };
    static const size_t order[] = { 1, 2, 0 };

    for (size_t i = 0; i < 3; i++)
        lend(s, &leases[i], &cells[i]);
    for (size_t i = 0; i < 3; i++) {
        ph_leases_end(&leases[order[i]]);
        cr_expect_float_eq(ph_series_value(s), 111, 0);
    }
}

Test(lend, no_more_cells_than_there_may_be)
{
    struct porthole_series *s = wait_seconds();
    struct ph_leases leases = { NULL };
    static double cells[5];

    for (size_t i = 0; i < PORTHOLE_MAX_CELLS / 5; i++)
        lend(s, &leases, cells);
    cr_expect_eq(ph_series_lend(s, &leases, cells), PORTHOLE_ELIMIT);
    ph_leases_end(&leases);

    cr_expect_eq(ph_series_lend(s, &leases, cells), PORTHOLE_OK);
    ph_leases_end(&leases);
}

Test(lend, lending_survives_every_failed_allocation)
{
    struct porthole_series *s = requests();
    double cell = 1;

    EVERY_ALLOC_FAILS({
        struct ph_leases leases = { NULL };
        enum porthole_status rc = ph_series_lend(s, &leases, &cell);

        cr_assert_eq(rc, alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
        cr_assert_eq(leases.first == NULL, alloc_failed());
        ph_leases_end(&leases);
    });
}

#define ROUNDS 200
#define ADDS 500
#define THREADS 3

/* A plain store, as JavaScript's is, that TSan takes for what it is. */
static void store(double *cell, double value)
{
    __atomic_store(cell, &value, __ATOMIC_RELAXED);
}

static void *come_and_go(void *series)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct ph_leases leases = { NULL };
        double cell = 0;

        lend(series, &leases, &cell);
        for (int i = 1; i <= ADDS; i++)
            store(&cell, i);
        ph_leases_end(&leases);
    }
    return NULL;
}

Test(lend, a_reader_never_sees_a_counter_fall_while_threads_come_and_go)
{
    struct porthole_series *s = requests();
    pthread_t threads[THREADS];
    double last = 0;

    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, come_and_go, s);
    for (int i = 0; i < 20000; i++) {
        double now = ph_series_value(s);

        cr_assert_geq(now, last);
        last = now;
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    cr_assert_float_eq(ph_series_value(s), (double)THREADS * ROUNDS * ADDS, 0);
}
