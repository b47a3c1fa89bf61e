/* SPDX-License-Identifier: MIT */
#include "cli/maps.h"
#include "cli/slurp.h"

#include "guard.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "/tmp/porthole-maps-XXXXXX";
static struct maps *maps;
static struct maps_origin origin;

#define MAP \
    "{\"version\":3,\"sources\":[\"../src/" \
    "a.ts\"],\"names\":[\"total\"],\"mappings\":\"AAAA,IACEA\"}"

static const char *path_of(const char *name)
{
    static char path[100];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static const char *put(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "we");

    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    return path_of(name);
}

static void begin(void)
{
    cr_assert_not_null(mkdtemp(dir));
    maps = maps_new();
}

static void end(void)
{
    static const char *const names[] = { "app.js", "app.js.map", "a b.js",
                                         "pipe",   "socket",     "link" };

    maps_free(maps);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_of(names[i]));
    rmdir(dir);
}

TestSuite(cli_maps, .init = begin, .fini = end);

static bool find(const char *file)
{
    return maps_find(maps, file, 1, 5, &origin);
}

static void keep(const char *file, const char *why, void *user)
{
    (void)file;
    snprintf(user, 64, "%s", why);
}

/* Why the one script that was asked for has no map; "" if nothing is wrong with it. */
static const char *failure(void)
{
    static char why[64];

    why[0] = '\0';
    maps_failures(maps, keep, why);
    return why;
}

Test(cli_maps, a_map_beside_the_script_is_found)
{
    char source[64];

    put("app.js.map", MAP);
    put("app.js", "aaaa total();\n//# sourceMappingURL=app.js.map\n");

    cr_assert(find(path_of("app.js")));
    snprintf(source, sizeof source, "/tmp/src/a.ts");
    cr_assert_str_eq(origin.file, source);
    cr_assert_eq(origin.line, 2);
    cr_assert_eq(origin.column, 3);
    cr_assert_str_eq(origin.name, "total");
    cr_assert_not(maps_find(maps, path_of("app.js"), 7, 1, &origin));
}

Test(cli_maps, a_map_inside_the_script_is_found)
{
    put("app.js", "x\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,"
                  "eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbImIudHMiXSwibWFwcGluZ3MiOiJBQUFBIn0=");

    cr_assert(find(path_of("app.js")));
    cr_assert_str_eq(origin.file, path_of("b.ts"));
}

Test(cli_maps, a_map_in_percent_signs_is_found)
{
    put("app.js", "/*# sourceMappingURL=data:application/json,%7B%22version%22:3,"
                  "%22sources%22:[%22b.ts%22],%22mappings%22:%22AAAA%22%7D */");

    cr_assert(find(path_of("app.js")), "%s", failure());
    cr_assert_str_eq(origin.file, path_of("b.ts"));
}

Test(cli_maps, file_urls_are_followed)
{
    char url[128];

    put("app.js.map", MAP);
    snprintf(url, sizeof url, "x\n//# sourceMappingURL=file://%s/app.js.map?v=1", dir);
    put("a b.js", url);
    snprintf(url, sizeof url, "file://%s/a%%20b.js", dir);

    cr_assert(find(url), "%s", failure());
    cr_assert_eq(origin.line, 2);
}

Test(cli_maps, the_last_comment_counts_and_text_is_no_comment)
{
    put("app.js.map", MAP);
    put("app.js", "//# sourceMappingURL=nowhere\nlet s = 'sourceMappingURL=x';\n"
                  "//@ sourceMappingURL=app.js.map\nsourceMappingURL=y");

    cr_assert(find(path_of("app.js")), "%s", failure());
}

Test(cli_maps, the_guard_line_of_a_map_is_skipped)
{
    put("app.js.map", ")]}'\n" MAP);
    put("app.js", "x\n//# sourceMappingURL=app.js.map");

    cr_assert(find(path_of("app.js")), "%s", failure());
}

Test(cli_maps, scripts_without_a_map_are_no_failure)
{
    static const char *const names[] = { "",         "node:fs",          "app.js",
                                         "/nowhere", "https://x/app.js", "file://host/x.js" };

    put("app.js", "plain");

    cr_assert_not(find(path_of("app.js")));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_assert_not(find(names[i]), "%s", names[i]);
    cr_assert_str_eq(failure(), "");
}

Test(cli_maps, a_map_that_cannot_be_used_says_why)
{
    static const struct {
        const char *url;
        const char *map;
        const char *why;
    } cases[] = {
        { "gone.map", "", "no such file or directory" },
        { "https://x/app.js.map", "", "it is not on this machine" },
        { "/dev/null", "", "not a regular file" },
        { "app.js.map", "", "it is no JSON" },
        { "app.js.map", "{\"version\":3", "it is no JSON" },
        { "app.js.map", ")]}'", "it is no JSON" },
        { "app.js.map", "[]", "it is no JSON object" },
        { "app.js.map", "{\"version\":3,\"sources\":[]}", "it has no mappings" },
        { "data:application/json", "", "bad data: URL" },
        { "data:,%7", "", "bad data: URL" },
        { "data:;base64,***", "", "bad Base64" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[128];

        snprintf(script, sizeof script, "x\n//# sourceMappingURL=%s\n", cases[i].url);
        put("app.js.map", cases[i].map);
        put("app.js", script);
        maps_free(maps);
        maps = maps_new();
        if (strcmp(cases[i].why, "bad Base64") == 0)
            put("app.js", "x\n//# sourceMappingURL=data:;base64,!!!\n");

        cr_assert_not(find(path_of("app.js")));
        cr_assert_str_eq(failure(), cases[i].why, "%s", cases[i].url);
    }
}

Test(cli_maps, a_script_is_read_once)
{
    put("app.js.map", MAP);
    put("app.js", "x\n//# sourceMappingURL=app.js.map");
    cr_assert(find(path_of("app.js")));

    unlink(path_of("app.js"));
    unlink(path_of("app.js.map"));
    cr_assert(find(path_of("app.js")));
}

Test(cli_maps, no_more_scripts_than_the_ceiling)
{
    char name[32];

    put("app.js.map", MAP);
    put("app.js", "x\n//# sourceMappingURL=app.js.map");
    for (int i = 0; i < MAPS_FILES; i++) {
        snprintf(name, sizeof name, "/nowhere/%d", i);
        cr_assert_not(find(name));
    }

    cr_assert_not(find(path_of("app.js")));
}

Test(cli_maps, a_word_is_told_at_its_place_only)
{
    put("app.js.map", MAP);
    put("app.js", "a.total(total1)\n\xC3\xA4 b\n//# sourceMappingURL=app.js.map");

    cr_assert(maps_spells(maps, path_of("app.js"), 1, 3, "total"));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 1, 4, "total"));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 1, 9, "total"), "total1");
    cr_assert(maps_spells(maps, path_of("app.js"), 1, 9, "total1"));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 2, 3, "b"), "bytes are no columns here");
    cr_assert_not(maps_spells(maps, path_of("app.js"), 1, 1, ""));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 99, 1, "a"));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 1, 4000000000u, "a"));
    cr_assert_not(maps_spells(maps, path_of("app.js"), 0, 0, "a"));
    cr_assert_not(maps_spells(maps, "/nowhere", 1, 1, "a"));
}

/* ---- slurp --------------------------------------------------------------------------- */

static const char *slurped(const char *path, size_t limit)
{
    struct buf out = { .limit = limit };
    const char *wrong = slurp(path, &out);

    buf_fini(&out);
    return wrong;
}

Test(cli_maps, only_regular_files_are_read)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fds = guard_open_fds();

    cr_assert_eq(mkfifo(path_of("pipe"), 0600), 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path_of("socket"));
    cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);

    cr_assert_str_eq(slurped(path_of("pipe"), 9), "not a regular file");
    cr_assert_str_eq(slurped(path_of("socket"), 9), "not a regular file");
    cr_assert_str_eq(slurped("/dev/zero", 9), "not a regular file");
    cr_assert_str_eq(slurped(dir, 9), "not a regular file");
    cr_assert_str_eq(slurped("/nowhere", 9), "no such file or directory");
    cr_assert_eq(guard_open_fds(), fds);
    close(listener);
}

Test(cli_maps, a_file_beyond_the_ceiling_is_refused)
{
    put("app.js", "0123456789");

    cr_assert_null(slurped(path_of("app.js"), 10));
    cr_assert_str_eq(slurped(path_of("app.js"), 9), "file is too big");
}

Test(cli_maps, links_are_followed)
{
    char link[64];

    put("app.js", "x");
    snprintf(link, sizeof link, "%s/link", dir);
    cr_assert_eq(symlink("app.js", link), 0);

    cr_assert_null(slurped(link, 9));
}
