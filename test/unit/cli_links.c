/* SPDX-License-Identifier: MIT */
#include "cli/links.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct kangsnap snap;
static struct kangset set;
static struct links links;

static void end(void)
{
    links_fini(&links);
    kangset_fini(&set);
    kangsnap_fini(&snap);
}

TestSuite(cli_links, .fini = end);

#define SERVICE "\"service\":{\"name\":\"n\",\"ident\":\"i\"}"

/* Links among objects of the type `t`. */
static void find(const char *objects)
{
    struct kangset_origin origin = { .name = slice_of("h"), .target = slice_of("h") };
    struct buf body = { 0 };

    buf_puts(&body, "{" SERVICE ",\"types\":[\"t\"],\"t\":");
    buf_puts(&body, objects);
    buf_puts(&body, "}");
    cr_assert_eq(kangsnap_take(&body, NULL, &snap), CAUSE_NONE);
    cr_assert(kangset_add(&set, &snap, &origin));
    links_find(&set, &links);
}

static uint32_t node(const char *id)
{
    return links_node(&links, slice_of("t"), slice_of(id));
}

Test(cli_links, are_found_in_values_keys_and_lists_at_any_depth)
{
    find("{\"a\":{\"x\":[{\"t:b\":[[\"t:c\"]]}],\"y\":\"t:d\"},\"b\":1,\"c\":2,\"d\":\"t:a\"}");

    cr_assert_eq(links.edge_count, 4);
    cr_assert_eq(links.edges[0].to, node("b"));
    cr_assert(slice_equal(links.edges[0].via, slice_of("x")));
    cr_assert_eq(links.edges[1].to, node("c"));
    cr_assert(links.edges[2].mutual);
    cr_assert(links.edges[3].mutual);
    cr_assert_not(links.edges[0].mutual);
}

Test(cli_links, count_once_and_never_lead_to_the_object_itself_or_to_nobody)
{
    find("{\"a\":{\"x\":\"t:b\",\"y\":\"t:b\",\"z\":[\"t:a\",\"t:nobody\",\"u:b\",\":\",\"t:\"]"
         "},\"b\":{}}");

    cr_assert_eq(links.edge_count, 1);
}

Test(cli_links, ids_may_hold_colons_and_escapes)
{
    find("{\"a\":{\"x\":\"t:10.0.0.1:80\",\"\\u0079\":\"t:\\u0062\"},\"10.0.0.1:80\":{},\"b\":{"
         "}}");

    cr_assert_eq(links.edge_count, 2);
    cr_assert_eq(links.edges[0].to, node("10.0.0.1:80"));
    cr_assert(slice_equal(links.edges[1].via, slice_of("y")));
}

Test(cli_links, a_walk_takes_the_shortest_way_in_both_directions_and_ends)
{
    find("{\"a\":\"t:b\",\"b\":\"t:c\",\"c\":\"t:a\",\"d\":\"t:c\",\"e\":\"t:d\",\"f\":{}}");

    links_reach(&links, node("a"), 2);

    cr_assert_eq(links.reached_count, 4);
    cr_assert_eq(links.level[node("b")], 1);
    cr_assert_eq(links.level[node("c")], 1);
    cr_assert_eq(links.level[node("d")], 2);
    cr_assert_eq(links.level[node("e")], LINKS_NONE);
    cr_assert_eq(links.parent[node("d")], node("c"));
}

Test(cli_links, every_node_knows_its_name)
{
    find("{\"a\":{},\"b\":{}}");

    cr_assert(slice_equal(links_id(&links, node("b")), slice_of("b")));
    cr_assert(slice_equal(links_type(&links, node("b")), slice_of("t")));
    cr_assert(slice_equal(links_type(&links, 0), slice_of("service")));
    cr_assert_eq(node("c"), LINKS_NONE);
}
