/* SPDX-License-Identifier: MIT */
#include "agent/family.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

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

TestSuite(family, .init = init, .fini = fini);

static const char *const method[] = { "method" };
static const double bounds[] = { 0.1, 1, 2.5 };

static struct porthole_family_spec counter_spec(void)
{
    return (struct porthole_family_spec){
        .kind = PORTHOLE_COUNTER, .name = "requests", .labels = method, .n_labels = 1
    };
}

static struct porthole_family_spec histogram_spec(void)
{
    return (struct porthole_family_spec){
        .kind = PORTHOLE_HISTOGRAM, .name = "wait_seconds", .buckets = bounds, .n_buckets = 3
    };
}

static enum porthole_status add(const struct porthole_family_spec *spec,
                                struct porthole_family **out, porthole_error *err)
{
    return ph_series_add_family(&table, spec, out, err);
}

static struct porthole_family *added(const struct porthole_family_spec *spec)
{
    struct porthole_family *f = NULL;
    porthole_error err = { "" };

    cr_assert_eq(add(spec, &f, &err), PORTHOLE_OK, "%s", err.text);
    return f;
}

static struct porthole_family *requests(void)
{
    struct porthole_family_spec spec = counter_spec();

    return added(&spec);
}

static struct porthole_series *series_of(struct porthole_family *f, const char *value)
{
    struct porthole_series *s = NULL;

    cr_assert_eq(porthole_family_series(f, &value, &s), PORTHOLE_OK, "%s", value);
    return s;
}

static struct porthole_series *wait_seconds(void)
{
    struct porthole_family_spec spec = histogram_spec();
    struct porthole_series *s = NULL;

    cr_assert_eq(porthole_family_series(added(&spec), NULL, &s), PORTHOLE_OK);
    return s;
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
    cr_assert_eq(labels, &s->labels, "the first of its family");
    return values;
}

/* ---- What may be registered --------------------------------------------------------- */

static void refused(const struct porthole_family_spec *spec, const char *subject)
{
    struct porthole_family *f = NULL;
    porthole_error err = { "" };

    cr_expect_eq(add(spec, &f, &err), PORTHOLE_EINVAL, "%s", subject);
    cr_expect_not_null(strstr(err.text, subject), "%s", err.text);
    cr_expect_null(f);
}

Test(family, refuses_labels_that_would_clash_or_be_unreadable)
{
    static const char *const bad[][2] = { { "le", "a" },  { "a", "__name__" }, { "a", "b-c" },
                                          { "a", "" },    { "a", "9" },        { "a", "a" },
                                          { NULL, "a" } };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct porthole_family_spec spec = counter_spec();

        spec.labels = bad[i];
        spec.n_labels = 2;
        refused(&spec, "label");
    }
}

Test(family, refuses_more_labels_than_there_may_be)
{
    static const char *const many[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
    struct porthole_family_spec spec = counter_spec();

    spec.labels = many;
    spec.n_labels = 9;
    refused(&spec, "'requests' has more than 8 labels");
    spec.n_labels = 8;
    added(&spec);
}

Test(family, refuses_buckets_that_do_not_grow_or_are_not_finite)
{
    static const double bad[][2] = { { 1, 1 }, { 2, 1 }, { NAN, 1 }, { 1, INFINITY } };
    struct porthole_family_spec spec = histogram_spec();

    spec.n_buckets = 2;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        spec.buckets = bad[i];
        refused(&spec, "buckets of 'wait_seconds'");
    }
    spec.n_buckets = 0;
    refused(&spec, "'wait_seconds' must have 1 .. 64 buckets");
    spec.kind = PORTHOLE_GAUGE;
    spec.n_buckets = 2;
    refused(&spec, "'wait_seconds' has buckets and is no histogram");
}

Test(family, the_same_again_is_the_same_and_a_different_one_is_refused)
{
    static const char *const path[] = { "path" };
    struct porthole_family_spec spec = counter_spec();
    struct porthole_family *first = added(&spec);

    spec.help = "Another text.";
    cr_assert_eq(added(&spec), first);
    spec.labels = path;
    refused(&spec, "'requests' is registered with another kind, labels or buckets");
    spec = counter_spec();
    spec.kind = PORTHOLE_GAUGE;
    refused(&spec, "'requests' is registered");
}

Test(family, names_that_would_be_shown_as_one_are_refused)
{
    static const char *const taken[] = { "requests_total", "wait_seconds_bucket",
                                         "wait_seconds_sum", "wait_seconds_count" };

    requests();
    wait_seconds();
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        struct porthole_family_spec spec = { .kind = PORTHOLE_GAUGE, .name = taken[i] };

        refused(&spec, "would be shown under the same name as");
    }
    added(&(struct porthole_family_spec){ .kind = PORTHOLE_GAUGE, .name = "requests_open" });
    added(&(struct porthole_family_spec){ .kind = PORTHOLE_COUNTER, .name = "wait" });
}

Test(family, a_plain_series_is_a_family_without_labels)
{
    struct porthole_family_spec spec = { .kind = PORTHOLE_GAUGE, .name = "depth" };
    struct porthole_series *plain = NULL, *child = NULL;

    cr_assert_eq(ph_series_add_new(&table, PORTHOLE_GAUGE, "depth", NULL, &plain), PORTHOLE_OK);
    cr_assert_eq(porthole_family_series(added(&spec), NULL, &child), PORTHOLE_OK);

    cr_assert_eq(plain, child);
}

Test(family, bounds_are_written_as_short_as_they_read_back)
{
    static const double odd[] = { -2.5, 0, 1e-7, 0.005, 0.1 + 0.2, 10, 1e6, 1e300 };
    static const char *const text[] = {
        "-2.5", "0", "1e-07", "0.005", "0.30000000000000004", "10", "1000000", "1e+300"
    };
    struct porthole_family_spec spec = histogram_spec();
    struct porthole_family *f;

    spec.buckets = odd;
    spec.n_buckets = 8;
    f = added(&spec);

    for (size_t i = 0; i < 8; i++)
        cr_expect_str_eq(f->shape.bound[i], text[i]);
}

/* ---- Series of it ------------------------------------------------------------------- */

Test(family, the_same_values_are_the_same_series)
{
    struct porthole_family *f = requests();
    char value[] = "GET";
    struct porthole_series *get = series_of(f, value);

    value[0] = 'S';

    cr_assert_eq(series_of(f, "GET"), get);
    cr_assert_neq(series_of(f, "SET"), get);
    cr_assert_eq(ph_series_count(f), 2);
}

Test(family, labels_are_escaped_for_both_formats)
{
    const struct ph_labels *labels = &series_of(requests(), "a\"b\\\n\xFF\xC3\xA4")->labels;

    cr_assert_str_eq(labels->prom, "method=\"a\\\"b\\\\\\n?\xC3\xA4\"");
    cr_assert_eq(labels->prom_len, strlen(labels->prom));
    cr_assert_eq(
        strncmp(labels->json, "{\"method\":\"a\\\"b\\\\\\u000a?\xC3\xA4\"}", labels->json_len),
        0);
}

Test(family, a_long_value_is_cut_visibly)
{
    char value[1000];

    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';

    cr_assert_not_null(strstr(series_of(requests(), value)->labels.prom, "xxx\xE2\x80\xA6\""));
}

Test(family, beyond_its_ceiling_one_series_takes_all_the_rest)
{
    struct porthole_family *f = requests();
    struct porthole_series *first = series_of(f, "v0"), *rest = NULL, *again = NULL;
    char text[16];
    const char *value = text;

    for (int i = 1; i < PORTHOLE_MAX_CHILDREN; i++) {
        snprintf(text, sizeof text, "v%d", i);
        series_of(f, text);
    }
    value = "one more";
    cr_assert_eq(porthole_family_series(f, &value, &rest), PORTHOLE_ELIMIT);
    value = "another";
    cr_assert_eq(porthole_family_series(f, &value, &again), PORTHOLE_ELIMIT);

    cr_assert_eq(rest, again);
    cr_assert_str_eq(rest->labels.prom, "method=\"(other)\"");
    cr_assert_eq(series_of(f, "v0"), first, "the known ones are still found");
    cr_assert_eq(series_of(f, "(other)"), rest);
    cr_assert_eq(ph_series_count(f), PORTHOLE_MAX_CHILDREN + 1);
}

Test(family, beyond_the_ceiling_of_all_every_family_has_a_rest)
{
    struct porthole_series *s = NULL;
    const char *value = "x";
    struct porthole_family *f;
    char name[16];

    for (int i = 0; i < PORTHOLE_MAX_SERIES - 1; i++) {
        struct porthole_family_spec spec = { .kind = PORTHOLE_GAUGE, .name = name };

        snprintf(name, sizeof name, "s%d", i);
        added(&spec);
    }
    f = requests();
    series_of(f, "first");

    cr_assert_eq(porthole_family_series(f, &value, &s), PORTHOLE_ELIMIT);
    cr_assert_eq(s, f->rest);
}

Test(family, registration_survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct porthole_family_spec spec = histogram_spec();
        struct porthole_family *f = NULL;
        enum porthole_status rc;

        spec.labels = method;
        spec.n_labels = 1;
        rc = add(&spec, &f, NULL);
        cr_assert_eq(rc, alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
    });
}

Test(family, a_new_series_survives_every_failed_allocation)
{
    struct porthole_family *f = requests();

    EVERY_ALLOC_FAILS({
        struct porthole_series *s = NULL;
        const char *value = "GET";
        enum porthole_status rc = porthole_family_series(f, &value, &s);

        cr_assert_eq(rc, alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK);
    });
}

/* ---- Histograms --------------------------------------------------------------------- */

Test(family, an_observation_counts_in_the_first_bucket_that_holds_it)
{
    static const double observed[] = { -1, 0.1, 0.11, 2.5, 2.6, 1000 };
    static const double expected[] = { 2, 1, 1, 2, 1004.31 };
    struct porthole_series *s = wait_seconds();

    for (size_t i = 0; i < sizeof observed / sizeof observed[0]; i++)
        porthole_series_observe(s, observed[i]);

    for (size_t i = 0; i < 5; i++)
        cr_expect_float_eq(values_of(s)[i], expected[i], 1e-9, "%zu", i);
}

Test(family, a_histogram_takes_only_observations)
{
    struct porthole_series *s = wait_seconds(), *counter = series_of(requests(), "GET");

    porthole_series_add(s, 1);
    porthole_series_set(s, 1);
    porthole_series_observe(s, NAN);
    porthole_series_observe(s, INFINITY);
    porthole_series_observe(counter, 1);
    porthole_series_observe(NULL, 1);

    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(values_of(s)[i], 0);
    cr_expect_eq(ph_series_value(counter), 0);
}

/* ---- Several threads ---------------------------------------------------------------- */

#define THREADS 3

static void *register_many(void *family)
{
    char text[16];

    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "v%d", i);
        porthole_series_add(series_of(family, text), 1);
    }
    return NULL;
}

Test(family, threads_that_ask_for_the_same_values_share_them)
{
    struct porthole_family *f = requests();
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, register_many, f);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    cr_assert_eq(ph_series_count(f), 300);
    cr_assert_float_eq(ph_series_value(series_of(f, "v7")), THREADS, 0);
}
