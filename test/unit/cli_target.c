/* SPDX-License-Identifier: MIT */
#include "cli/target.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct target_list list;
static struct target_error error;

static void forget(void)
{
    target_fini(&list);
}

TestSuite(cli_target, .fini = forget);

static void one(const char *spec, const char *origin, const char *path)
{
    bool kang = list.kang;

    target_fini(&list);
    list.kang = kang;
    cr_assert(target_add(&list, spec, &error), "%s: %s", spec, error.text);
    cr_assert_eq(list.count, 1);
    cr_assert_str_eq(list.items[0].name, spec);
    cr_assert_str_eq(list.items[0].origin, origin);
    cr_assert_str_eq(list.items[0].path, path);
    cr_assert_null(list.items[0].socket);
}

Test(cli_target, hosts_get_the_default_port)
{
    one("localhost", "http://localhost:9090", "");
    one("web-1.example_x.com", "http://web-1.example_x.com:9090", "");
    one("10-20-30-40", "http://10-20-30-40:9090", "");
    one("[::1]", "http://[::1]:9090", "");
}

Test(cli_target, ports_and_paths_are_taken)
{
    one("h:1", "http://h:1", "");
    one("[fe80::1]:65535", "http://[fe80::1]:65535", "");
    one("h:80/x/y?z=1", "http://h:80", "/x/y?z=1");
}

Test(cli_target, schemes_bring_their_own_port)
{
    one("http://h", "http://h:80", "");
    one("HTTPS://h/", "https://h:443", "/");
    one("https://h:8443/p", "https://h:8443", "/p");
}

Test(cli_target, lists_skip_empty_pieces_and_keep_duplicates)
{
    cr_assert(target_add(&list, ",a, b:2,,a,", &error));

    cr_assert_eq(list.count, 3);
    cr_assert_str_eq(list.items[1].origin, "http://b:2");
    cr_assert_str_eq(list.items[2].origin, "http://a:9090");
}

Test(cli_target, ranges_name_each_port)
{
    cr_assert(target_add(&list, "h:9090-9092/s", &error));

    cr_assert_eq(list.count, 3);
    cr_assert_str_eq(list.items[2].name, "h:9092/s");
    cr_assert_str_eq(list.items[2].origin, "http://h:9092");
}

Test(cli_target, the_largest_range_is_4096_ports)
{
    cr_assert(target_add(&list, "h:1-4096", &error));
    cr_assert_eq(list.count, 4096);

    cr_assert_not(target_add(&list, "h:1-4097", &error));
    cr_assert_eq(list.count, 4096);
}

Test(cli_target, sockets_get_an_origin_of_their_own)
{
    cr_assert(target_add(&list, "unix:/a.sock,unix:/b.sock", &error));

    cr_assert_str_eq(list.items[0].socket, "/a.sock");
    cr_assert_str_neq(list.items[0].origin, list.items[1].origin);
}

Test(cli_target, a_pid_is_left_to_be_resolved)
{
    cr_assert(target_add(&list, "pid:4121", &error));

    cr_assert_eq(list.items[0].pid, 4121);
    cr_assert_str_eq(list.items[0].origin, "");
    cr_assert_null(list.items[0].socket);
}

Test(cli_target, what_names_a_list_is_no_target)
{
    static const char *const lists[] = { "@fleet", "http_sd:http://h/", "dns+srv:_x._tcp.h",
                                         "dns+a:h:1" };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        cr_assert_not(target_add(&list, lists[i], &error), "%s", lists[i]);
        cr_assert_not_null(strstr(error.text, "cannot name another"), "%s", error.text);
    }
}

Test(cli_target, a_copy_has_all_and_shares_nothing)
{
    struct target_list copies = { 0 };

    cr_assert(target_add(&list, "unix:/a.sock", &error));
    labels_set(&list.items[0].labels, "zone", "a");

    target_copy(&copies, &list.items[0]);
    target_fini(&list);
    cr_assert_str_eq(copies.items[0].name, "unix:/a.sock");
    cr_assert_str_eq(copies.items[0].socket, "/a.sock");
    cr_assert_str_eq(labels_get(&copies.items[0].labels, "zone"), "a");
    target_fini(&copies);
}

Test(cli_target, what_is_wrong_is_named_and_nothing_is_added)
{
    static const char *const bad[][2] = {
        { "", "empty" },
        { ",,", "empty" },
        { "h:", "port" },
        { "h:0", "port" },
        { "h:65536", "port" },
        { "h:1-", "range" },
        { "h:5-4", "backwards" },
        { "h:1:2", "brackets" },
        { "[::1", "without" },
        { "[::1]x", "expected ':'" },
        { "[::g]", "IPv6" },
        { "a@h", "password" },
        { "http://a:b@h", "password" },
        { "file:///etc/passwd", "scheme" },
        { "h/a\tb", "URL" },
        { "h?x", "expected '/'" },
        { "h\n", "host name" },
        { "..", "host name" },
        { "unix:x", "begins with '/'" },
        { "pid:-1", "process id" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(target_add(&list, bad[i][0], &error), "%s", bad[i][0]);
        cr_assert_not_null(strstr(error.text, bad[i][1]), "%s: %s", bad[i][0], error.text);
        cr_assert_not_null(strstr(error.text, "bad target '"), "%s", error.text);
    }
    cr_assert_eq(list.count, 0);
}

Test(cli_target, random_text_never_makes_an_origin_with_odd_characters)
{
    static const char alphabet[] = "ab1:/[]@-,.%#? \t\x1b\xc3http://unix:pid:";
    unsigned seed = 7;

    for (int round = 0; round < 50000; round++) {
        char spec[24] = { 0 };

        for (size_t i = 0; i < sizeof spec - 1; i++) {
            seed = seed * 1103515245u + 12345u;
            spec[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        if (strchr(spec, '@') == NULL && target_add(&list, spec, &error)) {
            for (size_t i = 0; i < list.count; i++)
                cr_assert_eq(strcspn(list.items[i].origin, " \t\x1b\xc3@#?%"),
                             strlen(list.items[i].origin), "%s", list.items[i].origin);
        }
        target_fini(&list);
    }
}

/* What test/tst.env.js of kang holds, but for what we take on purpose: `10-20-30-40` is a
 * host, and a bare host has porthole's port. */
Test(cli_target, kang_sources_are_read_as_kang_reads_them)
{
    static const char *const good[][3] = {
        { "example.com", "http://example.com:9090", "" },
        { "example:8080", "http://example:8080", "" },
        { "http://example:8080", "http://example:8080", "" },
        { "http://example", "http://example:80", "" },
        { "https://example", "https://example:443", "" },
        { "https://example:8080/foo", "https://example:8080", "/foo" },
        { "example:8080/foo", "http://example:8080", "/foo" },
        { "example/bar", "http://example:80", "/bar" },
        { "http://example/bar", "http://example:80", "/bar" },
        { "10.20.30.40", "http://10.20.30.40:9090", "" },
        { "10.20.30.40:80/kang", "http://10.20.30.40:80", "/kang" },
        { "10-20-30-40", "http://10-20-30-40:9090", "" },
        { "[::1]/x", "http://[::1]:80", "/x" },
        { "[fd00::17]:8080", "http://[fd00::17]:8080", "" },
        { "https://[::]", "https://[::]:443", "" },
        { "a_b-c.d", "http://a_b-c.d:9090", "" },
    };
    static const char *const bad[] = {
        ":8080",       "/foobar",
        ":80/foobar",  "http://",
        "http:///bar", "example:foo",
        "h:",          "h:0",
        "h:65536",     "h:-1",
        "h:+1",        "h:1x",
        "10.0.0.",     "10.20.30.400",
        "1.2.3.4.5:",  "10.20.30.40:x",
        "[::1",        "[::g]",
        "[]",          "[1.2.3.4]",
        "[::1]:",      "::1",
        "a b",         "h:99999999999",
        "@@",      "user:pw@example",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        list.kang = true;
        one(good[i][0], good[i][1], good[i][2]);
    }
    target_fini(&list);
    list.kang = true;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(target_add(&list, bad[i], &error), "%s", bad[i]);
}
