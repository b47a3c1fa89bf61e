/* SPDX-License-Identifier: MIT */
#include "agent/guard.h"

#include <criterion/criterion.h>
#include <string.h>

Test(host_guard, lets_literals_localhost_and_listed_names_through)
{
    static const char *const good[] = {
        "127.0.0.1",   "127.0.0.1:9090", "10.1.2.3",       "0.0.0.0:1",   "localhost",
        "LocalHost",   "localhost:9090", "[::1]",          "[::1]:9090",  "[2001:db8::1]:80",
        "metrics.lan", "METRICS.LAN:80", "metrics-b.lan:1", "third",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_assert(ph_guard_host(good[i], "metrics.lan, metrics-b.lan,third"), "%s", good[i]);
}

Test(host_guard, keeps_every_other_name_out)
{
    static const char *const bad[] = {
        "evil.com",
        "evil.com:9090",
        "localhost.evil",
        "evil.localhost",
        "localhost.",
        "127.0.0.1.evil",
        "127.0.0.1:80:1",
        "127.0.0.1:evil",
        "127.1",
        "0x7f000001",
        "",
        ":9090",
        "[::1",
        "[::1]x",
        "[]",
        "[localhost.evil]",
        "::1",
        "metrics",
        "metrics.lan.",
        "metrics.lan,third",
        "localhost@evil",
        "localhost/",
        " localhost",
        "localhost ",
        "xmetrics.lan",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(ph_guard_host(bad[i], "metrics.lan,third"), "'%s'", bad[i]);
}

Test(host_guard, an_empty_list_lists_nothing)
{
    static const char *const lists[] = { NULL, "", ",", " , ,", ",," };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        cr_assert_not(ph_guard_host("evil.com", lists[i]));
        cr_assert_not(ph_guard_host("", lists[i]));
        cr_assert(ph_guard_host("localhost", lists[i]));
    }
}

Test(host_guard, a_name_longer_than_any_is_kept_out)
{
    char name[400];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';

    cr_assert_not(ph_guard_host(name, name));
}

#define TOKEN "0123456789abcdef"

Test(token_guard, lets_the_bearer_through)
{
    cr_assert(ph_guard_token("Bearer " TOKEN, TOKEN));
    cr_assert(ph_guard_token("bearer " TOKEN, TOKEN), "a scheme has no case");
}

Test(token_guard, keeps_everybody_else_out)
{
    static const char *const bad[] = {
        NULL,
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        "Basic " TOKEN,
        "Bearer 0123456789abcdeF",
        "Bearer 1123456789abcdef",
        "Bearer 0123456789abcde",
        "Bearer " TOKEN "x",
        "Bearer " TOKEN TOKEN,
        "Bearer  " TOKEN,
        "Bearer " TOKEN " ",
        "Bearer\t" TOKEN,
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(ph_guard_token(bad[i], TOKEN), "%s", bad[i]);
}

Test(token_guard, a_token_that_repeats_is_no_other)
{
    cr_assert_not(ph_guard_token("Bearer abababab", "abababababababab"));
    cr_assert_not(ph_guard_token("Bearer abababababababab", "abababab"));
}
