/* SPDX-License-Identifier: MIT */
#include "agent/snapshot.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "porthole.h"

static const struct ph_metric count = { "count", PH_GAUGE, PH_UNIT_COUNT, "A count.", NULL };
static const struct ph_metric keyless = { NULL, PH_GAUGE, PH_UNIT_COUNT, "In /metrics only.",
                                          "family" };

static struct ph_snapshot *freeze(struct ph_builder *b)
{
    return ph_build_freeze(b, 7, 8, 9);
}

Test(snapshot, keeps_tick_and_times)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    s = freeze(&b);

    cr_assert_eq(s->tick, 7);
    cr_assert_eq(s->at_ns, 8);
    cr_assert_eq(s->at_unix_ns, 9);
    cr_assert_eq(s->n_nodes, 1, "the root");
    ph_snapshot_unref(s);
}

Test(snapshot, finds_top_level_sections_only)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_object(&b, "first");
    ph_build_text(&b, "inner", "x");
    ph_build_end(&b);
    ph_build_array(&b, "second");
    ph_build_end(&b);
    s = freeze(&b);

    cr_assert_eq(ph_snapshot_find(s, "first"), 1);
    cr_assert_eq(ph_snapshot_find(s, "second"), 3);
    cr_assert_eq(ph_snapshot_find(s, "inner"), 0);
    cr_assert_eq(ph_snapshot_find(s, ""), 0);
    ph_snapshot_unref(s);
}

Test(snapshot, a_container_leads_behind_all_it_holds)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_object(&b, "a");
    ph_build_object(&b, "b");
    ph_build_uint(&b, &count, 1);
    ph_build_end(&b);
    ph_build_end(&b);
    ph_build_null(&b, "c");
    s = freeze(&b);

    cr_assert_eq(s->nodes[0].next, 5);
    cr_assert_eq(s->nodes[1].next, 4);
    cr_assert_eq(s->nodes[2].next, 4);
    cr_assert_eq(s->nodes[3].next, 4);
    cr_assert_eq(s->nodes[4].next, 5);
    ph_snapshot_unref(s);
}

Test(snapshot, freezing_closes_what_is_still_open)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_object(&b, "a");
    ph_build_object(&b, "b");
    s = freeze(&b);

    cr_assert_eq(s->nodes[0].next, 3);
    cr_assert_null(b.snapshot, "the builder is empty afterwards");
    ph_snapshot_unref(s);
}

Test(snapshot, what_is_unknown_becomes_null)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_uint(&b, &count, PORTHOLE_UNKNOWN);
    ph_build_real(&b, &count, NAN);
    ph_build_real(&b, &count, INFINITY);
    ph_build_text(&b, "text", NULL);
    ph_build_time(&b, "time", 0);
    s = freeze(&b);

    for (uint32_t i = 1; i < s->n_nodes; i++)
        cr_assert_eq(s->nodes[i].type, PH_NODE_NULL, "node %u", i);
    ph_snapshot_unref(s);
}

Test(snapshot, a_metric_without_a_key_is_hidden)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_uint(&b, &keyless, 1);
    ph_build_real(&b, &keyless, 1);
    ph_build_entry(&b, "named", &keyless, 1);
    s = freeze(&b);

    cr_assert(s->nodes[1].hidden);
    cr_assert(s->nodes[2].hidden);
    cr_assert_not(s->nodes[3].hidden);
    ph_snapshot_unref(s);
}

Test(snapshot, copies_the_text_it_is_given)
{
    char text[] = "before";
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    ph_build_text(&b, "t", text);
    ph_build_map(&b, "m", "label");
    ph_build_entry(&b, text, &count, 1);
    ph_build_end(&b);
    ph_build_item(&b, "label", text);
    memcpy(text, "after!", sizeof text);
    s = freeze(&b);

    cr_assert_str_eq(s->nodes[1].as.text, "before");
    cr_assert_str_eq(s->nodes[3].key, "before");
    cr_assert_str_eq(s->nodes[4].label_value, "before");
    ph_snapshot_unref(s);
}

Test(snapshot, depth_has_a_ceiling)
{
    struct ph_builder b;
    struct ph_snapshot *s;

    ph_build_begin(&b);
    for (unsigned depth = 1; depth < PH_SNAPSHOT_DEPTH; depth++)
        ph_build_object(&b, "deeper");
    cr_assert_not(b.failed);
    ph_build_object(&b, "too deep");
    ph_build_end(&b);
    s = freeze(&b);

    cr_assert_null(s);
}

static struct ph_snapshot *with_nodes(uint32_t n)
{
    struct ph_builder b;

    ph_build_begin(&b); /* is one */
    for (uint32_t i = 1; i < n; i++)
        ph_build_uint(&b, &count, i);
    return freeze(&b);
}

Test(snapshot, nodes_have_a_ceiling)
{
    struct ph_snapshot *full = with_nodes(PH_SNAPSHOT_NODES);

    cr_assert_not_null(full);
    cr_assert_eq(full->n_nodes, PH_SNAPSHOT_NODES);
    cr_assert_eq(full->nodes[PH_SNAPSHOT_NODES - 1].as.u, PH_SNAPSHOT_NODES - 1);
    cr_assert_null(with_nodes(PH_SNAPSHOT_NODES + 1));
    ph_snapshot_unref(full);
}

Test(snapshot, text_has_a_ceiling)
{
    static char long_text[1 << 20];
    struct ph_builder b;
    struct ph_snapshot *s;

    memset(long_text, 'x', sizeof long_text - 1);
    ph_build_begin(&b);
    for (int i = 0; i < 4; i++)
        ph_build_text(&b, "t", long_text);
    cr_assert_not(b.failed);
    ph_build_text(&b, "t", "one more");
    s = freeze(&b);

    cr_assert_null(s);
}

Test(snapshot, after_a_failure_every_call_does_nothing)
{
    static const struct ph_hist_view view;
    struct ph_builder b;

    ph_build_begin(&b);
    for (unsigned depth = 0; depth < PH_SNAPSHOT_DEPTH; depth++)
        ph_build_object(&b, "deeper");
    cr_assert(b.failed);
    ph_build_array(&b, "a");
    ph_build_map(&b, "m", "l");
    ph_build_entry_object(&b, "e");
    ph_build_item(&b, "l", "v");
    ph_build_uint(&b, &count, 1);
    ph_build_real(&b, &count, 1);
    ph_build_hist(&b, &count, &view);
    ph_build_entry(&b, "e", &count, 1);
    ph_build_entry_real(&b, "e", &count, 1);
    ph_build_entry_hist(&b, "e", &count, &view);
    ph_build_text(&b, "t", "x");
    ph_build_time(&b, "t", 1);
    ph_build_bool(&b, "b", true);
    ph_build_null(&b, "n");
    ph_build_identity(&b);
    for (unsigned depth = 0; depth < 2 * PH_SNAPSHOT_DEPTH; depth++)
        ph_build_end(&b);

    cr_assert_null(freeze(&b));
}

Test(snapshot, survives_every_failed_allocation)
{
    static struct ph_hist_view view;

    EVERY_ALLOC_FAILS({
        struct ph_builder b;
        struct ph_snapshot *s;

        ph_build_begin(&b);
        for (int i = 0; i < 2000; i++) {
            ph_build_text(&b, "t", "a text to fill the arena with");
            ph_build_entry_hist(&b, "h", &count, &view);
        }
        s = freeze(&b);

        cr_assert_eq(!s, alloc_failed());
        ph_snapshot_unref(s);
    });
}

Test(snapshot, says_what_memory_it_holds)
{
    struct ph_snapshot *few = with_nodes(10), *many = with_nodes(10000);

    cr_assert_geq(ph_snapshot_bytes(few), 10 * sizeof few->nodes[0]);
    cr_assert_geq(ph_snapshot_bytes(many),
                  ph_snapshot_bytes(few) + 9990 * sizeof few->nodes[0]);
    ph_snapshot_unref(few);
    ph_snapshot_unref(many);
}

Test(snapshot, lives_until_its_last_reference_and_may_be_none)
{
    struct ph_snapshot *s = with_nodes(2);

    cr_assert_eq(ph_snapshot_ref(s), s);
    ph_snapshot_unref(s);
    cr_assert_eq(s->n_nodes, 2);
    ph_snapshot_unref(s);
    cr_assert_null(ph_snapshot_ref(NULL));
    ph_snapshot_unref(NULL);
}
