/* SPDX-License-Identifier: MIT */
#include "agent/jwalk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Its members as "key=value;…". */
static const char *walked(const char *json)
{
    static char out[512];
    struct ph_member m;
    struct ph_jwalk walk;
    size_t n = 0;

    out[0] = '\0';
    if (!ph_jwalk_begin(&walk, json))
        return "(no object)";
    while (ph_jwalk_next(&walk, &m))
        n += (size_t)snprintf(out + n, sizeof out - n, "%.*s=%.*s;", (int)m.key_bytes, m.key,
                              (int)m.value_bytes, m.value);
    return out;
}

Test(jwalk, finds_the_members_of_the_top_level)
{
    static const struct {
        const char *json, *members;
    } rows[] = {
        { "{}", "" },
        { "{\"a\":1}", "a=1;" },
        { " { \"a\" : 1 , \"b\" : [1, 2] } ", "a=1;b=[1, 2];" },
        { "{\"a\":{\"b\":{\"c\":\"}\"}},\"d\":\"x\\\"y,}\"}",
          "a={\"b\":{\"c\":\"}\"}};d=\"x\\\"y,}\";" },
        { "{\"k\\\"\":null,\"\":false}", "k\\\"=null;=false;" },
        { "[1]", "(no object)" },
        { "\"{\"", "(no object)" },
        { "", "(no object)" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_assert_str_eq(walked(rows[i].json), rows[i].members, "%s", rows[i].json);
}

Test(jwalk, finds_one_by_its_key)
{
    struct ph_member m;

    cr_assert(ph_jwalk_find("{\"x\":{\"name\":1},\"name\":\"n\"}", "name", &m));
    cr_assert_eq(m.value_bytes, 3);
    cr_assert_eq(memcmp(m.value, "\"n\"", 3), 0);
    cr_assert_not(ph_jwalk_find("{\"x\":1}", "name", &m));
    cr_assert_not(ph_jwalk_find("7", "name", &m));
}

Test(jwalk, knows_null)
{
    struct ph_member m;

    cr_assert(ph_jwalk_find("{\"x\":null}", "x", &m));
    cr_assert(ph_member_is_null(&m));
    cr_assert(ph_jwalk_find("{\"x\":true}", "x", &m));
    cr_assert_not(ph_member_is_null(&m));
}

Test(jwalk, ends_within_whatever_it_is_given)
{
    static const char text[] =
        "{\"a\":{\"b\":[1,\"\\\"]\",{}]},\"c\\u0041\":null , \"d\":-1}}]";
    static const char noise[] = "{}[]\",:\\ a";

    for (size_t n = 0; n < sizeof text; n++) {
        char *cut = strndup(text, n); /* ASan sees who reads beyond it */

        walked(cut);
        for (size_t i = 0; i < n; i++) {
            char kept = cut[i];

            for (size_t k = 0; k < sizeof noise - 1; k++) {
                cut[i] = noise[k];
                walked(cut);
            }
            cut[i] = kept;
        }
        free(cut);
    }
}
