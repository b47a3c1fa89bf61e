/* SPDX-License-Identifier: MIT */
#include "cli/doc.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct doc *document;

static enum cause read_text(const char *text)
{
    doc_free(document);
    document = NULL;
    return doc_read(text, strlen(text), &document);
}

static void end(void)
{
    doc_free(document);
}

TestSuite(cli_doc, .fini = end);

Test(cli_doc, values_are_found_by_their_path)
{
    cr_assert_eq(read_text("{\"a\":{\"b\":[1,\"x\",true]},\"n\":2.5}"), CAUSE_NONE);

    cr_assert_eq(doc_count(doc_at(document, "a.b")), 3);
    cr_assert_float_eq(doc_number(doc_item(doc_at(document, "a.b"), 0), "", 9), 1, 0);
    cr_assert_str_eq(doc_text(doc_item(doc_at(document, "a.b"), 1), "", NULL), "x");
    cr_assert(doc_is_true(doc_item(doc_at(document, "a.b"), 2), ""));
    cr_assert(doc_is_object(document, "a"));
    cr_assert(doc_is_array(document, "a.b"));
    cr_assert_float_eq(doc_number(document, "n", 9), 2.5, 0);
}

Test(cli_doc, what_is_not_there_is_nothing)
{
    cr_assert_eq(read_text("{\"a\":[],\"s\":\"x\"}"), CAUSE_NONE);

    cr_assert_null(doc_at(document, "a.b.c"));
    cr_assert_null(doc_at(NULL, "a"));
    cr_assert_null(doc_item(doc_at(document, "a"), 0));
    cr_assert_eq(doc_count(doc_at(document, "s")), 0);
    cr_assert(isnan(doc_number(document, "s", 9)));
    cr_assert_str_eq(doc_text(document, "a", NULL), "");
    cr_assert_not(doc_is_true(document, "s"));
}

Test(cli_doc, numbers_have_a_range)
{
    cr_assert_eq(read_text("[-1,10,1e300,123456789012345678901234567890]"), CAUSE_NONE);

    cr_assert(isnan(doc_number(doc_item(document, 0), "", 9)));
    cr_assert(isnan(doc_number(doc_item(document, 1), "", 9)));
    cr_assert(isnan(doc_number(doc_item(document, 2), "", DOC_BYTES_MOST)));
    cr_assert(isnan(doc_number(doc_item(document, 3), "", DOC_BYTES_MOST)));
}

Test(cli_doc, texts_tell_their_length)
{
    size_t len = 0;

    cr_assert_eq(read_text("[\"a\\u0000b\"]"), CAUSE_NONE);

    cr_assert_str_eq(doc_text(doc_item(document, 0), "", &len), "a");
    cr_assert_eq(len, 3);
    doc_text(document, "", &len);
    cr_assert_eq(len, 0);
}

static bool gather(const char *key, const struct doc *value, void *user)
{
    (void)value;
    memcpy((char *)user + strlen(user), key, 1);
    return key[0] != 'a';
}

Test(cli_doc, members_come_in_the_order_of_the_text_until_somebody_ends_it)
{
    char keys[8] = "";

    cr_assert_eq(read_text("{\"z\":1,\"a\":2,\"m\":3}"), CAUSE_NONE);
    doc_members(document, gather, keys);
    cr_assert_str_eq(keys, "za");

    doc_members(NULL, gather, keys);
    doc_members(doc_at(document, "z"), gather, keys);
    cr_assert_str_eq(keys, "za");
}

Test(cli_doc, says_what_is_wrong)
{
    char deep[200];

    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';

    cr_assert_eq(read_text(""), CAUSE_TRUNCATED);
    cr_assert_eq(read_text("{\"a\":"), CAUSE_TRUNCATED);
    cr_assert_eq(read_text("{a}"), CAUSE_BAD_JSON);
    cr_assert_eq(read_text(deep), CAUSE_TOO_BIG);
    cr_assert_null(document);
}
