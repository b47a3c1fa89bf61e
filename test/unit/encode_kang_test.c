/* SPDX-License-Identifier: MIT */
#include "agent/encode_kang.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/kang_names.h"
#include "alloc.h"
#include "feed.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct ph_identity identity = {
    .service = "api", .component = "web", .ident = "h/1", .version = "", .started_unix_ns = 1
};
static struct ph_types types;
static struct ph_board board;
static struct ph_current current;
static struct ph_haul *haul;
static const struct ph_kang_env env = { &identity, &types, &board, &current };
static char text[65536];

static void init(void)
{
    ph_types_init(&types);
    ph_board_init(&board, PH_NS_PER_S);
    ph_current_init(&current);
    haul = ph_haul_new(2);
    haul->lots[1].kind = PORTHOLE_TASK_PROVIDED;
    for (size_t i = 0; i < 2; i++)
        haul->lots[i].fragments = ph_fragments_new();
}

static void fini(void)
{
    ph_haul_unref(haul);
    ph_current_fini(&current);
    ph_board_fini(&board);
    ph_types_fini(&types);
}

TestSuite(encode_kang, .init = init, .fini = fini);

static void add(size_t lot, struct porthole_fragment given)
{
    given.id_bytes = given.id ? strlen(given.id) : 0;
    given.json_bytes = given.json ? strlen(given.json) : 0;
    cr_assert(ph_fragments_add(haul->lots[lot].fragments, &given));
}

static void object(const char *type, const char *id, const char *json)
{
    add(0, (struct porthole_fragment){ .type = type, .id = id, .json = json });
}

static const char *snapshot(void)
{
    feed_read(ph_encode_kang(haul, &env, false), 777, text, sizeof text);
    return text;
}

static const char *schema(void)
{
    feed_read(ph_encode_kang(haul, &env, true), 777, text, sizeof text);
    return text;
}

static bool has(const char *where, const char *what)
{
    return strstr(where, what) != NULL;
}

Test(encode_kang, a_snapshot_has_kangs_members_in_kangs_order)
{
    object("job", "1", "{\"n\":1}");
    snapshot();

    cr_assert(has(text, "{\"service\":{\"name\":\"api\",\"ident\":\"h/1\",\"version\":\"\","
                        "\"component\":\"web\"},\"stats\":{\"started\":\"1970-"),
              "%s", text);
    cr_assert(has(text, "\"memory\":{},\"porthole\":{\"loop\":\"none\",\"loop_age_ms\":0,"
                        "\"stale\":false,\"age_ms\":0,\"complete\":true}},"
                        "\"types\":[\"job\"],\"job\":{\"1\":{\"n\":1}}}\n"),
              "%s", text);
}

Test(encode_kang, types_without_objects_are_empty_objects)
{
    struct porthole_type *type;

    cr_assert_eq(ph_types_add(&types, "tracked", &type), PORTHOLE_OK);
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_TYPE, .type = "given" });

    cr_assert(
        has(snapshot(), "\"types\":[\"tracked\",\"given\"],\"tracked\":{},\"given\":{}}\n"),
        "%s", text);
}

Test(encode_kang, a_provider_that_speaks_for_the_service_wins_but_not_with_its_ident)
{
    add(1,
        (struct porthole_fragment){
            .kind = PORTHOLE_FRAGMENT_SERVICE,
            .json = "{\"name\":\"moray\",\"ident\":\"x\",\"version\":\"2\",\"component\":7}" });

    cr_assert(has(snapshot(), "{\"service\":{\"name\":\"moray\",\"ident\":\"h/1\","
                              "\"version\":\"2\",\"component\":\"web\"}"),
              "%s", text);
}

Test(encode_kang, stats_are_merged_the_first_wins_and_ours_always)
{
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_STATS,
                                       .json = "{\"a\":1,\"started\":0,\"memory\":0}" });
    object("job", "1", "1");
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_STATS, .json = "{}" });
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_STATS,
                                       .json = "{\"b\":[2],\"a\":3,\"porthole\":1}" });

    cr_assert(has(snapshot(), "\"stats\":{\"a\":1,\"b\":[2],\"started\":\""), "%s", text);
    cr_assert_not(has(text, "\"a\":3"));
    cr_assert_not(has(text, "\"memory\":0"));
}

Test(encode_kang, no_null_object_and_no_null_field_goes_out)
{
    object("t", "null", "null");
    add(0, (struct porthole_fragment){ .type = "t",
                                       .id = "some",
                                       .json = "{\"a\":null,\"b\":{\"c\":null},\"d\":null}",
                                       .has_nulls = true });
    add(0, (struct porthole_fragment){
               .type = "t", .id = "all", .json = "{\"a\":null}", .has_nulls = true });

    cr_assert(has(snapshot(),
                  "\"t\":{\"null\":{\"value\":\"null\"},\"some\":{\"b\":{\"c\":null}},"
                  "\"all\":{}}"),
              "%s", text);
}

Test(encode_kang, names_that_mean_something_get_an_underscore)
{
    object("stats", "1", "1");
    object("stats_", "2", "2");
    object("__proto__", "constructor", "3");
    object("__proto__", "constructor_", "4");
    object("service", "service", "5");
    object("toString", "hasOwnProperty", "6");

    cr_assert(has(snapshot(), "\"types\":[\"stats__\",\"stats_\",\"__proto___\",\"service_\","
                              "\"toString_\"],\"stats__\":{\"1\":1},\"stats_\":{\"2\":2},"
                              "\"__proto___\":{\"constructor_\":3,\"constructor__\":4},"
                              "\"service_\":{\"service\":5},"
                              "\"toString_\":{\"hasOwnProperty_\":6}}\n"),
              "%s", text);
}

Test(encode_kang, hostile_ids_are_only_text)
{
    static const char *const ids[] = {
        "", "\n", "\x1b[2J", "\"", "\\", "</script>", "\xC3\xA4"
    };
    json_t *json;

    for (size_t i = 0; i < COUNT(ids); i++)
        object("t", ids[i], "{}");
    cr_assert(ph_fragments_add(
        haul->lots[0].fragments,
        &(struct porthole_fragment){
            .type = "t", .id = "a\0b", .id_bytes = 3, .json = "1", .json_bytes = 1 }));
    json = json_loads(snapshot(), JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(json, "%s", text);
    for (size_t i = 0; i < COUNT(ids); i++)
        cr_assert_not_null(json_object_get(json_object_get(json, "t"), ids[i]), "%zu", i);
    cr_assert_not_null(json_object_get(json_object_get(json, "t"), "a\xE2\x90\x80"
                                                                   "b"));
    json_decref(json);
}

Test(encode_kang, of_two_with_one_name_the_younger_comes_later)
{
    add(0, (struct porthole_fragment){ .type = "t", .id = "x", .json = "2", .born_ns = 20 });
    add(0, (struct porthole_fragment){ .type = "t", .id = "y", .json = "4", .born_ns = 40 });
    add(1, (struct porthole_fragment){ .type = "t", .id = "x", .json = "1", .born_ns = 10 });
    add(1, (struct porthole_fragment){ .type = "t", .id = "x", .json = "3", .born_ns = 30 });

    cr_assert(has(snapshot(), "\"t\":{\"x\":1,\"x\":2,\"x\":3,\"y\":4}"), "%s", text);
}

Test(encode_kang, a_snapshot_is_the_same_however_it_is_read)
{
    static char whole[65536];

    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_STATS, .json = "{\"a\":1}" });
    for (int i = 0; i < 40; i++)
        add((size_t)i % 2, (struct porthole_fragment){ .type = i % 3 ? "a" : "b",
                                                       .id = "id",
                                                       .json = "{\"n\":null,\"m\":1}",
                                                       .has_nulls = i % 5 == 0 });
    snprintf(whole, sizeof whole, "%s", snapshot());
    for (size_t cap = 1; cap < 40; cap++) {
        feed_read(ph_encode_kang(haul, &env, false), cap, text, sizeof text);
        cr_assert_str_eq(strstr(text, "\"types\""), strstr(whole, "\"types\""), "%zu", cap);
    }
}

Test(encode_kang, without_schemas_the_schema_is_empty)
{
    object("job", "1", "1");
    cr_assert_str_eq(schema(), "{}\n");
}

Test(encode_kang, schemas_are_told_by_type)
{
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_SCHEMA,
                                       .type = "job",
                                       .json = "{\"summaryFields\":[\"n\"]}" });
    add(1, (struct porthole_fragment){
               .kind = PORTHOLE_FRAGMENT_SCHEMA, .type = "stats", .json = "[]" });
    add(1, (struct porthole_fragment){ .kind = PORTHOLE_FRAGMENT_TYPE, .type = "bare" });

    cr_assert_str_eq(schema(),
                     "{\"service\":{\"name\":\"api\",\"ident\":\"h/1\",\"version\":\"\","
                     "\"component\":\"web\"},\"types\":[\"job\",\"stats_\",\"bare\"],"
                     "\"schemas\":{\"job\":{\"summaryFields\":[\"n\"]},\"stats_\":[]}}\n");
}

Test(encode_kang, survives_every_failed_allocation)
{
    object("job", "1", "1");
    EVERY_ALLOC_FAILS({
        struct ph_feed *feed = ph_encode_kang(haul, &env, false);

        cr_assert_eq(feed == NULL, alloc_failed());
        if (feed)
            feed_read(feed, 777, text, sizeof text);
    });
}
