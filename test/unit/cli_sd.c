/* SPDX-License-Identifier: MIT */
#include "cli/sd.h"
#include "test/unit/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct sd *sd;
static struct target_list list;
static struct target_error error;

static void begin(void)
{
    scratch_init();
    sd = sd_new(2000, false);
}

static void forget(void)
{
    sd_free(sd);
    target_fini(&list);
    scratch_fini();
}

TestSuite(cli_sd, .init = begin, .fini = forget);

static void put(const char *text)
{
    scratch_write("new", text, strlen(text));
    cr_assert_eq(rename(scratch_path("new"), scratch_path("fleet")), 0);
}

static bool add_fleet(void)
{
    char spec[512];

    snprintf(spec, sizeof spec, "@%s", scratch_path("fleet"));
    return sd_add(sd, spec, &error);
}

/* Watchers look once a second; a loaded machine takes its time. */
static bool comes(bool (*is)(void))
{
    const struct timespec nap = { .tv_nsec = 20000000 };

    for (int i = 0; i < 1500; i++) {
        if (is())
            return true;
        nanosleep(&nap, NULL);
    }
    return false;
}

static bool is_taken(void)
{
    struct target_list next = { 0 };

    if (!sd_take(sd, &next))
        return false;
    target_fini(&list);
    list = next;
    return true;
}

static struct sdsays heard;

static bool is_said(void)
{
    is_taken();
    return sd_says(sd, &heard);
}

Test(cli_sd, sources_keep_the_order_in_which_they_were_named)
{
    put("b:2\n# none\nc:3,d:4\r\n");
    cr_assert(sd_add(sd, "a:1", &error));
    cr_assert(add_fleet(), "%s", error.text);
    cr_assert(sd_add(sd, " e:5 ,f:6", &error));

    cr_assert(is_taken());
    cr_assert_eq(list.count, 6);
    cr_assert_str_eq(list.items[0].name, "a:1");
    cr_assert_str_eq(list.items[3].name, "d:4");
    cr_assert_str_eq(list.items[5].name, "f:6");
    cr_assert_null(list.items[0].source);
    cr_assert_eq(list.items[1].source[0], '@');
}

Test(cli_sd, what_is_named_again_is_one_target_as_the_first_says)
{
    put("[{\"targets\":[\"b:2\",\"a:1\",\"b:2\"],\"labels\":{\"dc\":\"x\"}}]");
    cr_assert(sd_add(sd, "a:1,a:1", &error));
    cr_assert(add_fleet(), "%s", error.text);
    cr_assert(sd_add(sd, "b:2,c:3,a:1", &error));

    cr_assert(is_taken());
    cr_assert_eq(list.count, 3);
    cr_assert_str_eq(list.items[0].name, "a:1");
    cr_assert_null(list.items[0].source);
    cr_assert_str_eq(list.items[1].name, "b:2");
    cr_assert_eq(list.items[1].source[0], '@');
    cr_assert_str_eq(list.items[2].name, "c:3");
}

Test(cli_sd, a_list_that_repeats_itself_is_not_cut)
{
    for (int i = 0; i < 16; i++)
        cr_assert(sd_add(sd, "h:1-4096", &error), "%s", error.text);
    put("h:1,x:1");
    cr_assert(add_fleet());

    cr_assert(is_taken());
    cr_assert_eq(list.count, 4097);
    cr_assert_not(sd_says(sd, &heard));
}

Test(cli_sd, without_change_there_is_nothing_to_take)
{
    put("a:1");
    cr_assert(add_fleet());

    cr_assert(is_taken());
    cr_assert_not(is_taken());
    cr_assert_not(sd_is_failing(sd));
    cr_assert_not(sd_is_partial(sd));
}

Test(cli_sd, a_file_that_is_replaced_is_read_again)
{
    put("a:1");
    cr_assert(add_fleet());
    cr_assert(is_taken());

    put("[{\"targets\":[\"b:2\"]}]");
    cr_assert(comes(is_taken));
    cr_assert_eq(list.count, 1);
    cr_assert_str_eq(list.items[0].name, "b:2");
}

Test(cli_sd, a_file_half_written_keeps_the_last_list_and_is_said_once)
{
    put("[{\"targets\":[\"b:2\"]}]");
    cr_assert(add_fleet());
    cr_assert(is_taken());

    put("[{\"targets\":[\"c:3\"");
    cr_assert(comes(is_said));
    cr_assert_not_null(strstr(heard.text, "fleet:1:19: the text ends"), "%s", heard.text);
    cr_assert_eq(list.count, 1);
    cr_assert_str_eq(list.items[0].name, "b:2");
    cr_assert(sd_is_failing(sd));
    cr_assert_not(sd_says(sd, &heard));
}

Test(cli_sd, a_file_that_is_gone_keeps_the_last_list)
{
    put("a:1");
    cr_assert(add_fleet());
    cr_assert(is_taken());

    unlink(scratch_path("fleet"));
    cr_assert(comes(is_said));
    cr_assert_not_null(strstr(heard.text, "no such file"), "%s", heard.text);
    cr_assert_eq(list.count, 1);
}

Test(cli_sd, a_file_with_a_slip_is_an_error_of_the_command_line)
{
    put("a:1\n  b:x");

    cr_assert_not(add_fleet());
    cr_assert_not_null(strstr(error.text, "fleet:2:3: bad target 'b:x'"), "%s", error.text);
}

Test(cli_sd, a_list_that_is_down_is_said_and_takes_no_other_away)
{
    put("a:1");
    cr_assert(sd_add(sd, "http_sd:http://127.0.0.1:1/", &error));
    cr_assert(add_fleet());

    sd_wait(sd);
    cr_assert(is_taken());
    cr_assert_eq(list.count, 1);
    cr_assert(sd_is_partial(sd));
    cr_assert(sd_says(sd, &heard));
    cr_assert_str_eq(heard.text, "cannot read 'http_sd:http://127.0.0.1:1/': refused");
}

Test(cli_sd, what_is_no_source_is_named)
{
    static const char *const bad[][2] = {
        { "", "empty" },
        { " , ", "empty" },
        { "@/nonexistent", "no such file" },
        { "@/", "is a directory" },
        { "http_sd:ftp://x", "neither http nor https" },
        { "http_sd:", "no host" },
        { "http_sd:http://x:1-2/", "one port" },
        { "dns+srv:", "expected a name" },
        { "dns+srv:a b", "expected a name" },
        { "dns+a:web", "port is missing" },
        { "dns+a:web:http", "not a number" },
        { "dns+a::80", "expected a name" },
        { "a:1,unix:x", "begins with '/'" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(sd_add(sd, bad[i][0], &error), "%s", bad[i][0]);
        cr_assert_not_null(strstr(error.text, bad[i][1]), "%s: %s", bad[i][0], error.text);
    }
}

Test(cli_sd, all_together_are_not_more_than_the_ceiling)
{
    for (int i = 0; i < 16; i++) {
        char spec[32];

        snprintf(spec, sizeof spec, "h%d:1-4096", i);
        cr_assert(sd_add(sd, spec, &error), "%s", error.text);
    }
    put("x:1");
    cr_assert(add_fleet());

    cr_assert(is_taken());
    cr_assert_eq(list.count, TARGET_CEILING);
    cr_assert(sd_says(sd, &heard));
    cr_assert_not_null(strstr(heard.text, "more than 65536 targets"));
}

static bool fails(void)
{
    is_taken();
    return sd_failure(sd, 0, &heard);
}

static bool recovers(void)
{
    return !fails();
}

Test(cli_sd, why_a_list_fails_can_be_asked_for_as_long_as_it_does)
{
    put("a:1");
    cr_assert(add_fleet());
    cr_assert_not(fails());

    put("[{");
    cr_assert(comes(fails));
    cr_assert(fails());
    cr_assert_neq(heard.text[0], '\0');
    cr_assert_not(sd_failure(sd, 1, &heard));

    put("b:2");
    cr_assert(comes(recovers));
}
