/* SPDX-License-Identifier: MIT */
#include "cli/opts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opts_command commands[] = {
    { "ps", "", "list", "", OPTS_PS, 0, 0, NULL },
    { "top", "[TARGET...]", "watch", "details\n", OPTS_TOP, 0, -1, NULL },
    { "get", "TARGET [PATH]", "print", "", OPTS_GET, 1, 2, NULL },
    { "profile", "TARGET", "record", "", OPTS_PROFILE, 1, 1, NULL },
    { "objects", "[TYPE]", "list", "", OPTS_OBJECTS, 0, -1, NULL },
    { "kang", "TYPE[:ID]", "print", "", OPTS_KANG, 1, 1, NULL },
    { NULL, NULL, NULL, NULL, 0, 0, 0, NULL },
};

static struct opts_line line;
static struct opts_error error;
static char *words[16];

/* Parse a line of words; they are cut at the spaces. */
static bool parse(const char *text)
{
    static char copy[256];
    int argc = 0;
    char *rest = copy;

    snprintf(copy, sizeof copy, "%s", text);
    while (rest != NULL && argc < 15)
        words[argc++] = strsep(&rest, " ");
    words[argc] = NULL;
    return opts_parse(argc, words, commands, &line, &error);
}

Test(cli_opts, has_the_defaults_that_the_help_names)
{
    cr_assert(parse("porthole top"));

    cr_assert_float_eq(line.opts.timeout_ms, 2000, 0);
    cr_assert_float_eq(line.opts.interval_ms, 2000, 0);
    cr_assert_eq(line.opts.count, 0);
    cr_assert_not(line.opts.json);
}

Test(cli_opts, options_may_stand_before_between_and_behind)
{
    cr_assert(parse("porthole --json top a --timeout 500ms b --once"));

    cr_assert_str_eq(line.command->name, "top");
    cr_assert(line.opts.json);
    cr_assert_float_eq(line.opts.timeout_ms, 500, 0);
    cr_assert_eq(line.opts.count, 1);
    cr_assert_str_eq(words[line.first], "a");
    cr_assert_str_eq(words[line.first + 1], "b");
}

Test(cli_opts, values_may_follow_an_equals_sign)
{
    cr_assert(parse("porthole top --count=3 --interval=5m"));

    cr_assert_eq(line.opts.count, 3);
    cr_assert_float_eq(line.opts.interval_ms, 300000, 0);
}

Test(cli_opts, two_dashes_end_the_options)
{
    cr_assert(parse("porthole top -- --once"));

    cr_assert_str_eq(words[line.first], "--once");
    cr_assert_eq(line.opts.count, 0);
}

Test(cli_opts, a_short_form_is_its_long_one)
{
    static const char *const lines[] = { "porthole profile a -o x", "porthole profile -ox a",
                                         "porthole profile a --output x",
                                         "porthole profile a --output=x" };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_assert(parse(lines[i]), "%s: %s", lines[i], error.text);
        cr_assert_str_eq(line.opts.output, "x", "%s", lines[i]);
        cr_assert_str_eq(words[line.first], "a", "%s", lines[i]);
    }
}

Test(cli_opts, a_dash_alone_is_a_value_as_any_other)
{
    cr_assert(parse("porthole profile a -o -"));

    cr_assert_str_eq(line.opts.output, "-");
}

Test(cli_opts, a_capture_waits_longer_unless_told_otherwise)
{
    cr_assert(parse("porthole profile a"));
    cr_assert_float_eq(line.opts.timeout_ms, 15000, 0);
    cr_assert_not(line.opts.timeout_given);

    cr_assert(parse("porthole profile a --timeout 1s"));
    cr_assert_float_eq(line.opts.timeout_ms, 1000, 0);
    cr_assert(line.opts.timeout_given);
}

Test(cli_opts, says_what_is_wrong)
{
    static const char *const bad[][2] = {
        { "porthole --onse top", "did you mean '--once'?" },
        { "porthole top --tim 5", "did you mean '--timeout'?" },
        { "porthole top --jso", "did you mean '--json'?" },
        { "porthole top --zzzzzz", "see 'porthole --help'" },
        { "porthole top -q", "unknown option '-q'" },
        { "porthole tpo", "did you mean 'top'?" },
        { "porthole quux", "unknown command 'quux'" },
        { "porthole top --timeout", "needs a value" },
        { "porthole top --json=1", "takes no value" },
        { "porthole top --count 0", "bad value '0'" },
        { "porthole top --interval x", "bad duration 'x' for '--interval'" },
        { "porthole ps --once", "'porthole ps' has no option '--once'" },
        { "porthole profile a -o", "option '--output' needs a value" },
        { "porthole ps -o x", "'porthole ps' has no option '--output'" },
        { "porthole profile a --thread -1", "bad value '-1' for '--thread'" },
        { "porthole profile a --interval-us 0", "bad value '0' for '--interval-us'" },
        { "porthole ps x", "too many arguments" },
        { "porthole get", "needs TARGET" },
        { "porthole --json", "no command given" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(parse(bad[i][0]), "%s", bad[i][0]);
        cr_assert_not_null(strstr(error.text, bad[i][1]), "%s: %s", bad[i][0], error.text);
    }
}

Test(cli_opts, help_and_version_end_all_checks)
{
    cr_assert(parse("porthole --help"));
    cr_assert(line.opts.help);
    cr_assert(parse("porthole get --help"));
    cr_assert_str_eq(line.command->name, "get");
    cr_assert(parse("porthole --version ps too many"));
    cr_assert(line.opts.version);
}

Test(cli_opts, no_word_at_all_is_no_error_and_no_command)
{
    cr_assert(parse("porthole"));

    cr_assert_null(line.command);
}

Test(cli_opts, the_help_of_a_command_lists_what_it_takes_and_nothing_else)
{
    struct buf out = { 0 };

    opts_help(&out, commands, &commands[0]);

    cr_assert_not_null(strstr(buf_text(&out), "--all"));
    cr_assert_null(strstr(buf_text(&out), "--once"));
    buf_fini(&out);
}

Test(cli_opts, kangs_grammar_needs_no_command)
{
    static const char *const lines[] = {
        "porthole -h a conn",       "porthole -l conn",     "porthole conn:c7",
        "porthole -f json conn",    "porthole conn -o x,y", "porthole kang conn",
        "porthole -h a -h b top",   "porthole -l objects",  "porthole kang -o x conn",
    };

    unsetenv("KANG_SOURCES");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_assert(parse(lines[i]), "%s: %s", lines[i], error.text);
        cr_assert_str_eq(line.command->name, "kang", "%s", lines[i]);
        cr_assert_not_null(words[line.first], "%s", lines[i]);
    }
    cr_assert_eq(line.opts.fields.count, 1);
    cr_assert_str_eq(line.opts.fields.items[0], "x");
}

Test(cli_opts, a_word_alone_is_a_query_only_for_users_of_kang)
{
    unsetenv("KANG_SOURCES");
    cr_assert_not(parse("porthole lease"));

    setenv("KANG_SOURCES", "h", 1);
    cr_assert(parse("porthole lease"));
    cr_assert_str_eq(line.command->name, "kang");
    cr_assert_not(parse("porthole tpo"), "a slip of a command's name");
}

Test(cli_opts, a_command_that_knows_the_options_stays_itself)
{
    cr_assert(parse("porthole objects -h a -h b -o x job"));

    cr_assert_str_eq(line.command->name, "objects");
    cr_assert_eq(line.opts.sources.count, 2);
    cr_assert_str_eq(line.opts.sources.items[1], "b");
}
