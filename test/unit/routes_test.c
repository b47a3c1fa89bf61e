/* SPDX-License-Identifier: MIT */
#include "agent/routes.h"

#include <criterion/criterion.h>
#include <string.h>

#include "porthole_wire.h"

Test(routes, each_has_a_path_a_line_of_help_and_an_answer)
{
    size_t n = 0;

    for (const struct ph_route *r = ph_routes; r->path; r++, n++) {
        cr_assert_eq(r->path[0], '/', "%s", r->path);
        cr_assert_not_null(r->help, "%s", r->path);
        cr_assert_gt(strlen(r->help), 0, "%s", r->path);
        cr_assert_null(strpbrk(r->help, "\n<>&"), "%s: shown as text and as HTML", r->path);
        cr_assert_not_null(r->answer, "%s", r->path);
    }
    cr_assert_geq(n, 5);
}

Test(routes, no_path_is_listed_twice)
{
    for (const struct ph_route *a = ph_routes; a->path; a++)
        for (const struct ph_route *b = a + 1; b->path; b++)
            cr_assert_str_neq(a->path, b->path);
}

Test(routes, each_is_found_by_its_path)
{
    for (const struct ph_route *r = ph_routes; r->path; r++)
        cr_assert_eq(ph_route_find(r->path), r, "%s", r->path);
}

Test(routes, only_some_go_on_below_their_path)
{
    const struct ph_route *state = ph_route_find(PORTHOLE_PATH_STATE);

    cr_assert_eq(ph_route_find("/state/process"), state);
    cr_assert_eq(ph_route_find("/state/"), state);
    cr_assert_null(ph_route_find("/metrics/x"));
    cr_assert_null(ph_route_find("/healthz/"));
}

Test(routes, what_is_not_there_is_not_found)
{
    static const char *const paths[] = {
        "",       "state",    "/states",   "/stat", "//state",
        "/STATE", "/state?x", "/../state", "/x",    "/metricsx"
    };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        cr_assert_null(ph_route_find(paths[i]), "%s", paths[i]);
}

Test(routes, only_those_for_monitoring_are_open)
{
    static const char *const open_paths[] = { "/metrics", "/healthz", "/livez" };

    for (const struct ph_route *r = ph_routes; r->path; r++) {
        bool listed = false;

        for (size_t i = 0; i < sizeof open_paths / sizeof open_paths[0]; i++)
            listed = listed || strcmp(r->path, open_paths[i]) == 0;
        cr_assert_eq(r->access == PH_ACCESS_OPEN, listed, "%s", r->path);
    }
}
