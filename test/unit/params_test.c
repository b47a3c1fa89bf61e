/* SPDX-License-Identifier: MIT */
#include "agent/params.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct ph_param seconds = { "seconds", 0.1, 300, 5, false };
static const struct ph_param top = { "top", 1, 10000, 1000, true };
static const struct ph_param any = { "thread", 0, 1e9, -1, true };

/* One parameter in the query: "name=value"; NULL: none. */
static const char *given;

static const char *query(const struct ph_request *request, const char *name)
{
    size_t n = strlen(name);

    (void)request;
    return given && strncmp(given, name, n) == 0 && given[n] == '=' ? given + n + 1 : NULL;
}

static const struct ph_request request = { .path = "/profile", .query = query };
static struct ph_reply reply;

static void forget_reply(void)
{
    ph_blob_unref(reply.body);
    reply = (struct ph_reply){ 0 };
}

TestSuite(params, .fini = forget_reply);

Test(params, without_it_the_default_is_taken)
{
    double value = 0;

    cr_assert(ph_param_read(&request, &seconds, &value, &reply));
    cr_assert_float_eq(value, 5, 0);
    cr_assert(ph_param_read(&request, &any, &value, &reply));
    cr_assert_float_eq(value, -1, 0, "the default may lie outside of the range");
    cr_assert_null(reply.body);
}

Test(params, good_values_are_read)
{
    static const struct {
        const struct ph_param *param;
        const char *given;
        double value;
    } rows[] = {
        { &seconds, "seconds=0.1", 0.1 },
        { &seconds, "seconds=300", 300 },
        { &seconds, "seconds=300.000", 300 },
        { &seconds, "seconds=.5", 0.5 },
        { &seconds, "seconds=7.", 7 },
        { &seconds, "seconds=007", 7 },
        { &top, "top=1", 1 },
        { &top, "top=10000", 10000 },
        { &top, "top=5.0", 5 },
        { &any, "thread=0", 0 },
        { &any, "thread=1000000000", 1e9 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = -7;

        given = rows[i].given;
        cr_assert(ph_param_read(&request, rows[i].param, &value, &reply), "%s", given);
        cr_assert_float_eq(value, rows[i].value, 1e-12, "%s", given);
    }
}

Test(params, bad_values_are_refused_by_name)
{
    static const struct {
        const struct ph_param *param;
        const char *given;
    } rows[] = {
        { &seconds, "seconds=" },
        { &seconds, "seconds=1e9" },
        { &seconds, "seconds=-1" },
        { &seconds, "seconds=+1" },
        { &seconds, "seconds=inf" },
        { &seconds, "seconds=nan" },
        { &seconds, "seconds=0x10" },
        { &seconds, "seconds= 5" },
        { &seconds, "seconds=5 " },
        { &seconds, "seconds=5s" },
        { &seconds, "seconds=0" },
        { &seconds, "seconds=0.09999" },
        { &seconds, "seconds=300.001" },
        { &seconds, "seconds=." },
        { &seconds, "seconds=1.2.3" },
        { &seconds, "seconds=1,5" },
        { &seconds, "seconds=99999999999999999999999999999999999999999999" },
        { &seconds, "seconds=0.00000000000000000000000000000000000000001" },
        { &seconds, "seconds=\xD9\xA5" },
        { &top, "top=5.5" },
        { &top, "top=0" },
        { &top, "top=10001" },
        { &any, "thread=-1" },
        { &any, "thread=4294967296" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char named[64];
        double value = 77;

        given = rows[i].given;
        cr_assert_not(ph_param_read(&request, rows[i].param, &value, &reply), "%s", given);
        cr_assert_eq(reply.status, 400, "%s", given);
        cr_assert_not_null(strstr(reply.body->bytes, "\"code\":\"bad-option\""));
        snprintf(named, sizeof named, "'%s'", rows[i].param->name);
        cr_assert_not_null(strstr(reply.body->bytes, named), "%s", reply.body->bytes);
        forget_reply();
    }
}

Test(params, a_refusal_tells_the_range_and_the_value)
{
    double value;

    given = "seconds=1e9";
    ph_param_read(&request, &seconds, &value, &reply);

    cr_assert_not_null(strstr(reply.body->bytes, "'seconds'"));
    cr_assert_not_null(strstr(reply.body->bytes, "0.1 .. 300"));
    cr_assert_not_null(strstr(reply.body->bytes, "'1e9'"));
}

Test(params, a_hostile_value_stays_inside_its_string)
{
    double value;

    given = "seconds=\"}\x01\xFF</script>";
    ph_param_read(&request, &seconds, &value, &reply);

    cr_assert_not_null(strstr(reply.body->bytes, "'\\\"}\\u0001\xEF\xBF\xBD</script>' for"),
                       "%s", reply.body->bytes);
}

/* "1.000…": more digits than a double can count to, and no number in the end. */
Test(params, a_value_of_ten_thousand_digits_is_refused_in_few_words)
{
    static const char *const begins[] = { "seconds=9", "seconds=1.", "seconds=0." };
    char *huge = malloc(10000);
    double value;

    for (size_t i = 0; i < COUNT(begins); i++) {
        memset(huge, '0', 10000);
        memcpy(huge, begins[i], strlen(begins[i]));
        huge[9999] = '\0';
        given = huge;
        cr_assert_not(ph_param_read(&request, &seconds, &value, &reply), "%s", begins[i]);
        cr_assert_eq(reply.status, 400);
        cr_assert_lt(reply.body->len, 4096);
        forget_reply();
    }
    free(huge);
}

Test(params, a_word_is_one_of_a_list_and_the_first_without)
{
    static const char *const formats[] = { "json", "text", NULL };
    unsigned chosen = 9;

    given = NULL;
    cr_assert(ph_param_choice(&request, "format", formats, &chosen, &reply));
    cr_assert_eq(chosen, 0);
    given = "format=text";
    cr_assert(ph_param_choice(&request, "format", formats, &chosen, &reply));
    cr_assert_eq(chosen, 1);

    given = "format=TEXT";
    cr_assert_not(ph_param_choice(&request, "format", formats, &chosen, &reply));
    cr_assert_eq(reply.status, 400);
    cr_assert_not_null(
        strstr(reply.body->bytes, "bad value for 'format' (one of 'json' 'text'): 'TEXT'"),
        "%s", reply.body->bytes);
}

Test(params, a_thread_that_is_not_there_is_named)
{
    given = "thread=7";
    ph_refuse_thread(&request, &reply);
    cr_assert_eq(reply.status, 404);
    cr_assert_not_null(strstr(reply.body->bytes, "\"no-such-thread\""));
    cr_assert_not_null(strstr(reply.body->bytes, "'7'"));
    forget_reply();

    given = NULL;
    ph_refuse_thread(&request, &reply);
    cr_assert_not_null(strstr(reply.body->bytes, "'0'"), "the default");
}

Test(params, a_refusal_survives_every_failed_allocation)
{
    given = "seconds=x";
    EVERY_ALLOC_FAILS({
        double value;

        cr_assert_not(ph_param_read(&request, &seconds, &value, &reply));
        cr_assert(reply.body || alloc_failed());
        forget_reply();
    });
}

/* ---- Durations --------------------------------------------------------------------- */

Test(params, durations_are_read_with_their_units)
{
    static const struct {
        const char *given;
        double value;
    } rows[] = {
        { "seconds=2", 2 },      { "seconds=2s", 2 },        { "seconds=500ms", 0.5 },
        { "seconds=5m", 300 },   { "seconds=0.5m", 30 },     { "seconds=.25s", 0.25 },
        { "seconds=300", 300 },  { "seconds=100ms", 0.1 },
    };
    double value;

    for (size_t i = 0; i < COUNT(rows); i++) {
        given = rows[i].given;
        cr_assert(ph_param_duration(&request, &seconds, &value, &reply), "%s", given);
        cr_assert_float_eq(value, rows[i].value, 1e-9, "%s", given);
    }
    given = NULL;
    cr_assert(ph_param_duration(&request, &seconds, &value, &reply));
    cr_assert_float_eq(value, 5, 0);
}

Test(params, bad_durations_are_refused)
{
    static const char *const rows[] = { "seconds=",    "seconds=s",   "seconds=2h",
                                        "seconds=2 s", "seconds=6m",  "seconds=99ms",
                                        "seconds=-1s", "seconds=1sm", "seconds=1e2s" };
    double value;

    for (size_t i = 0; i < COUNT(rows); i++) {
        given = rows[i];
        cr_assert_not(ph_param_duration(&request, &seconds, &value, &reply), "%s", given);
        cr_assert_eq(reply.status, 400);
        forget_reply();
    }
}
