/* SPDX-License-Identifier: MIT */
#include "cli/estimate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct estimate estimate;

static bool load(const char *text)
{
    return estimate_read(text, strlen(text), &estimate);
}

static const char *described(void)
{
    static char text[256];
    struct buf out = { 0 };

    estimate_describe(&out, &estimate);
    memcpy(text, buf_text(&out), out.len + 1);
    buf_fini(&out);
    return text;
}

Test(cli_estimate, says_all_figures)
{
    cr_assert(
        load("{\"heap_used_bytes\":262144000,\"estimate\":{\"loop_s\":18.2,"
             "\"memory_bytes\":3221225472,\"file_bytes\":419430400},"
             "\"headroom_bytes\":1073741824,\"allowed\":false,\"reason\":\"too little\"}"));

    cr_assert_str_eq(described(),
                     "heap 250M; the loop will stand still for about 18 s; it needs 3.0G of "
                     "memory (1.0G left) and 400M on disk here");
    cr_assert_not(estimate.allowed);
    cr_assert_str_eq(estimate.reason, "too little");
}

Test(cli_estimate, never_makes_up_what_it_does_not_know)
{
    cr_assert(load("{\"estimate\":{},\"headroom_bytes\":null,\"allowed\":true}"));

    cr_assert_null(strstr(described(), "0"));
    cr_assert_not_null(strstr(described(), "an unknown time"));
    cr_assert(estimate_deadline_ms(&estimate) >= 60000);
}

Test(cli_estimate, refuses_what_is_none)
{
    cr_assert_not(load("{}"));
    cr_assert_not(load("{\"estimate\":7}"));
    cr_assert_not(load("garbage"));
    cr_assert_not(load(""));
}

Test(cli_estimate, the_deadline_leaves_room_for_ten_times_the_work)
{
    cr_assert(load("{\"estimate\":{\"loop_s\":18,\"file_bytes\":400000000}}"));

    cr_assert_float_eq(estimate_deadline_ms(&estimate), (60 + 180 + 400) * 1000.0, 1);
}

Test(cli_estimate, reads_the_cost_header)
{
    cr_assert_float_eq(estimate_cost_ms("loop_ms=12.3; gc_ms=4.5"), 12.3, 1e-9);
    cr_assert_float_eq(estimate_cost_ms("gc_ms=4.5; loop_ms=7"), 7, 1e-9);
    cr_assert(isnan(estimate_cost_ms("")));
    cr_assert(isnan(estimate_cost_ms("loop_ms=")));
    cr_assert(isnan(estimate_cost_ms("loop_ms=-1")));
    cr_assert(isnan(estimate_cost_ms("loop_ms=nan")));
}
