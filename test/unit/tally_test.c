/* SPDX-License-Identifier: MIT */
/* How the application's own numbers are shown: from registration to the text. */
#include "agent/tally.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/collect_series.h"
#include "agent/encode_json.h"
#include "agent/encode_prom.h"
#include "agent/series.h"
#include "alloc.h"

static struct ph_series_table table;
static char text[8 << 20];

static void init(void)
{
    ph_series_init(&table);
}

static void fini(void)
{
    ph_series_fini(&table);
}

TestSuite(tally, .init = init, .fini = fini);

static struct porthole_family *add(enum porthole_series_kind kind, const char *name,
                                   const char *const labels[2])
{
    static const double bounds[] = { 0.5, 2 };
    bool is_histogram = kind == PORTHOLE_HISTOGRAM;
    struct porthole_family_spec spec = { .kind = kind,
                                         .name = name,
                                         .help = "Help.",
                                         .labels = labels,
                                         .n_labels = labels ? 2 : 0,
                                         .buckets = is_histogram ? bounds : NULL,
                                         .n_buckets = is_histogram ? 2 : 0 };
    struct porthole_family *f = NULL;

    cr_assert_eq(ph_series_add_family(&table, &spec, &f, NULL), PORTHOLE_OK);
    return f;
}

static struct porthole_series *child(struct porthole_family *f, const char *a, const char *b)
{
    const char *const values[] = { a, b };
    struct porthole_series *s = NULL;

    cr_assert_neq(porthole_family_series(f, values, &s), PORTHOLE_ENOMEM);
    return s;
}

static struct ph_snapshot *snapshot(void)
{
    struct ph_collect_env env = { .series = &table };
    struct ph_builder b;

    ph_build_begin(&b);
    ph_build_object(&b, "metrics");
    ph_collect_series.collect(NULL, &env, &b);
    ph_build_end(&b);
    return ph_build_freeze(&b, 0, 0, 0);
}

typedef void encoder(const struct ph_snapshot *snapshot, struct ph_sink *out);

static const char *encoded_within(encoder *encode, size_t max)
{
    struct ph_snapshot *s = snapshot();
    struct ph_sink sink;

    cr_assert_not_null(s);
    ph_sink_init(&sink, max);
    encode(s, &sink);
    cr_assert(!sink.failed);
    cr_assert_lt(sink.len, sizeof text);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
    return text;
}

static const char *encoded(encoder *encode)
{
    return encoded_within(encode, sizeof text - 1);
}

static const char *const labels[] = { "method", "code" };

static void fill(void)
{
    struct porthole_family *requests = add(PORTHOLE_COUNTER, "http_requests", labels);
    struct porthole_family *wait = add(PORTHOLE_HISTOGRAM, "wait_seconds", labels);
    struct porthole_series *plain = add(PORTHOLE_HISTOGRAM, "size", NULL)->rest;

    porthole_series_add(add(PORTHOLE_COUNTER, "jobs_total", NULL)->rest, 7);
    porthole_series_set(add(PORTHOLE_GAUGE, "depth", NULL)->rest, -2.5);
    porthole_series_add(child(requests, "GET", "200"), 3);
    porthole_series_add(child(requests, "a\"\\\n", ""), 1);
    porthole_series_observe(child(wait, "GET", "200"), 0.25);
    porthole_series_observe(child(wait, "GET", "200"), 1);
    porthole_series_observe(child(wait, "GET", "200"), 30);
    porthole_series_observe(plain, 2);
}

Test(tally, json_has_plain_numbers_lists_and_cumulative_buckets)
{
    fill();

    cr_assert_str_eq(
        encoded(ph_encode_json),
        "{\"metrics\":{"
        "\"http_requests\":["
        "{\"labels\":{\"method\":\"GET\",\"code\":\"200\"},\"value\":3},"
        "{\"labels\":{\"method\":\"a\\\"\\\\\\u000a\",\"code\":\"\"},\"value\":1}],"
        "\"wait_seconds\":["
        "{\"labels\":{\"method\":\"GET\",\"code\":\"200\"},\"count\":3,"
        "\"sum\":31.25,\"buckets\":{\"0.5\":1,\"2\":2,\"+Inf\":3}}],"
        "\"size\":{\"count\":1,\"sum\":2,"
        "\"buckets\":{\"0.5\":0,\"2\":1,\"+Inf\":1}},"
        "\"jobs_total\":7,\"depth\":-2.5}}\n");
}

static const char prometheus_text[] =
    "# HELP http_requests_total Help.\n"
    "# TYPE http_requests_total counter\n"
    "http_requests_total{method=\"GET\",code=\"200\"} 3\n"
    "http_requests_total{method=\"a\\\"\\\\\\n\",code=\"\"} 1\n"
    "# HELP wait_seconds Help.\n"
    "# TYPE wait_seconds histogram\n"
    "wait_seconds_bucket{le=\"0.5\",method=\"GET\",code=\"200\"} 1\n"
    "wait_seconds_bucket{le=\"2\",method=\"GET\",code=\"200\"} 2\n"
    "wait_seconds_bucket{le=\"+Inf\",method=\"GET\",code=\"200\"} 3\n"
    "wait_seconds_sum{method=\"GET\",code=\"200\"} 31.25\n"
    "wait_seconds_count{method=\"GET\",code=\"200\"} 3\n"
    "# HELP size Help.\n"
    "# TYPE size histogram\n"
    "size_bucket{le=\"0.5\"} 0\n"
    "size_bucket{le=\"2\"} 1\n"
    "size_bucket{le=\"+Inf\"} 1\n"
    "size_sum 2\n"
    "size_count 1\n"
    "# HELP jobs_total Help.\n"
    "# TYPE jobs_total counter\n"
    "jobs_total 7\n"
    "# HELP depth Help.\n"
    "# TYPE depth gauge\n"
    "depth -2.5\n";

Test(tally, prometheus_text_has_every_sample)
{
    fill();

    cr_assert_str_eq(encoded(ph_encode_prometheus), prometheus_text);
}

Test(tally, openmetrics_differs_in_metadata_of_counters_and_in_whole_bounds)
{
    fill();
    encoded(ph_encode_openmetrics);

    cr_expect_not_null(strstr(text, "# TYPE http_requests counter\n# HELP http_requests Help.\n"
                                    "http_requests_total{method=\"GET\",code=\"200\"} 3\n"));
    cr_expect_not_null(strstr(text, "# TYPE jobs counter\n# HELP jobs Help.\njobs_total 7\n"));
    cr_expect_not_null(strstr(text, "size_bucket{le=\"0.5\"} 0\nsize_bucket{le=\"2.0\"} 1\n"));
    cr_expect_not_null(strstr(text, "\ndepth -2.5\n# EOF\n"));
}

Test(tally, a_labelled_family_without_series_is_an_empty_list)
{
    add(PORTHOLE_GAUGE, "depth", labels);

    cr_expect_str_eq(encoded(ph_encode_json), "{\"metrics\":{\"depth\":[]}}\n");
    cr_expect_str_eq(encoded(ph_encode_prometheus), "# HELP depth Help.\n# TYPE depth gauge\n");
}

/* ---- Ceilings ----------------------------------------------------------------------- */

static void add_children(struct porthole_family *f, int n)
{
    char value[64];

    for (int i = 0; i < n; i++) {
        snprintf(value, sizeof value, "%d with some more text behind it", i);
        porthole_series_add(child(f, value, ""), 1);
        porthole_series_observe(child(f, value, ""), 1);
    }
}

static size_t lines_with(const char *start)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, start)); at++)
        n += at == text || at[-1] == '\n';
    return n;
}

static json_t *metrics_of_state(void)
{
    json_t *state = json_loads(encoded(ph_encode_json), 0, NULL);

    cr_assert_not_null(state);
    return state;
}

Test(tally, the_state_shows_a_hundred_of_a_family_and_says_so)
{
    json_t *state, *metrics, *cut;

    add_children(add(PORTHOLE_COUNTER, "requests", labels), 150);
    porthole_series_set(add(PORTHOLE_GAUGE, "depth", NULL)->rest, 1);
    state = metrics_of_state();
    metrics = json_object_get(state, "metrics");
    cut = json_object_get(json_object_get(metrics, "(truncated)"), "requests");

    cr_expect_eq(json_array_size(json_object_get(metrics, "requests")), 100);
    cr_expect_eq(json_integer_value(json_object_get(cut, "shown")), 100);
    cr_expect_eq(json_integer_value(json_object_get(cut, "total")), 150);
    cr_expect_not_null(json_object_get(metrics, "depth"));
    json_decref(state);
    encoded(ph_encode_prometheus);
    cr_expect_eq(lines_with("requests_total{"), 150);
    cr_expect_eq(lines_with("depth "), 1);
}

Test(tally, all_together_the_state_shows_two_thousand)
{
    char name[16];
    json_t *state, *metrics;

    for (int i = 0; i < 2100; i++) {
        snprintf(name, sizeof name, "s%d", i);
        add(PORTHOLE_GAUGE, name, NULL);
    }
    state = metrics_of_state();
    metrics = json_object_get(state, "metrics");

    cr_expect_eq(json_object_size(metrics), 2001);
    cr_expect_eq(json_object_size(json_object_get(metrics, "(truncated)")), 100);
    json_decref(state);
    encoded(ph_encode_prometheus);
    cr_expect_eq(lines_with("s"), 2100);
}

/* The largest there can be: every number, every label, every bucket. */
static void add_giants(void)
{
    static char names[PORTHOLE_MAX_LABELS][PH_METRIC_NAME_BYTES];
    const char *label[PORTHOLE_MAX_LABELS], *value[PORTHOLE_MAX_LABELS];
    double bounds[PORTHOLE_MAX_BUCKETS];
    char name[PH_METRIC_NAME_BYTES], last[8];
    struct porthole_family *f;
    struct porthole_series *s;

    for (size_t i = 0; i < PORTHOLE_MAX_LABELS; i++) {
        memset(names[i], 'a' + (int)i, PH_METRIC_NAME_BYTES - 1);
        label[i] = names[i];
        value[i] = "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"";
    }
    for (size_t i = 0; i < PORTHOLE_MAX_BUCKETS; i++)
        bounds[i] = (double)(i + 1) / 3;
    value[0] = last;
    for (int i = 0; i < 5; i++) {
        struct porthole_family_spec spec = {
            PORTHOLE_HISTOGRAM,  name, NULL, label, PORTHOLE_MAX_LABELS, bounds,
            PORTHOLE_MAX_BUCKETS
        };

        snprintf(name, sizeof name, "giant_%d", i);
        cr_assert_eq(ph_series_add_family(&table, &spec, &f, NULL), PORTHOLE_OK);
        for (int k = 0; k < PORTHOLE_MAX_CHILDREN; k++) {
            snprintf(last, sizeof last, "%d", k);
            cr_assert_neq(porthole_family_series(f, value, &s), PORTHOLE_ENOMEM);
            porthole_series_observe(s, 0.123456);
        }
    }
}

Test(tally, the_largest_numbers_leave_the_rest_of_both_answers_in_place)
{
    porthole_series_set(add(PORTHOLE_GAUGE, "first", NULL)->rest, 1);
    add_giants();

    encoded_within(ph_encode_json, 2 << 20);
    cr_expect_not_null(strstr(text, "\"first\":1,"));
    cr_expect_not_null(strstr(text, "\"(truncated)\":{\"giant_0\":{\"shown\":100,"));
    encoded_within(ph_encode_prometheus, 4 << 20);
    cr_expect_eq(lines_with("first 1\n"), 1);
    cr_expect_eq(lines_with("porthole_metrics_left_out 5\n"), 1);
}

static void build_ours(struct ph_builder *b)
{
    static const struct ph_metric ours[] = {
        { "a", PH_GAUGE, PH_UNIT_COUNT, "Ours.", "depth" },
        { "b", PH_COUNTER, PH_UNIT_COUNT, "Ours.", "jobs_total" },
    };
    struct ph_collect_env env = { .series = &table };

    ph_build_uint(b, &ours[0], 1);
    ph_build_uint(b, &ours[1], 2);
    ph_collect_series.collect(NULL, &env, b);
}

Test(tally, a_name_that_is_porthole_s_own_is_left_out_of_the_exposition)
{
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    add(PORTHOLE_GAUGE, "depth", NULL);
    add(PORTHOLE_COUNTER, "jobs", NULL);
    ph_build_begin(&b);
    build_ours(&b);
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, 8192);
    ph_encode_prometheus(s, &sink);
    ph_sink_char(&sink, '\0');

    cr_expect_null(strstr(sink.bytes, "Help."));
    cr_expect_not_null(strstr(sink.bytes, "\nporthole_metrics_left_out 2\n"));
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}

Test(tally, a_tick_survives_every_failed_allocation)
{
    fill();

    EVERY_ALLOC_FAILS({
        struct ph_snapshot *s = snapshot();

        cr_assert_eq(s == NULL, alloc_failed());
        ph_snapshot_unref(s);
    });
}
