/* SPDX-License-Identifier: MIT */
#include "agent/encode_objects.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/place.h"
#include "alloc.h"
#include "feed.h"

#define OBJECTS PORTHOLE_TASK_OBJECTS
#define PROVIDED PORTHOLE_TASK_PROVIDED

static struct ph_haul *haul;

static void init(void)
{
    haul = ph_haul_new(2);
    haul->lots[0].kind = OBJECTS;
    haul->lots[1].kind = PROVIDED;
    for (size_t i = 0; i < 2; i++) {
        snprintf(haul->lots[i].name, sizeof haul->lots[i].name, "main");
        haul->lots[i].fragments = ph_fragments_new();
        haul->lots[i].fragments->taken_ns = ph_clock_ns();
    }
}

static void fini(void)
{
    ph_haul_unref(haul);
}

TestSuite(encode_objects, .init = init, .fini = fini);

static void add(size_t lot, const char *type, const char *id, const char *json)
{
    struct ph_fragments *f = haul->lots[lot].fragments;
    const struct porthole_fragment given = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                             .type = type,
                                             .id = id,
                                             .id_bytes = strlen(id),
                                             .json = json,
                                             .json_bytes = strlen(json),
                                             .place = f->n + 1 };

    cr_assert(ph_fragments_add(f, &given));
}

static struct ph_list_spec spec = { .type = "job", .total = PORTHOLE_UNKNOWN };

/* The list's text from "causes" on, read so many bytes at a time. */
static const char *listed_by(size_t cap)
{
    static char text[8192];
    const char *from;

    feed_read(ph_encode_list(haul, &spec), cap, text, sizeof text);
    from = strstr(text, "\"complete\":");
    cr_assert_not_null(from, "%s", text);
    return from;
}

static const char *listed(void)
{
    return listed_by(4096);
}

Test(encode_objects, a_list_has_the_members_of_the_contract_in_order)
{
    static const char *const keys[] = { "type",     "total",  "captured", "age_ms",
                                        "stale",    "complete", "causes",   "objects",
                                        "shown",    "truncated", "next" };
    static char text[8192];
    json_t *json;
    void *at;

    add(0, "job", "17", "{\"n\":1}");
    feed_read(ph_encode_list(haul, &spec), 100, text, sizeof text);
    json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(json, "%s", text);
    at = json_object_iter(json);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        cr_assert_str_eq(json_object_iter_key(at), keys[i]);
        at = json_object_iter_next(json, at);
    }
    cr_assert_null(at);
    json_decref(json);
}

Test(encode_objects, objects_of_one_type_are_listed_lot_by_lot)
{
    add(0, "conn", "c", "0");
    add(0, "job", "1", "{\"n\":1}");
    add(0, "conn", "d", "0");
    add(0, "job", "2", "null");
    add(1, "job", "3", "\"x\"");

    cr_assert_str_eq(listed(),
                     "\"complete\":true,\"causes\":[],\"objects\":["
                     "{\"id\":\"1\",\"thread\":0,\"tracked_s\":null,\"value\":{\"n\":1}},"
                     "{\"id\":\"2\",\"thread\":0,\"tracked_s\":null,\"value\":null},"
                     "{\"id\":\"3\",\"thread\":0,\"tracked_s\":null,\"value\":\"x\"}],"
                     "\"shown\":3,\"truncated\":false,\"next\":null}\n");
}

Test(encode_objects, a_list_may_be_empty)
{
    cr_assert_str_eq(listed(), "\"complete\":true,\"causes\":[],\"objects\":[],\"shown\":0,"
                               "\"truncated\":false,\"next\":null}\n");
}

Test(encode_objects, a_list_is_the_same_however_it_is_read)
{
    char whole[8192];

    for (int i = 0; i < 30; i++)
        add((size_t)i % 2, i % 3 ? "job" : "conn", "id \" \n", "{\"a\":[1,2,3],\"b\":\"c\"}");
    haul->lots[1].how = PH_HOW_COPY;
    spec.fields = "b";
    snprintf(whole, sizeof whole, "%s", listed());
    for (size_t cap = 1; cap < 50; cap++)
        cr_assert_str_eq(listed_by(cap), whole, "%zu bytes at a time", cap);
    spec.fields = NULL;
}

Test(encode_objects, causes_name_the_thread)
{
    snprintf(haul->lots[1].cause, sizeof haul->lots[1].cause, "loop is \"blocked\"");
    haul->lots[0].thread = PH_THREAD_PUBLISHED;
    snprintf(haul->lots[0].cause, sizeof haul->lots[0].cause, "memory is out");

    cr_assert_not_null(strstr(listed(), "\"complete\":false,\"causes\":[{\"thread\":null,"
                                        "\"cause\":\"memory is out\"},{\"thread\":{\"id\":0,"
                                        "\"name\":\"main\"},\"cause\":\"loop is \\\"blocked"
                                        "\\\"\"}],\"objects\":[]"));
}

Test(encode_objects, a_limit_shows_where_to_go_on)
{
    add(0, "job", "1", "1");
    add(0, "job", "2", "2");
    add(1, "job", "3", "3");
    spec.limit = 2;
    cr_assert_not_null(strstr(listed(), "\"shown\":2,\"truncated\":true,\"next\":\"o0-2\"}\n"));
    spec.from = (struct ph_place){ 0, OBJECTS, 2 };
    cr_assert_not_null(strstr(listed(), "[{\"id\":\"3\","));
    cr_assert_not_null(strstr(listed(), "\"shown\":1,\"truncated\":false,\"next\":null}\n"));
    spec.limit = 3;
    spec.from = (struct ph_place){ 0 };
    cr_assert_not_null(strstr(listed(), "\"shown\":3,\"truncated\":false,\"next\":null}\n"));
}

Test(encode_objects, a_lot_that_was_cut_is_gone_on_with_before_the_next)
{
    add(0, "job", "1", "1");
    add(1, "job", "2", "2");
    haul->lots[0].fragments->cut = true;
    cr_assert_not_null(strstr(listed(), "\"shown\":1,\"truncated\":true,\"next\":\"o0-1\"}\n"));
}

Test(encode_objects, only_what_is_copied_or_published_is_cut_to_its_fields_here)
{
    add(0, "job", "1", "{\"a\":1,\"b\":{\"a\":2},\"c\":3}");
    add(1, "job", "2", "{\"a\":1,\"b\":2}");
    spec.fields = "b,c";
    haul->lots[0].how = PH_HOW_PUBLISHED;
    cr_assert_not_null(strstr(listed(), "\"value\":{\"b\":{\"a\":2},\"c\":3}}"));
    cr_assert_not_null(strstr(listed(), "\"value\":{\"a\":1,\"b\":2}}"));
    spec.fields = "nope";
    cr_assert_not_null(strstr(listed(), "\"value\":{}}"));
}

Test(encode_objects, hostile_ids_and_types_are_only_text)
{
    static const char *const names[] = { "",         "__proto__", "constructor",
                                         "service",  "a\"b\\c",   "\n\r\t",
                                         "\x1b[31m", "</script>", "\xC3\xA4" };
    static char text[16384];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *json, *first;

        add(0, names[i][0] ? names[i] : "x", names[i], "{}");
        spec.type = names[i][0] ? names[i] : "x";
        feed_read(ph_encode_list(haul, &spec), 64, text, sizeof text);
        json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        cr_assert_not_null(json, "%s", text);
        first = json_array_get(json_object_get(json, "objects"), 0);
        cr_assert_str_eq(json_string_value(json_object_get(first, "id")), names[i]);
        json_decref(json);
    }
}

Test(encode_objects, a_long_search_puts_spaces_and_no_more_than_its_share_of_work)
{
    struct ph_feed *feed;
    char buf[64];
    size_t n, spaces = 0;

    add(0, "job", "first", "1");
    for (int i = 0; i < 100000; i++)
        add(0, "conn", "x", "1");
    add(0, "job", "last", "1");
    feed = ph_encode_list(haul, &spec);
    while ((n = feed->fill(feed, buf, sizeof buf)) > 0)
        spaces += n == 1 && buf[0] == ' ';
    feed->drop(feed);

    cr_assert_geq(spaces, 10);
}

/* ---- One object, and the types -------------------------------------------------------- */

static const char *object_text(struct ph_find *find, const char *fields)
{
    static char text[2048];
    struct ph_sink sink;

    while (!ph_haul_find(haul, find))
        continue;
    cr_assert_not_null(find->row);
    ph_sink_init(&sink, sizeof text - 1);
    ph_encode_object(find, fields, &sink);
    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    ph_sink_fini(&sink);
    return text;
}

Test(encode_objects, one_object_says_how_it_was_read)
{
    struct ph_find find = { .type = "job", .id = "2", .id_bytes = 1 };

    add(0, "job", "1", "{\"n\":1}");
    add(0, "job", "2", "{\"n\":2}");
    haul->lots[0].how = PH_HOW_INTERRUPT;
    object_text(&find, NULL);

    cr_assert_not_null(strstr(object_text(&find, NULL),
                              "{\"type\":\"job\",\"id\":\"2\",\"thread\":{\"id\":0,\"name\":"
                              "\"main\"},\"how\":\"interrupt\",\"captured\":{\"at\":\""));
    cr_assert_not_null(strstr(object_text(&find, NULL),
                              "\"stale\":false,\"cause\":null,\"tracked_s\":null,\"value\":"
                              "{\"n\":2}}\n"));
}

Test(encode_objects, of_two_objects_of_one_name_the_younger_is_found)
{
    struct porthole_fragment given = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                       .type = "job",
                                       .id = "1",
                                       .id_bytes = 1,
                                       .json = "1",
                                       .json_bytes = 1 };
    struct ph_find find = { .type = "job", .id = "1", .id_bytes = 1 };

    for (uint64_t i = 0; i < 20000; i++) {
        given.born_ns = i == 9000 ? 50000 : i + 1;
        cr_assert(ph_fragments_add(haul->lots[0].fragments, &given));
    }
    while (!ph_haul_find(haul, &find))
        continue;

    cr_assert_eq(find.row->born_ns, 50000);
}

Test(encode_objects, the_types_are_those_tracked_and_those_provided)
{
    const struct porthole_fragment queue = { .kind = PORTHOLE_FRAGMENT_TYPE,
                                             .type = "queue",
                                             .count = 300 };
    struct porthole_type *job;
    struct ph_types types;
    struct ph_sink sink;

    ph_types_init(&types);
    cr_assert_eq(ph_types_add(&types, "job", &job), PORTHOLE_OK);
    porthole_type_created(job, 3);
    cr_assert(ph_fragments_add(haul->lots[1].fragments, &queue));
    ph_sink_init(&sink, 65536);
    ph_encode_types(&types, haul, &sink);
    ph_sink_put(&sink, "", 1);

    cr_assert_not_null(
        strstr(sink.bytes,
               "},\"types\":{\"job\":{\"count\":3,\"created\":3,\"released\":0,\"collected\":0,"
               "\"created_per_s\":null,\"source\":\"tracked\"},\"queue\":{\"count\":300,"
               "\"created\":null,\"released\":null,\"collected\":null,\"created_per_s\":null,"
               "\"source\":\"provided\"}},\"types_truncated\":false,\"complete\":true,"
               "\"causes\":[]}\n"),
        "%s", sink.bytes);
    ph_sink_fini(&sink);
    ph_types_fini(&types);
}

/* ---- Places and memory ------------------------------------------------------------- */

Test(encode_objects, places_come_back_as_they_went)
{
    static const struct ph_place places[] = { { 0, OBJECTS, 51 },
                                              { 7, PROVIDED, UINT64_MAX },
                                              { PH_THREAD_PUBLISHED, OBJECTS, 1 } };
    static const char *const bad[] = { "",
                                       "o",
                                       "x0-1",
                                       "o0-",
                                       "o-1",
                                       "o0-0",
                                       "o0-1x",
                                       "o0 1",
                                       "o-0-1",
                                       "o99999999999-1",
                                       "o0-99999999999999999999",
                                       "c0-1 " };
    struct ph_place back;
    char text[PH_PLACE_BYTES];

    for (size_t i = 0; i < 3; i++) {
        ph_place_write(&places[i], text);
        cr_assert(ph_place_read(text, &back), "%s", text);
        cr_assert_eq(back.thread, places[i].thread);
        cr_assert_eq(back.kind, places[i].kind);
        cr_assert_eq(back.place, places[i].place);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(ph_place_read(bad[i], &back), "%s", bad[i]);
}

Test(encode_objects, a_list_survives_every_failed_allocation)
{
    add(0, "job", "1", "{\"b\":1}");
    spec.fields = "b";
    EVERY_ALLOC_FAILS({
        struct ph_feed *feed = ph_encode_list(haul, &spec);

        cr_assert_eq(feed == NULL, alloc_failed());
        if (feed) {
            char buf[4096];

            cr_assert_gt(feed->fill(feed, buf, sizeof buf), 0);
            feed->drop(feed);
        }
    });
    spec.fields = NULL;
}
