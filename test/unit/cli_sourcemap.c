/* SPDX-License-Identifier: MIT */
#include "cli/sourcemap.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct doc *map;
static struct sourcemap_origin origin;
static size_t work;

static void load(const char *text)
{
    doc_free(map);
    map = NULL;
    cr_assert_eq(doc_read(text, strlen(text), &map), CAUSE_NONE, "%s", text);
}

/* "source:line:column name" of a place, "-" if it comes from nowhere. */
static const char *origin_of(uint32_t line, uint32_t column)
{
    static char text[256];

    origin = (struct sourcemap_origin){ 0 };
    if (!sourcemap_find(map, line, column, &origin, &work))
        return "-";
    snprintf(text, sizeof text, "%s%s:%u:%u%s%s", origin.root, origin.source, origin.line,
             origin.column, origin.name[0] != '\0' ? " " : "", origin.name);
    return text;
}

static const char *origin_in(const char *mappings, uint32_t line, uint32_t column)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{\"version\":3,\"sources\":[\"a\",\"b\"],\"names\":[\"n\"],\"mappings\":\"%s\"}",
             mappings);
    load(text);
    return origin_of(line, column);
}

static void end(void)
{
    doc_free(map);
}

TestSuite(cli_sourcemap, .fini = end);

/* What node 22's stripTypeScriptTypes() (SWC) made of an interface, an enum and two
 * functions; the places are those of its own output. */
static const char shop[] =
    "{\"version\":3,\"sources\":[\"shop.ts\"],\"names\":[],\"mappings\":\"AACA,IAAA,AAAK,8BAA"
    "A;;;WAAA;EAAA;AAEL,OAAO,SAAS,MAAM,IAAW,EAAE,IAAU;IAC3C,IAAI,MAAc;IAClB,KAAK,MAAM,OAAO,"
    "KAAM;QACtB,IAAI,YAAqB,OAAO,MAAM;IACxC;IACA,OAAO;AACT;AAEA,SAAS,MAAM,GAAQ;IACrB,MAAM,"
    "IAAI,MAAM,CAAC,aAAa,EAAE,IAAI,EAAE,EAAE;AAC1C\"}";

Test(cli_sourcemap, a_map_of_a_real_compiler_is_read)
{
    load(shop);

    cr_assert_null(sourcemap_check(map));
    cr_assert_str_eq(origin_of(9, 32), "shop.ts:7:37", "the call of weigh()");
    cr_assert_str_eq(origin_of(14, 11), "shop.ts:13:9", "new Error()");
    cr_assert_str_eq(origin_of(13, 10), "shop.ts:12:10", "function weigh");
    cr_assert_str_eq(origin_of(99, 1), "-");
}

Test(cli_sourcemap, segments_count_from_the_one_before)
{
    cr_assert_str_eq(origin_in("AAAA,IACE,EAGFA", 1, 1), "a:1:1");
    cr_assert_str_eq(origin_in("AAAA,IACE,EAGFA", 1, 5), "a:2:3");
    cr_assert_str_eq(origin_in("AAAA,IACE,EAGFA", 1, 7), "a:5:1 n");
    cr_assert_str_eq(origin_in("AAAA,ICAA", 1, 5), "b:1:1");
}

Test(cli_sourcemap, the_last_segment_before_the_place_counts)
{
    cr_assert_str_eq(origin_in("EAAA,IACA", 1, 2), "-", "before the first");
    cr_assert_str_eq(origin_in("EAAA,IACA", 1, 6), "a:1:1");
    cr_assert_str_eq(origin_in("EAAA,IACA", 1, 900), "a:2:1");
    cr_assert_str_eq(origin_in("IAAA,DACA", 1, 5), "a:1:1", "unsorted");
}

Test(cli_sourcemap, columns_begin_anew_in_each_line_and_the_rest_goes_on)
{
    cr_assert_str_eq(origin_in("AAAA;;IACA", 2, 1), "-");
    cr_assert_str_eq(origin_in("AAAA;;IACA", 3, 5), "a:2:1");
    cr_assert_str_eq(origin_in("AAAA;;IACA", 4, 1), "-");
}

Test(cli_sourcemap, a_segment_of_one_number_comes_from_nowhere)
{
    cr_assert_str_eq(origin_in("AAAA,I", 1, 4), "a:1:1");
    cr_assert_str_eq(origin_in("AAAA,I", 1, 5), "-");
}

Test(cli_sourcemap, broken_mappings_come_from_nowhere)
{
    static const char *const broken[] = { "AA",       "AAA",      "AAAAAA",      "A!AA",
                                          "AAAg",     "DAAA",     "ADAA",        "AADA",
                                          "AAAD",     "AAAAD",    "AgggggggBAA", "AEAA",
                                          "A+////DA", "\\u0000A", "\xC3\xA4" };

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        cr_assert_str_eq(origin_in(broken[i], 1, 1), "-", "%s", broken[i]);
    cr_assert_str_eq(origin_in("AAAAC", 1, 1), "a:1:1", "a name that is not there");
}

Test(cli_sourcemap, sums_beyond_32_bits_are_refused)
{
    cr_assert_str_eq(origin_in("AA+/////DA,AA+/////DA", 1, 1), "-");
    cr_assert_str_eq(origin_in("AA+/////DA", 1, 1), "a:2147483648:1");
}

Test(cli_sourcemap, sections_count_from_their_beginning)
{
    load("{\"version\":3,\"sections\":["
         "{\"offset\":{\"line\":0,\"column\":0},\"map\":{\"sources\":[\"a\"],"
         "\"mappings\":\"AAAA\"}},"
         "{\"offset\":{\"line\":2,\"column\":4},\"map\":{\"sources\":[\"b\"],"
         "\"mappings\":\"AAAA,IACA;EACA\"}}]}");

    cr_assert_null(sourcemap_check(map));
    cr_assert_str_eq(origin_of(1, 3), "a:1:1");
    cr_assert_str_eq(origin_of(3, 4), "-", "still the first section, which has no such line");
    cr_assert_str_eq(origin_of(3, 5), "b:1:1");
    cr_assert_str_eq(origin_of(3, 8), "b:1:1");
    cr_assert_str_eq(origin_of(3, 9), "b:2:1", "five characters into the section");
    cr_assert_str_eq(origin_of(4, 3), "b:3:1", "further lines have columns of their own");
    cr_assert_str_eq(origin_of(4, 2), "-");
}

Test(cli_sourcemap, hostile_sections_come_from_nowhere)
{
    load("{\"version\":3,\"sections\":[null,7,{},{\"offset\":{}},{\"offset\":{\"line\":-1,"
         "\"column\":0},\"map\":{}},{\"offset\":{\"line\":0,\"column\":1e99}},"
         "{\"offset\":{\"line\":0,\"column\":0}},{\"offset\":{\"line\":0,\"column\":0},"
         "\"map\":{\"sections\":[],\"version\":3}}]}");

    cr_assert_str_eq(origin_of(1, 1), "-");
    cr_assert_str_eq(origin_of(UINT32_MAX, UINT32_MAX), "-");
}

Test(cli_sourcemap, a_place_without_a_line_comes_from_nowhere)
{
    load(shop);

    cr_assert_str_eq(origin_of(0, 1), "-");
    cr_assert_str_eq(origin_of(1, 0), "-");
}

Test(cli_sourcemap, sources_may_be_missing_or_of_another_kind)
{
    load("{\"version\":3,\"sources\":[null],\"mappings\":\"AAAA\"}");
    cr_assert_str_eq(origin_of(1, 1), "-");
    load("{\"version\":3,\"sources\":[\"a\"],\"names\":{},\"sourceRoot\":7,"
         "\"mappings\":\"AAAAA\"}");
    cr_assert_str_eq(origin_of(1, 1), "a:1:1");
}

Test(cli_sourcemap, says_what_is_no_map)
{
    load("[]");
    cr_assert_str_eq(sourcemap_check(map), "it is no JSON object");
    load("{\"version\":2,\"sources\":[],\"mappings\":\"AAAA\"}");
    cr_assert_str_eq(sourcemap_check(map), "its version is not 3");
    load("{\"version\":3,\"sources\":[]}");
    cr_assert_str_eq(sourcemap_check(map), "it has no mappings");
}

Test(cli_sourcemap, tells_how_much_it_has_read)
{
    work = 0;
    origin_in("AAAA;AACA", 1, 1);
    cr_assert_eq(work, 5, "the line and its end");
}

Test(cli_sourcemap, random_mappings_are_survived)
{
    static const char letters[] = "ACDEgBhI+/9,;;!";
    unsigned seed = 7;

    for (int round = 0; round < 20000; round++) {
        char mappings[48];

        for (size_t i = 0; i + 1 < sizeof mappings; i++) {
            seed = seed * 1103515245u + 12345u;
            mappings[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        mappings[sizeof mappings - 1] = '\0';
        if (strcmp(origin_in(mappings, 1 + (seed >> 8) % 4, 1 + (seed >> 12) % 9), "-") != 0)
            cr_assert(origin.line >= 1 && origin.column >= 1);
    }
}
