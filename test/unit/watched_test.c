/* SPDX-License-Identifier: MIT */
#include "agent/watched.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *class_of(const char *series)
{
    const struct ph_watched_as *as = ph_watched_find(series);

    return as ? ph_class_name(as->class_of) : "none";
}

Test(watched, each_series_has_its_class)
{
    static const struct {
        const char *series, *class_of;
    } all[] = {
        { "heap.used_after_full_gc_bytes", "heap" },
        { "heap.external_bytes", "external" },
        { "heap.array_buffers_bytes", "external" },
        { "process.malloc_bytes", "native" },
        { "process.rss_anon_bytes", "native" },
        { "sockets.tcp.close_wait", "sockets" },
        { "sockets.by_peer[[::1]:443].count", "sockets" },
        { "http.agents[a.b origin.x:443].sockets", "sockets" },
        { "handles.by_kind.fs_event.open", "handles" },
        { "resources.Timeout", "handles" },
        { "listeners.top[My.Class data].listeners", "listeners" },
        { "objects.my.type.count", "objects" },
        { "process.fds.open", "descriptors" },
        { "heap.used_bytes", "none" },
        { "heap.used_after_full_gc_bytes2", "none" },
        { "sockets.tcp.time_wait", "none" },
        { "sockets.by_peer[10.0.0.7:443].recv_queue_bytes", "none" },
        { "objects.count", "none" },
        { "objects..count", "none" },
        { "metrics.depth", "none" },
        { "", "none" },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        cr_expect_str_eq(class_of(all[i].series), all[i].class_of, "%s", all[i].series);
}

Test(watched, tells_what_the_star_stands_for)
{
    const char *star;
    size_t n;

    cr_assert(ph_watched_matches("a[*].b", "a[x].b].b", &star, &n));
    cr_assert_eq(n, strlen("x].b"));
    cr_assert_eq(strncmp(star, "x].b", n), 0);
    cr_assert_not(ph_watched_matches("a[*].b", "a[].b", &star, &n), "nothing is no name");
    cr_assert_not(ph_watched_matches("ab*ba", "aba", &star, &n), "no overlap");
}

Test(watched, counters_of_work_may_be_causes)
{
    cr_assert(ph_watched_is_cause("http.client.started"));
    cr_assert(ph_watched_is_cause("metrics.jobs_done[kind=x]"));
    cr_assert(ph_watched_is_cause("objects.job.created"));
    cr_assert_not(ph_watched_is_cause("gc.num_full_gc"));
    cr_assert_not(ph_watched_is_cause("objects.job.released"));
}

Test(watched, classes_are_found_by_their_names)
{
    for (unsigned i = 0; i < PH_CLASSES; i++)
        cr_assert_eq(ph_class_named(ph_class_name((enum ph_class)i)), i);
    cr_assert_eq(ph_class_named("gpu"), PH_CLASSES);
    cr_assert_eq(ph_class_named(""), PH_CLASSES);
}
