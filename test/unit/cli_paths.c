/* SPDX-License-Identifier: MIT */
#include "cli/paths.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct buf out;

static void end(void)
{
    buf_fini(&out);
}

TestSuite(cli_paths, .fini = end);

static const char *local(const char *name)
{
    buf_clear(&out);
    return paths_local(&out, name) ? buf_text(&out) : NULL;
}

static const char *beside(const char *base, const char *root, const char *reference)
{
    buf_clear(&out);
    paths_beside(&out, base, root, reference);
    return buf_text(&out);
}

Test(cli_paths, absolute_paths_and_file_urls_are_local)
{
    cr_assert_str_eq(local("/app/x.js"), "/app/x.js");
    cr_assert_str_eq(local("/app/100%.js"), "/app/100%.js");
    cr_assert_str_eq(local("file:///app/a%20b.mjs"), "/app/a b.mjs");
    cr_assert_str_eq(local("FILE://localhost/app/x.mjs?v=2#top"), "/app/x.mjs");
}

Test(cli_paths, everything_else_is_not)
{
    static const char *const names[] = {
        "",        "x.js",          "node:fs",     "https://x/y.js", "file://host/x",
        "file://", "file:///a%00b", "file:///a%2", "file:///a%zz"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_assert_null(local(names[i]), "'%s'", names[i]);
        cr_assert_eq(out.len, 0);
    }
}

Test(cli_paths, references_are_resolved_beside_their_file)
{
    cr_assert_str_eq(beside("/app/dist/x.js", "", "x.js.map"), "/app/dist/x.js.map");
    cr_assert_str_eq(beside("/app/dist/x.js", "", "../src/./x.ts"), "/app/src/x.ts");
    cr_assert_str_eq(beside("/app/dist/x.js", "", "/maps/x"), "/maps/x");
    cr_assert_str_eq(beside("/x.js", "", "../../../etc//passwd"), "/etc/passwd");
    cr_assert_str_eq(beside("/x.js", "", ".."), "/");
    cr_assert_str_eq(beside("x.js", "", "y"), "/y");
}

Test(cli_paths, the_root_is_put_in_front)
{
    cr_assert_str_eq(beside("/app/x.js", "../src", "a.ts"), "/src/a.ts");
    cr_assert_str_eq(beside("/app/x.js", "/src/", "a.ts"), "/src/a.ts");
    cr_assert_str_eq(beside("/app/x.js", "/src", "/other/a.ts"), "/other/a.ts");
    cr_assert_str_eq(beside("/app/x.js", "webpack://app", "a.ts"), "webpack://app/a.ts");
    cr_assert_str_eq(beside("/app/x.js", "file:///s", "a%20b"), "/s/a b");
}

Test(cli_paths, names_with_a_scheme_stay)
{
    cr_assert_str_eq(beside("/app/x.js", "/root", "webpack:///./a.ts"), "webpack:///./a.ts");
    cr_assert_str_eq(beside("/app/x.js", "", "https://x/../a"), "https://x/../a");
    cr_assert_str_eq(beside("/app/x.js", "", "1a:b"), "/app/1a:b");
}

Test(cli_paths, a_thousand_steps_up_end_at_the_root)
{
    char long_name[4096] = "";

    for (size_t i = 0; i + 4 < sizeof long_name; i += 3)
        snprintf(long_name + i, sizeof long_name - i, "../");

    cr_assert_str_eq(beside("/a/b/c", "", long_name), "/");
}
