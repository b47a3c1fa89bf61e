/* SPDX-License-Identifier: MIT */
#include "agent/headroom.h"

#include <criterion/criterion.h>
#include <stdint.h>

#include "porthole.h"

#define MB (UINT64_C(1) << 20)

Test(headroom, an_empty_heap_still_costs_something)
{
    struct ph_snapshot_estimate e;

    ph_snapshot_estimate(0, &e);

    cr_assert_gt(e.loop_s, 0);
    cr_assert_geq(e.memory_bytes, MB);
    cr_assert_eq(e.file_bytes, 0);
}

Test(headroom, a_larger_heap_costs_more_of_everything)
{
    struct ph_snapshot_estimate small, large;

    ph_snapshot_estimate(30 * MB, &small);
    ph_snapshot_estimate(300 * MB, &large);

    cr_assert_gt(large.loop_s, small.loop_s);
    cr_assert_gt(large.memory_bytes, small.memory_bytes);
    cr_assert_gt(large.file_bytes, small.file_bytes);
    cr_assert_gt(small.memory_bytes, 30 * MB, "never below the heap itself");
}

Test(headroom, the_figures_of_a_huge_heap_do_not_wrap)
{
    struct ph_snapshot_estimate e;

    ph_snapshot_estimate(UINT64_C(1) << 44, &e);

    cr_assert_gt(e.memory_bytes, UINT64_C(1) << 44);
    cr_assert_gt(e.file_bytes, UINT64_C(1) << 44);
}

Test(headroom, this_machine_has_some)
{
    uint64_t room = ph_headroom_bytes();

    cr_assert_neq(room, PORTHOLE_UNKNOWN, "/proc/meminfo says");
    cr_assert_gt(room, MB);
}
