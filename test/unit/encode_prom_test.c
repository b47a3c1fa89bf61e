/* SPDX-License-Identifier: MIT */
#include "agent/encode_prom.h"

#include <criterion/criterion.h>
#include <string.h>

#include "alloc.h"
#include "porthole.h"

typedef void encoder(const struct ph_snapshot *snapshot, struct ph_sink *out);

/* Encode what `build` builds; "failed" if the sink did. */
static const char *encoded(encoder *encode, void (*build)(struct ph_builder *b))
{
    static char text[8192];
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    ph_build_begin(&b);
    build(&b);
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, sizeof text - 1);
    encode(s, &sink);
    memcpy(text, sink.failed ? "failed" : sink.bytes, sink.failed ? 6 : sink.len);
    text[sink.failed ? 6 : sink.len] = '\0';
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
    return text;
}

static void build_nothing(struct ph_builder *b)
{
    (void)b;
}

Test(prometheus, an_empty_state_is_an_empty_exposition)
{
    static char text[64];
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    ph_build_begin(&b);
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, sizeof text);
    ph_encode_prometheus(s, &sink);

    cr_assert_eq(sink.len, 0);
    cr_assert(!sink.failed);
    cr_assert_str_eq(encoded(ph_encode_openmetrics, build_nothing), "# EOF\n");
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}

static const struct ph_metric rss = { "rss", PH_GAUGE, PH_UNIT_BYTES, "Resident.",
                                      "process_rss_bytes" };
static const struct ph_metric turns = { "turns", PH_COUNTER, PH_UNIT_COUNT, "Turns.",
                                        "loop_turns_total" };
static const struct ph_metric jobs = { "jobs", PH_COUNTER, PH_UNIT_COUNT, "Jobs \"done\".",
                                       "jobs_done" };
static const struct ph_metric lag = { "lag_ms", PH_GAUGE, PH_UNIT_MS, "Lag.", "lag_seconds" };
static const struct ph_metric state_only = { "n", PH_GAUGE, PH_UNIT_COUNT, "Not here.", NULL };

static void build_thread(struct ph_builder *b, const char *label_value, uint64_t n)
{
    ph_build_item(b, "thread", label_value);
    ph_build_uint(b, &turns, n);
    ph_build_real(b, &lag, 1.5);
    ph_build_end(b);
}

static void build_two_threads(struct ph_builder *b)
{
    ph_build_uint(b, &rss, 4096);
    ph_build_uint(b, &state_only, 1);
    ph_build_array(b, "threads");
    build_thread(b, NULL, 10);
    build_thread(b, "worker 1", 20);
    ph_build_end(b);
    ph_build_uint(b, &jobs, 3);
}

Test(prometheus, samples_of_a_family_stand_together)
{
    cr_assert_str_eq(encoded(ph_encode_prometheus, build_two_threads),
                     "# HELP process_rss_bytes Resident.\n"
                     "# TYPE process_rss_bytes gauge\n"
                     "process_rss_bytes 4096\n"
                     "# HELP loop_turns_total Turns.\n"
                     "# TYPE loop_turns_total counter\n"
                     "loop_turns_total 10\n"
                     "loop_turns_total{thread=\"worker 1\"} 20\n"
                     "# HELP lag_seconds Lag.\n"
                     "# TYPE lag_seconds gauge\n"
                     "lag_seconds 0.0015\n"
                     "lag_seconds{thread=\"worker 1\"} 0.0015\n"
                     "# HELP jobs_done_total Jobs \"done\".\n"
                     "# TYPE jobs_done_total counter\n"
                     "jobs_done_total 3\n");
}

Test(prometheus, openmetrics_names_counters_without_total_in_their_metadata)
{
    const char *text = encoded(ph_encode_openmetrics, build_two_threads);

    cr_assert_not_null(strstr(text, "# TYPE loop_turns counter\n# HELP loop_turns Turns.\n"
                                    "loop_turns_total 10\n"));
    cr_assert_not_null(strstr(text, "# TYPE jobs_done counter\n"));
    cr_assert_not_null(strstr(text, "\njobs_done_total 3\n# EOF\n"));
}

static void build_maps(struct ph_builder *b)
{
    static const struct ph_metric pause = { "n", PH_GAUGE, PH_UNIT_COUNT, "N.", "handles" };

    ph_build_item(b, "thread", "w\"\\\n");
    ph_build_map(b, "by_kind", "kind");
    ph_build_entry_object(b, "tcp");
    ph_build_uint(b, &pause, 1);
    ph_build_end(b);
    ph_build_entry(b, "a\xFF", &pause, 2);
    ph_build_end(b);
    ph_build_uint(b, &pause, 3);
    ph_build_end(b);
}

Test(prometheus, labels_nest_and_are_escaped)
{
    cr_assert_str_eq(encoded(ph_encode_prometheus, build_maps),
                     "# HELP handles N.\n# TYPE handles gauge\n"
                     "handles{thread=\"w\\\"\\\\\\n\",kind=\"tcp\"} 1\n"
                     "handles{thread=\"w\\\"\\\\\\n\",kind=\"a\xEF\xBF\xBD\"} 2\n"
                     "handles{thread=\"w\\\"\\\\\\n\"} 3\n");
}

static void build_unknown(struct ph_builder *b)
{
    ph_build_uint(b, &rss, PORTHOLE_UNKNOWN);
    ph_build_text(b, "t", "x");
}

Test(prometheus, unknown_values_and_text_are_left_out)
{
    cr_assert_str_eq(encoded(ph_encode_openmetrics, build_unknown), "# EOF\n");
}

static void build_histogram(struct ph_builder *b)
{
    static const struct ph_metric gc = { "gc", PH_HISTOGRAM, PH_UNIT_MS, "Pauses.",
                                         "gc_seconds" };
    static struct ph_hist hist;
    static struct ph_hist_view view;

    ph_hist_record(&hist, 500000, 3);
    ph_hist_record(&hist, 4000000000, 1);
    ph_hist_record(&hist, 60000000000, 1);
    ph_hist_read(&hist, &view);
    ph_build_map(b, "gc", "kind");
    ph_build_entry_hist(b, "minor", &gc, &view);
    ph_build_end(b);
}

Test(prometheus, histograms_are_cumulative_and_end_at_infinity)
{
    cr_assert_str_eq(encoded(ph_encode_prometheus, build_histogram),
                     "# HELP gc_seconds Pauses.\n# TYPE gc_seconds histogram\n"
                     "gc_seconds_bucket{le=\"0.001\",kind=\"minor\"} 3\n"
                     "gc_seconds_bucket{le=\"0.01\",kind=\"minor\"} 3\n"
                     "gc_seconds_bucket{le=\"0.1\",kind=\"minor\"} 3\n"
                     "gc_seconds_bucket{le=\"1\",kind=\"minor\"} 3\n"
                     "gc_seconds_bucket{le=\"2\",kind=\"minor\"} 3\n"
                     "gc_seconds_bucket{le=\"5\",kind=\"minor\"} 4\n"
                     "gc_seconds_bucket{le=\"+Inf\",kind=\"minor\"} 5\n"
                     "gc_seconds_sum{kind=\"minor\"} 64.0015\n"
                     "gc_seconds_count{kind=\"minor\"} 5\n");
}

Test(prometheus, openmetrics_writes_bounds_canonically)
{
    const char *text = encoded(ph_encode_openmetrics, build_histogram);

    cr_assert_not_null(strstr(text, "{le=\"0.001\","));
    cr_assert_not_null(strstr(text, "{le=\"1.0\","));
    cr_assert_not_null(strstr(text, "{le=\"5.0\","));
    cr_assert_not_null(strstr(text, "{le=\"+Inf\","));
    cr_assert_null(strstr(text, "{le=\"1\","));
}

static void build_help(struct ph_builder *b)
{
    static const struct ph_metric odd = { "n", PH_GAUGE, PH_UNIT_COUNT, "one\ntwo \\ \"three\"",
                                          "odd" };

    ph_build_uint(b, &odd, 1);
}

Test(prometheus, help_stays_on_its_line)
{
    cr_assert_str_eq(encoded(ph_encode_prometheus, build_help),
                     "# HELP odd one\\ntwo \\\\ \"three\"\n# TYPE odd gauge\nodd 1\n");
}

Test(prometheus, a_sink_that_is_full_fails_as_a_whole)
{
    struct ph_builder b;
    struct ph_snapshot *s;
    struct ph_sink sink;

    ph_build_begin(&b);
    build_two_threads(&b);
    s = ph_build_freeze(&b, 0, 0, 0);
    ph_sink_init(&sink, 100);
    ph_encode_prometheus(s, &sink);

    cr_assert(sink.failed);
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
}

Test(prometheus, survives_every_failed_allocation)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    build_two_threads(&b);
    build_histogram(&b);
    s = ph_build_freeze(&b, 0, 0, 0);

    EVERY_ALLOC_FAILS({
        struct ph_sink sink;

        ph_sink_init(&sink, 8192);
        ph_encode_openmetrics(s, &sink);

        cr_assert_eq(sink.failed, alloc_failed());
        ph_sink_fini(&sink);
    });
    ph_snapshot_unref(s);
}
