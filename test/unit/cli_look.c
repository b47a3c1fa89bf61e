/* SPDX-License-Identifier: MIT */
#include "cli/looks.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct look_owner shop = { "web-3", "2026-11-20T23:05:31.506Z", 4121 };

static struct look before, now;
static struct buf text;

static void end(void)
{
    look_fini(&before);
    look_fini(&now);
    buf_fini(&text);
}

TestSuite(cli_look, .fini = end);

static double value_of(const struct look *look, const char *key)
{
    double value = -7;

    return look_find(look, key, &value) ? value : -7;
}

static bool reads(const char *json, const struct look_owner *owner)
{
    look_fini(&now);
    return look_read(json, strlen(json), owner, &now);
}

Test(cli_look, the_last_value_of_a_name_counts)
{
    look_put(&now, "a", 1);
    look_put(&now, "b", 2);
    look_put(&now, "a", 3);

    cr_assert_float_eq(value_of(&now, "a"), 3, 0);
    cr_assert_float_eq(value_of(&now, "b"), 2, 0);
    cr_assert_float_eq(value_of(&now, "c"), -7, 0);
}

Test(cli_look, comes_back_as_it_was_written)
{
    look_put(&before, "0/top/Socket/error", 812.5);
    look_put(&before, "0/top/\x1b[2J\"\\<>\xC3\xA4\xE2\x80\xA8\n/x", -3);
    look_put(&before, "unknown", NAN);
    before.at_s = 1795648374.494;
    look_write(&text, &before, &shop);

    cr_assert(reads(buf_text(&text), &shop));
    cr_assert_float_eq(now.at_s, 1795648374.494, 1e-6);
    cr_assert_float_eq(value_of(&now, "0/top/Socket/error"), 812.5, 0);
    cr_assert_float_eq(value_of(&now, "0/top/\x1b[2J\"\\<>\xC3\xA4\xE2\x80\xA8\n/x"), -3, 0);
    cr_assert(isnan(value_of(&now, "unknown")));
}

Test(cli_look, of_another_process_is_none)
{
    struct look_owner others[] = { shop, shop, shop };

    others[0].pid = 4122;
    others[1].host = "web-4";
    others[2].started = "2026-11-20T23:05:31.507Z";
    look_put(&before, "a", 1);
    look_write(&text, &before, &shop);

    for (size_t i = 0; i < 3; i++) {
        cr_assert_not(reads(buf_text(&text), &others[i]), "%zu", i);
        cr_assert_eq(now.keys.count, 0);
    }
}

Test(cli_look, what_is_no_look_is_none)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "7",
        "{\"schema\":1}",
        "{\"schema\":2,\"host\":\"web-3\",\"pid\":4121,"
        "\"started\":\"2026-11-20T23:05:31.506Z\",\"at\":1,\"figures\":{}}",
        "{\"schema\":1,\"host\":\"web-3\",\"pid\":4121,"
        "\"started\":\"2026-11-20T23:05:31.506Z\",\"at\":1,\"figures\":[]}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(reads(bad[i], &shop), "%s", bad[i]);
}

Test(cli_look, figures_that_are_none_are_not_known)
{
    cr_assert(reads("{\"schema\":1,\"host\":\"web-3\",\"pid\":4121,"
                    "\"started\":\"2026-11-20T23:05:31.506Z\",\"at\":\"x\","
                    "\"figures\":{\"a\":\"1\",\"b\":{},\"c\":2}}",
                    &shop));

    cr_assert(isnan(now.at_s));
    cr_assert(isnan(value_of(&now, "a")));
    cr_assert(isnan(value_of(&now, "b")));
    cr_assert_float_eq(value_of(&now, "c"), 2, 0);
}

Test(cli_look, has_a_ceiling)
{
    char key[32];

    for (int i = 0; i < LOOK_FIGURES + 100; i++) {
        snprintf(key, sizeof key, "key %d", i);
        look_put(&now, key, i);
    }

    cr_assert_eq(now.keys.count, LOOK_FIGURES);
    cr_assert_float_eq(value_of(&now, "key 4095"), 4095, 0);
}

/* ---- From run to run ----------------------------------------------------------------- */

static struct looks looks;

static void begin_files(void)
{
    scratch_init();
    setenv("PORTHOLE_RUN_DIR", scratch_path(""), 1);
    unsetenv(LOOKS_OFF_ENV);
}

static void end_files(void)
{
    DIR *dir = opendir(scratch_path("looks"));
    const struct dirent *entry;

    looks_fini(&looks);
    look_fini(&now);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(scratch_path("looks"));
    scratch_fini();
}

TestSuite(cli_looks, .init = begin_files, .fini = end_files);

/* What a run does: looks what there was, keeps `value`; -7: there was none. */
static double look_at(const struct look_owner *owner, double value)
{
    const struct look *last = looks_last(&looks, owner);
    double old = last != NULL ? value_of(last, "a") : -7;

    look_put(&now, "a", value);
    looks_keep(&looks, owner, &now);
    return old;
}

static double look_anew(const char *command, const struct look_owner *owner, double value)
{
    looks_fini(&looks);
    looks_init(&looks, command, true);
    return look_at(owner, value);
}

/* The macros of Criterion would look more than once. */
static void was(double value, double expected)
{
    cr_assert_float_eq(value, expected, 0);
}

Test(cli_looks, the_last_look_is_found_by_the_next_run)
{
    was(look_anew("gc", &shop, 1), -7);
    was(look_anew("gc", &shop, 2), 1);
    was(look_anew("gc", &shop, 3), 2);
}

Test(cli_looks, are_apart_by_command_and_process)
{
    struct look_owner other = { shop.host, shop.started, 77 };

    look_anew("gc", &shop, 1);

    was(look_anew("heap", &shop, 2), -7);
    was(look_anew("gc", &other, 3), -7);
    was(look_anew("gc", &shop, 4), 1);
}

Test(cli_looks, without_files_are_kept_as_long_as_the_command_runs)
{
    looks_init(&looks, "gc", false);

    was(look_at(&shop, 1), -7);
    was(look_at(&shop, 2), 1);
    cr_assert_not(scratch_has("looks"));
    was(look_anew("gc", &shop, 3), -7);
}

Test(cli_looks, the_environment_turns_files_off)
{
    setenv(LOOKS_OFF_ENV, "1", 1);
    look_anew("gc", &shop, 1);

    cr_assert_not(scratch_has("looks"));
}

Test(cli_looks, at_somebody_who_does_not_say_who_he_is_are_not_kept)
{
    struct look_owner nobody = { "", "", NAN };

    was(look_anew("gc", &nobody, 1), -7);
    was(look_at(&nobody, 2), -7);
    cr_assert_not(scratch_has("looks"));
}

Test(cli_looks, a_folder_that_others_may_write_to_is_not_used)
{
    look_anew("gc", &shop, 1);
    cr_assert_eq(chmod(scratch_path("looks"), 0770), 0);

    was(look_anew("gc", &shop, 2), -7);
}

Test(cli_looks, one_more_than_the_most_makes_the_oldest_go)
{
    struct look_owner owner = shop;

    for (int i = 0; i < LOOKS_FILES + 5; i++) {
        owner.pid = i;
        look_anew("gc", &owner, i);
    }

    owner.pid = LOOKS_FILES + 4;
    was(look_anew("gc", &owner, 0), LOOKS_FILES + 4);
    owner.pid = 0;
    was(look_anew("gc", &owner, 0), -7);
}
