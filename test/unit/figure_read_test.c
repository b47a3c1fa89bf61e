/* SPDX-License-Identifier: MIT */
#include "agent/figure_read.h"

#include <criterion/criterion.h>
#include <math.h>

static const struct ph_metric id = { PH_COUNT("id"), "", NULL };
static const struct ph_metric count = { PH_COUNT("count"), "", NULL };
static const struct ph_metric busy_share = { "utilization", PH_GAUGE, PH_UNIT_RATIO, "", NULL };
static const struct ph_metric used = { PH_BYTES("used_bytes"), "", NULL };
static const struct ph_metric limit = { PH_BYTES("limit_bytes"), "", NULL };
static const struct ph_metric delay = { "delay_ms", PH_HISTOGRAM, PH_UNIT_MS, "", NULL };

static struct ph_snapshot *snapshot;
static struct ph_builder b;

static void build_thread(unsigned number, double busy, uint64_t bytes)
{
    struct ph_hist_view view = { .total = 0 };

    ph_build_item(&b, NULL, NULL);
    ph_build_uint(&b, &id, number);
    ph_build_object(&b, "loop");
    ph_build_real(&b, &busy_share, busy);
    view.count[0] = view.total = 2;
    view.max_ns = 3000000 + number;
    view.sum_ns = 4000000;
    ph_build_hist(&b, &delay, &view);
    ph_build_end(&b);
    ph_build_object(&b, "heap");
    ph_build_uint(&b, &used, bytes);
    ph_build_uint(&b, &limit, 1000);
    ph_build_end(&b);
    ph_build_end(&b);
}

static void build_lists(void)
{
    ph_build_object(&b, "sockets");
    ph_build_array(&b, "by_peer");
    for (unsigned i = 0; i < 2; i++) {
        ph_build_item(&b, NULL, NULL);
        ph_build_text(&b, "peer", i ? "10.0.0.7:443" : "[::1]:443");
        ph_build_uint(&b, &count, 3 - i);
        ph_build_end(&b);
    }
    ph_build_end(&b);
    ph_build_array(&b, "by_local_port");
    ph_build_item(&b, NULL, NULL);
    ph_build_uint(&b, &id, 80);
    ph_build_uint(&b, &count, 9);
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_end(&b);
}

static void build_labelled(void)
{
    static const char json[] = "{\"queue\":\"mail\",\"say\":\"a \\\"b\\\"\"}\"no\":\"no\"";
    static const struct ph_labels labels = { .json = json, .json_len = sizeof json - 10 };
    static const struct ph_shape shape = { .metric = { .key = "jobs" },
                                           .labelled = true,
                                           .words = 1 };
    struct ph_tally *tally = ph_build_tally(&b, &shape, 1);

    tally->labels[0] = &labels;
    tally->values[0] = 11;
    tally->shown = 1;
}

static void build_metrics(void)
{
    static const struct ph_shape plain = { .metric = { .key = "depth" }, .words = 1 };
    static const struct ph_shape shape = { .metric = { .key = "took", .kind = PH_HISTOGRAM },
                                           .n_buckets = 2,
                                           .words = 4 };
    static const double values[] = { 1, 2, 4, 31.5 };
    struct ph_tally *tally;

    ph_build_object(&b, "metrics");
    tally = ph_build_tally(&b, &plain, 1);
    tally->values[0] = 2.5;
    tally->shown = 1;
    tally = ph_build_tally(&b, &shape, 1);
    for (size_t i = 0; i < 4; i++)
        tally->values[i] = values[i];
    build_labelled();
    ph_build_end(&b);
}

static void init(void)
{
    ph_build_begin(&b);
    ph_build_object(&b, "objects");
    ph_build_entry_object(&b, "job.high.prio");
    ph_build_uint(&b, &count, 7);
    ph_build_end(&b);
    ph_build_entry_object(&b, "job");
    ph_build_uint(&b, &count, UINT64_MAX); /* not known */
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_array(&b, "threads");
    build_thread(0, 0.25, 500);
    build_thread(3, 0.75, 100);
    build_thread(5, NAN, UINT64_MAX);
    ph_build_end(&b);
    build_metrics();
    build_lists();
    snapshot = ph_build_freeze(&b, 0, 0, 0);
    cr_assert_not_null(snapshot);
}

static void fini(void)
{
    ph_snapshot_unref(snapshot);
}

TestSuite(figure_read, .init = init, .fini = fini);

static double all(const char *figure)
{
    return ph_figure_read(snapshot, figure, PH_FIGURE_ALL, NULL);
}

Test(figure_read, a_name_of_the_application_may_have_dots)
{
    cr_assert_eq(all("objects.job.high.prio.count"), 7);
    cr_assert(isnan(all("objects.job.count")), "it is not known");
    cr_assert(isnan(all("objects.job.high.count")));
    cr_assert(isnan(all("objects.job")));
    cr_assert(isnan(all("objects")));
    cr_assert(isnan(all("objects.job.high.prio.count.x")));
    cr_assert(isnan(all("")));
}

Test(figure_read, sums_and_the_highest_of_threads)
{
    int most = -7;

    cr_assert_eq(ph_figure_read(snapshot, "heap.used_bytes", PH_FIGURE_ALL, &most), 600);
    cr_assert_eq(most, 0);
    cr_assert_eq(ph_figure_read(snapshot, "threads.loop.utilization", PH_FIGURE_ALL, &most),
                 0.75);
    cr_assert_eq(most, 3);
    cr_assert_eq(all("threads"), 3);
    cr_assert_eq(all("heap.share"), 0.5);
    cr_assert(isnan(all("gc.pause_s")));
}

Test(figure_read, one_thread_by_itself)
{
    int most = -7;

    cr_assert_eq(ph_figure_read(snapshot, "heap.used_bytes", 3, &most), 100);
    cr_assert_eq(most, 3);
    cr_assert_eq(ph_figure_read(snapshot, "heap.share", 3, NULL), 0.1);
    cr_assert(isnan(ph_figure_read(snapshot, "heap.share", 5, NULL)));
    cr_assert(isnan(ph_figure_read(snapshot, "heap.used_bytes", 4, NULL)), "no such thread");
}

Test(figure_read, members_of_a_histogram_are_as_in_the_state)
{
    cr_assert_eq(ph_figure_read(snapshot, "loop.delay_ms.max", 0, NULL), 3);
    cr_assert_eq(ph_figure_read(snapshot, "loop.delay_ms.mean", 0, NULL), 2);
    cr_assert_eq(ph_figure_read(snapshot, "loop.delay_ms.count", 0, NULL), 2);
    cr_assert_eq(all("loop.delay_ms.max"), 3.000005);
    cr_assert(isnan(all("loop.delay_ms.p95")));
    cr_assert(isnan(all("loop.delay_ms")));
}

Test(figure_read, metrics_of_the_application)
{
    cr_assert_eq(all("metrics.depth"), 2.5);
    cr_assert(isnan(all("metrics.depth.count")));
    cr_assert_eq(all("metrics.took.count"), 7);
    cr_assert_eq(all("metrics.took.sum"), 31.5);
    cr_assert(isnan(all("metrics.took")));
}

Test(figure_read, items_of_lists_are_told_by_their_names)
{
    cr_assert_eq(all("sockets.by_peer[10.0.0.7:443].count"), 2);
    cr_assert_eq(all("sockets.by_peer[[::1]:443].count"), 3);
    cr_assert_eq(all("sockets.by_local_port[80].count"), 9);
    cr_assert_eq(all("metrics.jobs[mail a \\\"b\\\"]"), 11);
}

Test(figure_read, an_item_that_is_not_there_is_not_known)
{
    static const char *const figures[] = {
        "sockets.by_peer[10.0.0.7:443]",
        "sockets.by_peer[10.0.0.7:44].count",
        "sockets.by_peer[10.0.0.7:443",
        "sockets.by_peer[].count",
        "sockets.by_local_port[8].count",
        "metrics.depth[mail]",
        "metrics.jobs[mail]",
        "objects.job.high.prio[x].count",
    };

    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        cr_expect(isnan(all(figures[i])), "%s", figures[i]);
}
