/* SPDX-License-Identifier: MIT */
#include "agent/suspects.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/suspects_show.h"
#include "alloc.h"
#include "fake_history.h"

#define BORN 1e6
#define UNIX_NS UINT64_C(1800000000000000000)

static struct ph_suspects *suspects;
static struct ph_history *history;

static void begin(void)
{
    history = fake_history(BORN);
    suspects = ph_suspects_new();
    cr_assert(suspects);
}

static void end(void)
{
    ph_suspects_free(suspects);
}

TestSuite(suspects, .init = begin, .fini = end);

/* A bucket of the shortest level ends, and everything that is pending is judged. */
static const struct ph_suspects_copy *judge(void)
{
    unsigned ended = fake_pass(15);

    ph_suspects_judge(suspects, history, NULL, ended, UNIX_NS);
    for (int i = 0; i < 16; i++)
        ph_suspects_judge(suspects, history, NULL, 0, UNIX_NS);
    return ph_suspects_shown(suspects);
}

static void only(const char *series, const char *class_of)
{
    const struct ph_suspects_copy *shown = judge();

    cr_assert_eq(shown->total, 1, "%zu: %s, %s", shown->total, shown->suspect[0].series,
                 shown->suspect[1].series);
    cr_assert_str_eq(shown->suspect[0].series, series);
    cr_assert_str_eq(ph_class_name(shown->suspect[0].class_of), class_of);
}

static void grows(const char *series, int thread, double per_h)
{
    fake_verdict(series, thread, PH_SUSPECT, per_h);
}

/* ---- One story, one suspect ------------------------------------------------------------ */

Test(suspects, a_leak_of_sockets_is_one_suspect_that_names_the_peer)
{
    grows("sockets.tcp.established", PH_NO_THREAD, 120);
    grows("sockets.by_peer[10.0.0.7:443].count", PH_NO_THREAD, 100);
    grows("http.agents[globalAgent 10.0.0.7:443].sockets", 0, 90);
    grows("process.fds.open", PH_NO_THREAD, 121);
    grows("process.fds.by_kind.socket", PH_NO_THREAD, 120);
    grows("handles.by_kind.tcp.open", 0, 120);
    grows("handles.total", 0, 130);
    grows("resources.TCPSocketWrap", 0, 119);
    grows("listeners.total", 0, 900);
    grows("listeners.top[Socket error].listeners", 0, 120);
    grows("heap.used_after_full_gc_bytes", 0, 120 * 4096);
    grows("process.malloc_bytes", PH_NO_THREAD, 120 * 2048);
    grows("process.rss_anon_bytes", PH_NO_THREAD, 120 * 9000);

    only("sockets.tcp.established", "sockets");
    cr_assert_str_eq(ph_suspects_shown(suspects)->suspect[0].says,
                     "established TCP sockets grow by 120 an hour for 60 min, most of them to "
                     "10.0.0.7:443; each holds about 4.0 KB of the heap");
}

Test(suspects, a_leak_of_listeners_is_one_suspect_that_names_the_kind)
{
    grows("listeners.total", 0, 2000);
    grows("listeners.top[Cache update].listeners", 0, 1990);
    grows("listeners.heavy[bus update].listeners", 0, 1985);
    grows("heap.used_after_full_gc_bytes", 0, 206000);
    grows("process.rss_anon_bytes", PH_NO_THREAD, 598000);

    only("listeners.total", "listeners");
    cr_assert(
        strstr(ph_suspects_shown(suspects)->suspect[0].says, "most of them of Cache update"),
        "%s", ph_suspects_shown(suspects)->suspect[0].says);
}

Test(suspects, the_heap_by_itself_is_the_heap)
{
    grows("heap.used_after_full_gc_bytes", 0, 1336e3);
    grows("process.rss_anon_bytes", PH_NO_THREAD, 2056e3);
    grows("process.malloc_bytes", PH_NO_THREAD, 10e3);

    only("heap.used_after_full_gc_bytes", "heap");
}

Test(suspects, what_hangs_on_a_socket_but_is_far_too_much_is_a_suspect_of_its_own)
{
    grows("sockets.tcp.established", PH_NO_THREAD, 100);
    grows("heap.used_after_full_gc_bytes", 0, 100 * 1e6);

    cr_assert_eq(judge()->total, 2);
}

Test(suspects, buffers_are_external_and_not_what_else_they_show_in)
{
    grows("heap.array_buffers_bytes", 0, 1024e3);
    grows("heap.external_bytes", 0, 1025e3);
    grows("process.malloc_bytes", PH_NO_THREAD, 1029e3);
    grows("process.rss_anon_bytes", PH_NO_THREAD, 1024e3);
    grows("heap.used_after_full_gc_bytes", 0, 2e3);

    only("heap.array_buffers_bytes", "external");
}

Test(suspects, malloc_is_native_and_so_is_what_nothing_explains)
{
    grows("process.malloc_bytes", PH_NO_THREAD, 1041e3);
    grows("process.rss_anon_bytes", PH_NO_THREAD, 1033e3);
    only("process.malloc_bytes", "native");

    fake_verdict("process.malloc_bytes", PH_NO_THREAD, PH_NO_GRADE, 0);
    only("process.rss_anon_bytes", "native");
}

Test(suspects, files_are_descriptors_of_their_kind)
{
    grows("process.fds.open", PH_NO_THREAD, 10);
    grows("process.fds.by_kind.file", PH_NO_THREAD, 10);

    only("process.fds.open", "descriptors");
    cr_assert(strstr(ph_suspects_shown(suspects)->suspect[0].says, "of kind file"));
}

Test(suspects, timers_and_objects_own_what_they_hold)
{
    grows("handles.timers", 0, 2000);
    grows("resources.Timeout", 0, 2000);
    grows("heap.used_after_full_gc_bytes", 0, 292e3);
    only("handles.timers", "handles");

    fake_verdict("handles.timers", 0, PH_NO_GRADE, 0);
    fake_verdict("resources.Timeout", 0, PH_NO_GRADE, 0);
    grows("objects.job.count", PH_NO_THREAD, 100);
    only("objects.job.count", "objects");
}

Test(suspects, a_limit_that_an_effect_reaches_is_the_causes_trouble)
{
    fake_verdict("sockets.tcp.established", PH_NO_THREAD, PH_SUSPECT, 120);
    fake_verdict("process.fds.open", PH_NO_THREAD, PH_URGENT, 120);

    only("sockets.tcp.established", "sockets");
    cr_assert_eq(ph_suspects_shown(suspects)->suspect[0].verdict.grade, PH_URGENT);
}

/* ---- Judging ------------------------------------------------------------------------- */

Test(suspects, no_tick_judges_more_than_64_stretches_and_none_is_lost)
{
    char name[64];
    size_t before = fake_judged();
    unsigned ended;

    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "objects.type%d.count", i);
        fake_value(name, PH_NO_THREAD, PH_GAUGE, i);
    }
    ended = fake_pass(15);
    cr_assert_eq(ended, 1u);
    for (size_t judged = 64; judged < 200; judged += 64) {
        ph_suspects_judge(suspects, history, NULL, ended, UNIX_NS);
        ended = 0;
        cr_assert_eq(fake_judged() - before, judged);
    }
    ph_suspects_judge(suspects, history, NULL, 0, UNIX_NS);
    cr_assert_eq(fake_judged() - before, 200);
    ph_suspects_judge(suspects, history, NULL, 0, UNIX_NS);
    cr_assert_eq(fake_judged() - before, 200);
}

Test(suspects, five_hundred_and_twelve_are_judged_and_the_rest_is_counted)
{
    char name[64];

    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "objects.type%d.count", i);
        fake_value(name, PH_NO_THREAD, PH_GAUGE, i);
    }
    cr_assert_eq(judge()->judged, PH_JUDGES);
    cr_assert_eq(judge()->left_out, 600 - PH_JUDGES);
}

Test(suspects, of_many_peers_one_makes_room_for_what_there_is_once)
{
    char name[64];

    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "sockets.by_peer[10.0.0.%d:443].count", i);
        fake_value(name, PH_NO_THREAD, PH_GAUGE, i);
    }
    judge();
    grows("objects.job.count", PH_NO_THREAD, 100);
    only("objects.job.count", "objects");
}

Test(suspects, what_was_before_this_life_is_a_gap)
{
    history = fake_history(BORN);
    fake_value("objects.job.count", PH_NO_THREAD, PH_GAUGE, 7);
    judge();

    cr_assert_float_eq(fake_stretch()->end_s, BORN - fmod(BORN, 15) + 15, 1e-9);
    for (size_t i = 0; i < PH_BUCKETS; i++)
        cr_assert(isnan(fake_stretch()->value[i]), "the one in which it was born as well");
    fake_pass(15);
    judge();
    cr_assert_eq(fake_stretch()->value[PH_BUCKETS - 1], 7);
}

Test(suspects, a_place_that_another_series_got_has_a_fresh_judge)
{
    grows("objects.job.count", PH_NO_THREAD, 10);
    cr_assert_eq(judge()->total, 1);
    fake_replace("objects.job.count", PH_NO_THREAD, "objects.task.count");

    cr_assert_eq(judge()->total, 0);
    cr_assert_eq(judge()->judged, 1);
    fake_replace("objects.task.count", PH_NO_THREAD, "process.uptime_s");
    cr_assert_eq(judge()->judged, 0);
}

Test(suspects, counters_and_the_applications_gauges_are_not_judged)
{
    fake_value("metrics.depth", PH_NO_THREAD, PH_GAUGE, 1);
    fake_value("objects.job.count", PH_NO_THREAD, PH_COUNTER, 1);

    cr_assert_eq(judge()->judged, 0);
}

Test(suspects, the_serial_grows_with_each_change_of_a_grade)
{
    grows("objects.job.count", PH_NO_THREAD, 10);
    cr_assert_eq(judge()->suspect[0].reached[PH_SUSPECT], 1);
    judge();
    cr_assert_eq(ph_suspects_serial(suspects), 1);
    fake_verdict("objects.job.count", PH_NO_THREAD, PH_URGENT, 10);
    judge();
    cr_assert_eq(ph_suspects_serial(suspects), 2);
    cr_assert_eq(ph_suspects_shown(suspects)->suspect[0].reached[PH_CONFIRMED], 2);
    fake_verdict("objects.job.count", PH_NO_THREAD, PH_NO_GRADE, 10);
    cr_assert_eq(judge()->total, 0);
    cr_assert_eq(ph_suspects_serial(suspects), 3);
    grows("objects.job.count", PH_NO_THREAD, 10);
    cr_assert_eq(judge()->suspect[0].reached[PH_SUSPECT], 4, "again");
}

Test(suspects, worse_ones_come_first_and_32_are_shown)
{
    char name[64];

    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "objects.type%d.count", i);
        fake_verdict(name, PH_NO_THREAD, i == 39 ? PH_CONFIRMED : PH_SUSPECT, 10);
    }
    cr_assert_eq(judge()->total, 40);
    cr_assert_eq(judge()->n, PH_SUSPECTS);
    cr_assert_str_eq(judge()->suspect[0].series, "objects.type39.count");
}

Test(suspects, names_the_requests_that_a_leak_moves_with)
{
    double level = 100;

    grows("objects.job.count", PH_NO_THREAD, 100);
    for (int i = 0; i < 80; i++) {
        double rate = 10 + 5 * sin(i * 0.7) + 3 * sin(i * i);

        fake_value("http.server.started", 0, PH_COUNTER, rate);
        fake_value("metrics.other", PH_NO_THREAD, PH_COUNTER, 10 + 5 * cos(i * i * 0.3));
        fake_value("objects.job.count", PH_NO_THREAD, PH_GAUGE, level);
        fake_load(rate);
        level += rate * 15;
        judge();
    }
    cr_assert_eq(ph_suspects_shown(suspects)->suspect[0].n_moves_with, 1);
    cr_assert_str_eq(ph_suspects_shown(suspects)->suspect[0].moves_with[0].series,
                     "http.server.started");
    cr_assert_float_eq(ph_suspects_shown(suspects)->suspect[0].moves_with[0].per_event, 1,
                       0.05);
}

/* 20 suspects, all due again after 10 calls. */
Test(suspects, each_of_many_has_its_turn_to_be_asked_what_it_moves_with)
{
    const struct ph_suspects_copy *shown = ph_suspects_shown(suspects);
    double level = 100;
    char name[64];

    for (int i = 0; i < 80; i++) {
        double rate = 10 + 5 * sin(i * 0.7) + 3 * sin(i * i);
        unsigned ended;

        fake_value("http.server.started", 0, PH_COUNTER, rate);
        for (int j = 0; j < 20; j++) {
            snprintf(name, sizeof name, "objects.type%d.count", j);
            grows(name, PH_NO_THREAD, 100);
            fake_value(name, PH_NO_THREAD, PH_GAUGE, level);
        }
        fake_load(rate);
        level += rate * 15;
        ended = fake_pass(15);
        for (int call = 0; call < 10; call++)
            ph_suspects_judge(suspects, history, NULL, call ? 0 : ended, UNIX_NS);
    }
    cr_assert_eq(shown->n, 20);
    for (size_t i = 0; i < shown->n; i++)
        cr_assert_eq(shown->suspect[i].n_moves_with, 1, "%s", shown->suspect[i].series);
}

/* ---- What is shown ------------------------------------------------------------------- */

static char *json_of(bool all)
{
    struct ph_sink sink;
    size_t len;
    char *text;

    ph_sink_init(&sink, 1u << 20);
    ph_suspects_json(suspects, all, false, &sink);
    ph_sink_char(&sink, '\0');
    text = ph_sink_take(&sink, &len);
    ph_sink_fini(&sink);
    return text;
}

Test(suspects, a_verdict_has_the_form_of_the_interface)
{
    char *text;

    grows("sockets.tcp.established", PH_NO_THREAD, 118.2);
    judge();
    text = json_of(false);
    cr_assert_str_eq(
        text,
        "{\"suspects\":[{\"series\":\"sockets.tcp.established\",\"thread\":null,\"class\":"
        "\"sockets\",\"verdict\":\"growing\",\"grade\":\"suspect\",\"gates\":{\"data\":true,"
        "\"trend\":true,\"settling\":true,\"noise\":true,\"effect\":true,\"load\":true,"
        "\"steps\":true,\"persists\":true},\"confidence\":0.999,\"slope_interval\":null,"
        "\"slope_per_hour\":118.2,\"since\":\"2027-01-15T06:59:50.000Z\",\"window_s\":3600,"
        "\"level\":null,\"limit\":null,\"reaches_limit_in_s\":null,\"moves_with\":[],\"says\":"
        "\"established TCP sockets grow by 118 an hour for 60 min\"}],\"total\":1,"
        "\"truncated\":false,\"judged\":1,\"watched_s\":15}\n");
    free(text);
}

Test(suspects, all_that_is_judged_is_shown_with_its_gates)
{
    char *text;

    grows("process.fds.open", PH_NO_THREAD, 10);
    fake_value("handles.timers", 3, PH_GAUGE, 5);
    judge();
    text = json_of(true);
    cr_assert(strstr(text, "\"series\":\"handles.timers\",\"thread\":3"), "%s", text);
    cr_assert(strstr(text, "\"verdict\":\"stable\",\"grade\":null,\"gates\":{\"data\":true,"
                           "\"trend\":false}"));
    cr_assert(strstr(text, "\"total\":2"));
    free(text);
}

Test(suspects, judging_and_listing_allocate_nothing)
{
    size_t before;

    fake_value("handles.by_kind.tcp.open", 0, PH_GAUGE, 5);
    grows("sockets.tcp.established", PH_NO_THREAD, 118.2);
    before = alloc_calls();
    cr_assert_eq(judge()->total, 1);

    cr_assert_eq(alloc_calls(), before);
}

Test(suspects, none_is_an_empty_document_and_no_memory_is_no_document)
{
    char *text;

    ph_suspects_free(suspects);
    suspects = NULL;
    text = json_of(false);
    cr_assert_str_eq(text, "{\"suspects\":[],\"total\":0,\"truncated\":false,\"judged\":0,"
                           "\"watched_s\":0}\n");
    free(text);
    EVERY_ALLOC_FAILS({
        suspects = ph_suspects_new();
        text = json_of(true);
        cr_assert(text || alloc_failed());
        free(text);
        ph_suspects_free(suspects);
        suspects = NULL;
    });
}
