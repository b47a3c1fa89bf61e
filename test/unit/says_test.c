/* SPDX-License-Identifier: MIT */
#include "agent/says.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static char text[PH_SAYS_BYTES];
static struct ph_verdict verdict;
static struct ph_moves_with moves[PH_MOVES_WITH];
static struct ph_saying saying;

static void begin(void)
{
    verdict = (struct ph_verdict){ .tendency = PH_GROWING,
                                   .grade = PH_CONFIRMED,
                                   .low_per_h = NAN,
                                   .high_per_h = NAN,
                                   .value = NAN,
                                   .reaches_limit_s = NAN };
    saying =
        (struct ph_saying){ .thread = PH_NO_THREAD, .verdict = &verdict, .moves_with = moves };
}

TestSuite(says, .init = begin);

static const char *says(const char *series, double per_h, double window_h)
{
    saying.series = series;
    saying.as = ph_watched_find(series);
    verdict.slope_per_h = per_h;
    verdict.window_s = window_h * 3600;
    ph_says(&saying, text);
    return text;
}

static void moves_with(const char *series, double per_event)
{
    struct ph_moves_with *m = &moves[saying.n_moves_with++];

    memset(m, 0, sizeof *m);
    snprintf(m->series, sizeof m->series, "%s", series);
    m->per_event = per_event;
}

Test(says, how_sockets_grow_where_to_and_with_what)
{
    saying.part = "sockets.by_peer[10.0.0.7:443].count";
    moves_with("http.client.started", 1);

    cr_assert_str_eq(says("sockets.tcp.established", 118.2, 3),
                     "established TCP sockets grow by 118 an hour for 3 h, most of them to "
                     "10.0.0.7:443; they move with HTTP client requests (1.0 each)");
}

Test(says, how_the_heap_grows_and_when_it_is_full)
{
    double mb_a_day = 1048576.0 / 24;

    verdict.low_per_h = 7.6 * mb_a_day;
    verdict.high_per_h = 8.6 * mb_a_day;
    verdict.reaches_limit_s = 16.2 * 86400;

    cr_assert_str_eq(says("heap.used_after_full_gc_bytes", 8.1 * mb_a_day, 31),
                     "the JavaScript heap grows by 8.1 MB a day (7.6 MB to 8.6 MB) for 31 h; "
                     "it reaches its limit in 16 days");
}

Test(says, in_the_unit_of_time_a_person_pictures)
{
    cr_assert(strstr(says("handles.timers", 0.5, 50), "grow by 12 a day for 2 days"), "%s",
              text);
    cr_assert(strstr(says("handles.timers", 3600, 0.2), "grow by 60 a minute for 12 min"), "%s",
              text);
    cr_assert(strstr(says("process.malloc_bytes", 209715200, 1), "grows by 200 MB an hour"),
              "%s", text);
}

Test(says, which_thread_and_two_counters)
{
    saying.thread = 3;
    saying.heap_each = 4200;
    moves_with("metrics.jobs_done", 0.05);
    moves_with("objects.job.created", NAN);

    cr_assert_str_eq(says("listeners.total", 120, 3),
                     "in thread 3, event listeners grow by 120 an hour for 3 h; each holds "
                     "about 4.1 KB of the heap; they move with the application's jobs_done "
                     "(0.05 each) and new objects of type job");
}

Test(says, what_does_not_grow_for_good)
{
    verdict.value = 402;
    verdict.tendency = PH_SETTLING;
    cr_assert_str_eq(says("handles.total", 9, 3), "libuv handles have grown and settle at 402");
    verdict.tendency = PH_STEPWISE;
    cr_assert_str_eq(says("handles.total", 9, 3), "libuv handles grow in steps, now 402");
    verdict.tendency = PH_STABLE;
    cr_assert_str_eq(says("heap.external_bytes", NAN, 3),
                     "memory that JavaScript objects hold outside the heap does not grow: "
                     "402 bytes");
    verdict.tendency = PH_UNKNOWN;
    cr_assert_str_eq(says("handles.timers", NAN, 0),
                     "timers have not been watched for long enough");
}

Test(says, nothing_a_terminal_would_obey_and_no_end_that_is_not_marked)
{
    char series[PH_HISTORY_NAME];

    says("objects.\033[2J\xc3\xa9\n%s.count", 10, 3);
    cr_assert_str_eq(text, "registered objects of type ?[2J???%s grow by 10 an hour for 3 h");

    memset(series, 'x', sizeof series);
    memcpy(series, "metrics.", 8);
    series[sizeof series - 1] = '\0';
    moves_with(series, 1);
    moves_with(series, 1);
    saying.part = "listeners.top[yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                  "yyyyyyyyyyyyyyyyyyyyyyyyy].listeners";
    says("listeners.total", 10, 3);
    cr_assert_eq(strlen(text), PH_SAYS_BYTES - 1);
    cr_assert_str_eq(text + PH_SAYS_BYTES - 4, "...");
}
