/* SPDX-License-Identifier: MIT */
#include "cli/kangrow.h"
#include "cli/mem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct kangsnap snaps[4];
static size_t count;
static struct kangset set;

static void end(void)
{
    kangset_fini(&set);
    for (size_t i = 0; i < count; i++)
        kangsnap_fini(&snaps[i]);
}

TestSuite(cli_kang, .fini = end);

static enum cause take(const char *text, const char *wanted)
{
    struct slice type = slice_of(wanted != NULL ? wanted : "");
    struct buf body = { 0 };
    enum cause cause;

    buf_puts(&body, text);
    cause = kangsnap_take(&body, wanted != NULL ? &type : NULL, &snaps[count]);
    count += cause == CAUSE_NONE;
    buf_fini(&body);
    return cause;
}

static void add(const char *text)
{
    struct kangset_origin origin = { .name = slice_of("http://h:1/k"),
                                     .target = slice_of("h:1") };

    cr_assert_eq(take(text, NULL), CAUSE_NONE);
    cr_assert(kangset_add(&set, &snaps[count - 1], &origin));
}

static void add_text(void *user, struct slice name, const struct kangrow_value *value)
{
    struct buf *out = user;

    buf_add(out, name.text, name.len);
    buf_puts(out, "=");
    kangrow_text(out, value);
    buf_puts(out, " ");
}

/* All rows of a type as text. */
static void expect(const char *type, const char *id, const char *want)
{
    struct slice wanted = slice_of(id != NULL ? id : "");
    struct kangrow_list list = kangrow_find(&set, slice_of(type), id != NULL ? &wanted : NULL);
    struct buf out = { 0 };

    for (size_t i = 0; i < list.count; i++) {
        kangrow_fields(&list, &list.items[i], true, add_text, &out);
        buf_puts(&out, "; ");
    }
    cr_assert_str_eq(buf_text(&out), want);
    kangrow_fini(&list);
    buf_fini(&out);
}

#define SERVICE "\"service\":{\"name\":\"n\",\"ident\":\"i\"}"
#define OTHER "\"service\":{\"name\":\"n\",\"component\":\"c\",\"ident\":7}"

Test(cli_kang, merging_writes_id_and_origin_and_a_service_key)
{
    add("{" SERVICE
        ",\"types\":[\"t\"],\"t\":{\"a\":{\"v\":1,\"t\":0,\"origin\":2},\"b\":\"s\"}}");

    expect("t", NULL, "v=1 t=a origin=n.i ; body=s origin=n.i t=b ; ");
    expect("service", NULL, "name=n ident=i source=http://h:1/k service=n.i ; ");
    expect("stats", NULL, "");
}

Test(cli_kang, objects_of_one_id_stand_together_in_the_order_of_targets)
{
    add("{" SERVICE ",\"types\":[\"t\"],\"t\":{\"b\":{},\"10\":{},\"9\":{}}}");
    add("{" OTHER ",\"types\":[\"t\"],\"t\":{\"b\":{},\"01\":{}}}");

    expect("t", NULL,
           "origin=n.i t=9 ; origin=n.i t=10 ; origin=n.i t=b ; "
           "origin=n.c.7 t=b ; origin=n.c.7 t=01 ; ");
    expect("t", "b", "origin=n.i t=b ; origin=n.c.7 t=b ; ");
    expect("t", "c", "");
    expect("type", NULL, "type=service ; type=t ; ");
}

Test(cli_kang, of_two_objects_with_one_id_the_later_counts)
{
    add("{\"t\":{\"a\":{\"v\":1},\"a\":{\"v\":2}}," SERVICE ",\"types\":[\"t\",\"t\"]}");

    expect("t", NULL, "v=2 origin=n.i t=a ; ");
}

Test(cli_kang, what_is_no_object_has_a_value)
{
    add("{" SERVICE ",\"types\":[\"t\"],\"t\":{\"a\":null,\"b\":[1,null,[2]],\"c\":true}}");

    expect("t", NULL,
           "value=null origin=n.i t=a ; value=1,,2 origin=n.i t=b ; "
           "value=true origin=n.i t=c ; ");
}

Test(cli_kang, types_that_are_not_there_or_reserved_are_passed_over)
{
    add("{" SERVICE ",\"types\":[\"service\",\"stats\",\"types\",1,null,\"gone\",\"n\",\"l\"],"
        "\"n\":null,\"l\":[1]}");

    expect("type", NULL, "type=service ; ");
}

Test(cli_kang, other_documents_say_what_they_are)
{
    cr_assert_eq(take("[]", NULL), CAUSE_NO_SERVICE);
    cr_assert_eq(take("{\"types\":[]}", NULL), CAUSE_NO_SERVICE);
    cr_assert_eq(take("{\"service\":null}", NULL), CAUSE_NO_SERVICE);
    cr_assert_eq(take("{", NULL), CAUSE_TRUNCATED);
    cr_assert_eq(take("{]", NULL), CAUSE_BAD_JSON);
    cr_assert_eq(take("{\"service\":{}}", NULL), CAUSE_NONE);
    cr_assert_str_eq(snaps[0].key.text, "undefined.undefined");
}

Test(cli_kang, only_the_wanted_type_is_kept_and_the_others_are_known)
{
    static const char text[] =
        "{" SERVICE
        ",\"types\":[\"big\",\"t\"],\"big\":{\"a\":\"0123456789012345678901234567890123"
        "456789012345678901234567890123456789012345678901234567890123456789\"},\"t\":{\"x\":1}"
        "}";

    cr_assert_eq(take(text, "t"), CAUSE_NONE);

    cr_assert_lt(snaps[0].bytes, sizeof text / 2);
    cr_assert(snaps[0].any[0]);
    cr_assert_eq(snaps[0].objects[0].len, 0);
    cr_assert_eq(snaps[0].objects[1].len, strlen("{\"x\":1}"));
}

Test(cli_kang, a_copy_says_its_age)
{
    cr_assert_eq(
        take("{" SERVICE ",\"stats\":{\"porthole\":{\"stale\":true,\"age_ms\":1500}}}", NULL),
        CAUSE_NONE);
    cr_assert_eq(take("{" SERVICE ",\"stats\":{\"porthole\":{\"stale\":false}}}", NULL),
                 CAUSE_NONE);

    cr_assert_float_eq(snaps[0].stale_ms, 1500, 0);
    cr_assert(isnan(snaps[1].stale_ms));
}

Test(cli_kang, a_hundred_thousand_names_are_found_again)
{
    struct names names = { 0 };
    struct pool pool = { 0 };

    for (int i = 0; i < 100000; i++) {
        char text[16];
        struct slice name = { text, (size_t)snprintf(text, sizeof text, "c%d", i) };

        cr_assert_eq(names_add(&names, pool_copy(&pool, name)), (uint32_t)i);
        cr_assert_eq(names_add(&names, name), (uint32_t)i);
    }
    cr_assert_eq(names_find(&names, slice_of("c77777")), 77777);
    cr_assert_eq(names_find(&names, slice_of("c100000")), NAMES_NONE);
    names_fini(&names);
    pool_fini(&pool);
}
