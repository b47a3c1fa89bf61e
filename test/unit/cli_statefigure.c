/* SPDX-License-Identifier: MIT */
#include "cli/statefigure.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const char text[] =
    "{\"objects\":{\"job\":{\"count\":null},\"job.high\":{\"count\":7}},"
    "\"sockets\":{\"total\":5,\"by_peer\":[{\"peer\":\"[::1]:443\",\"count\":3},"
    "{\"peer\":\"10.0.0.7:443\",\"count\":2}],"
    "\"by_local_port\":[{\"local_port\":80,\"count\":9,\"listening\":true},{}]},"
    "\"metrics\":{\"depth\":2.5,\"jobs\":[{\"labels\":{\"queue\":\"mail\",\"grade\":\"high\"},"
    "\"value\":11}],\"took\":[{\"labels\":{\"queue\":\"mail\"},\"count\":4}]},"
    "\"threads\":[{\"id\":0,\"loop\":{\"utilization\":0.25},\"handles\":{\"total\":10}},"
    "{\"id\":3,\"loop\":{\"utilization\":0.75},\"handles\":{\"total\":1},\"listeners\":"
    "{\"top\":[{\"emitter\":\"Socket\",\"event\":\"error\",\"listeners\":6}]}}]}";

static double value(const char *figure)
{
    struct doc *state = NULL;
    double found;

    cr_assert_eq(doc_read(text, strlen(text), &state), CAUSE_NONE);
    found = statefigure_read(state, figure);
    doc_free(state);
    return found;
}

Test(statefigure, items_of_lists_are_told_by_their_names)
{
    cr_assert_eq(value("sockets.by_peer[10.0.0.7:443].count"), 2);
    cr_assert_eq(value("sockets.by_peer[[::1]:443].count"), 3);
    cr_assert_eq(value("sockets.by_local_port[80].count"), 9);
    cr_assert_eq(value("listeners.top[Socket error].listeners"), 6);
    cr_assert_eq(value("metrics.jobs[mail high]"), 11);
    cr_assert_eq(value("metrics.took[mail].count"), 4);
}

Test(statefigure, what_is_not_there_is_not_known)
{
    static const char *const figures[] = {
        "sockets.by_peer[10.0.0.7:443]",
        "sockets.by_peer[10.0.0.7:44].count",
        "sockets.by_peer[10.0.0.7:443",
        "sockets.by_peer[].count",
        "sockets.by_local_port[8].count",
        "sockets.total[x].count",
        "listeners.top[Socket].listeners",
        "metrics.jobs[mail]",
        "metrics.jobs[high mail]",
        "objects.job.count",
        "sockets",
        "sockets.",
    };

    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        cr_expect(isnan(value(figures[i])), "%s", figures[i]);
    cr_assert(isnan(statefigure_read(NULL, "sockets.total")));
}

Test(statefigure, a_name_of_the_application_may_have_dots)
{
    cr_assert_eq(value("objects.job.high.count"), 7);
}

Test(statefigure, sums_and_the_highest_of_threads)
{
    cr_assert_eq(value("handles.total"), 11);
    cr_assert_eq(value("threads.loop.utilization"), 0.75);
}
