/* SPDX-License-Identifier: MIT */
#include "agent/limits.h"

#include <criterion/criterion.h>
#include <math.h>

static const struct ph_metric limit = { PH_COUNT("limit"), "", NULL };
static const struct ph_metric memory = { PH_BYTES("memory_limit_bytes"), "", NULL };
static const struct ph_metric heap = { PH_BYTES("limit_bytes"), "", NULL };
static const struct ph_metric id = { PH_COUNT("id"), "", NULL };

static void build_process(struct ph_builder *b)
{
    ph_build_object(b, "process");
    ph_build_object(b, "fds");
    ph_build_uint(b, &limit, 1024);
    ph_build_end(b);
    ph_build_object(b, "cgroup");
    ph_build_uint(b, &memory, UINT64_MAX); /* unlimited */
    ph_build_end(b);
    ph_build_end(b);
}

static void build_threads(struct ph_builder *b)
{
    ph_build_array(b, "threads");
    for (unsigned i = 0; i < 3; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_uint(b, &id, 7 * i);
        if (i == 2) {
            ph_build_null(b, "heap");
        } else {
            ph_build_object(b, "heap");
            ph_build_uint(b, &heap, 1000 + i);
            ph_build_end(b);
        }
        ph_build_end(b);
    }
    ph_build_end(b);
}

Test(limits, are_found_in_the_state_and_unknown_where_they_are_not)
{
    struct ph_limits limits;
    struct ph_snapshot *snapshot;
    struct ph_builder b;

    ph_build_begin(&b);
    build_process(&b);
    build_threads(&b);
    snapshot = ph_build_freeze(&b, 0, 0, 0);
    ph_limits_read(snapshot, &limits);
    ph_snapshot_unref(snapshot);

    cr_assert_eq(limits.descriptors, 1024);
    cr_assert(isnan(limits.memory));
    cr_assert_eq(ph_limits_heap(&limits, 0), 1000);
    cr_assert_eq(ph_limits_heap(&limits, 7), 1001);
    cr_assert(isnan(ph_limits_heap(&limits, 14)), "it told none");
    cr_assert(isnan(ph_limits_heap(&limits, 3)), "no such thread");
}

Test(limits, of_an_empty_state_nothing_is_known)
{
    struct ph_limits limits;
    struct ph_snapshot *snapshot;
    struct ph_builder b;

    ph_build_begin(&b);
    snapshot = ph_build_freeze(&b, 0, 0, 0);
    ph_limits_read(snapshot, &limits);
    ph_snapshot_unref(snapshot);

    cr_assert(isnan(limits.descriptors));
    cr_assert(isnan(limits.memory));
    cr_assert_eq(limits.n_heaps, 0);
}
