/* SPDX-License-Identifier: MIT */
/*
 * cmd_rules: shows, checks, translates and tries out rules.
 */
#include "cmd_rules.h"

#include "exitcode.h"
#include "promrules.h"
#include "readfile.h"
#include "rulestest.h"
#include "ruleset.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

#define HISTORY_BYTES ((size_t)256 << 20)

static int finish(struct buf *out, int code)
{
    bool good = say(buf_text(out), out->len);

    buf_fini(out);
    return good ? code : EXITCODE_INTERNAL;
}

static int load(const char *name, struct ph_rulefile *rules)
{
    char error[RULESET_ERROR];

    if (ruleset_load(name, rules, error))
        return EXITCODE_FINE;
    say_error("%s", error);
    return EXITCODE_USAGE;
}

static int show_prometheus(const char *name)
{
    struct ph_rulefile rules;
    struct buf out = { 0 };
    char error[PROMRULES_ERROR] = "";
    int code = load(name, &rules);

    if (code != EXITCODE_FINE)
        return code;
    promrules_write(&out, &rules, error);
    ph_rulefile_fini(&rules);
    if (error[0] != '\0')
        say_error("%s", error);
    return finish(&out, EXITCODE_FINE);
}

static int show_count(const struct opts *opts, const char *name)
{
    struct ph_rulefile rules;
    struct buf out = { 0 };
    int code = load(name, &rules);

    if (code != EXITCODE_FINE)
        return code;
    if (opts->json) {
        buf_printf(&out, "{\"schema\":1,\"rules\":%zu}\n", rules.n);
    } else {
        text_clean(&out, name, strlen(name), say_charset());
        buf_printf(&out, ": %zu rule%s\n", rules.n, rules.n == 1 ? "" : "s");
    }
    ph_rulefile_fini(&rules);
    return finish(&out, EXITCODE_FINE);
}

static int run_test(struct rulestest *test, struct ph_rulefile *rules)
{
    struct rulestest_result result;
    struct buf out = { 0 };
    char error[512];
    size_t n = rules->n;

    if (!rulestest_run(test, rules, &out, &result, error)) {
        say_error("%s", error);
        buf_fini(&out);
        return EXITCODE_USAGE;
    }
    if (test->json)
        buf_printf(&out, "{\"rules\":%zu,\"rows\":%zu,\"fired\":%zu,\"unread\":%zu}\n", n,
                   result.rows, result.fired, result.unread);
    else
        buf_printf(&out, "%zu rule%s, %zu row%s, fired %zu time%s\n", n, n == 1 ? "" : "s",
                   result.rows, result.rows == 1 ? "" : "s", result.fired,
                   result.fired == 1 ? "" : "s");
    if (result.unread)
        say_error("%zu of %zu rules are about what '%s' has no column of", result.unread, n,
                  test->name);
    return finish(&out, result.fired ? EXITCODE_RULE : EXITCODE_FINE);
}

static int try_out(const struct opts *opts, const char *file, const char *history)
{
    struct rulestest test = { .name = history, .json = opts->json };
    struct ph_rulefile rules;
    struct buf text;
    char why[256];
    int code = load(file, &rules);

    if (code != EXITCODE_FINE)
        return code;
    buf_init(&text, HISTORY_BYTES);
    if (readfile(history, &text, why)) {
        test.text = buf_text(&text);
        test.len = text.len;
        code = run_test(&test, &rules);
    } else {
        say_error("%s", why);
        code = EXITCODE_USAGE;
    }
    ph_rulefile_fini(&rules);
    buf_fini(&text);
    return code;
}

int cmd_rules(const struct opts *opts, char **arguments, int count)
{
    struct buf out = { 0 };

    if (count == 3 && strcmp(arguments[0], "test") == 0 && !opts->prometheus)
        return try_out(opts, arguments[1], arguments[2]);
    if (count > 1 || (count == 1 && strcmp(arguments[0], "test") == 0)) {
        say_error("'porthole rules' takes a FILE, or 'test FILE HISTORY'");
        return EXITCODE_USAGE;
    }
    if (opts->prometheus)
        return show_prometheus(count ? arguments[0] : NULL);
    if (count)
        return show_count(opts, arguments[0]);
    buf_puts(&out, ruleset_builtin);
    return finish(&out, EXITCODE_FINE);
}
