/* SPDX-License-Identifier: MIT */
#include "agent/rulefile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/verdict.h"
#include "alloc.h"
#include "dice.h"

static struct ph_rulefile file;
static struct ph_rulefile_error err;

static void fini(void)
{
    ph_rulefile_fini(&file);
}

TestSuite(rulefile, .fini = fini);

static bool parse(const char *text)
{
    ph_rulefile_fini(&file);
    return ph_rulefile_parse(text, strlen(text), &file, &err);
}

/* The one rule whose trigger is `when`. */
static const struct ph_rulefile_rule *triggered(const char *when)
{
    char text[512];

    snprintf(text, sizeof text, "a:\n  when: %s\n", when);
    cr_assert(parse(text), "%s: %u:%u: %s", when, err.line, err.column, err.text);
    cr_assert_eq(file.n, 1);
    return &file.rule[0];
}

static void expect(const char *text, unsigned line, unsigned column, const char *says)
{
    cr_assert_not(parse(text), "%s", text);
    cr_expect(err.line == line && err.column == column && strstr(err.text, says),
              "%s\n  %u:%u: %s\n  instead of %u:%u: %s", text, err.line, err.column, err.text,
              line, column, says);
}

/* Of a file whose rule is triggered so: the trigger is in line 2 from column 9 on. */
static void expect_when(const char *when, unsigned at, const char *says)
{
    char text[512];

    snprintf(text, sizeof text, "a:\n  when: %s\n", when);
    expect(text, 2, 9 + at, says);
}

static const char whole[] = "# what a file may hold\n"
                            "---\n"
                            "sockets-grow:   # a comment\n"
                            "  when: sockets.tcp.established grows > 100/h over 2h\n"
                            "  where: service=api, version!=1.4.*, dc=fra*\n"
                            "  for: 10m\n"
                            "  misses: 3\n"
                            "  cooldown: 1h\n"
                            "  severity: critical\n"
                            "  says: \"{service} {target}: \\\"{says}\\\"\"\n"
                            "  thread: main\n"
                            "  limit: 4\n"
                            "  do:\n"
                            "    - exec /usr/local/bin/page \"a word\" b\n"
                            "    - webhook https://hooks.example/x\n"
                            "    - alertmanager http://127.0.0.1:9093\n"
                            "    - stdout\n"
                            "    - capture profile 10s\n"
                            "\n"
                            "gone:\n"
                            "  when: absent\n"
                            "  says: 'it''s gone'\n"
                            "  do: stdout\n";

Test(rulefile, an_empty_file_has_no_rules)
{
    static const char *const texts[] = { "", "\n", "# nothing\n", "---\n", "  # x\r\n\t\n" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cr_assert(parse(texts[i]), "%s", err.text);
        cr_assert_eq(file.n, 0);
    }
}

Test(rulefile, every_key_is_read)
{
    const struct ph_rulefile_rule *r;

    cr_assert(parse(whole), "%u:%u: %s", err.line, err.column, err.text);

    cr_assert_eq(file.n, 2);
    r = &file.rule[0];
    cr_expect_str_eq(r->name, "sockets-grow");
    cr_expect_eq(r->line, 3);
    cr_expect_str_eq(r->trigger, "sockets.tcp.established grows > 100/h over 2h");
    cr_expect_eq(r->n_where, 3);
    cr_expect(r->where[1].differs);
    cr_expect_str_eq(r->where[1].pattern, "1.4.*");
    cr_expect_eq(r->for_s, 600);
    cr_expect_eq(r->misses, 3);
    cr_expect_eq(r->cooldown_s, 3600);
    cr_expect_eq(r->severity, PH_SEVERITY_CRITICAL);
    cr_expect_str_eq(r->says, "{service} {target}: \"{says}\"");
    cr_expect_str_eq(r->thread, "main");
    cr_expect_eq(r->limit, 4);
    cr_expect_str_eq(file.rule[1].says, "it's gone");
}

Test(rulefile, every_action_is_read)
{
    const struct ph_rulefile_do *d;

    cr_assert(parse(whole));
    d = file.rule[0].action;

    cr_assert_eq(file.rule[0].n_do, 5);
    cr_expect_eq(d[0].kind, PH_DO_EXEC);
    cr_expect_eq(d[0].words, 3);
    cr_expect_arr_eq(d[0].text, "/usr/local/bin/page\0a word\0b", 28);
    cr_expect_eq(d[1].kind, PH_DO_WEBHOOK);
    cr_expect_str_eq(d[1].text, "https://hooks.example/x");
    cr_expect_eq(d[2].kind, PH_DO_ALERTMANAGER);
    cr_expect_eq(d[3].kind, PH_DO_STDOUT);
    cr_expect_eq(d[4].kind, PH_DO_CAPTURE);
    cr_expect_str_eq(d[4].text, "profile");
    cr_expect_eq(d[4].lasts_s, 10);
    cr_expect_eq(d[4].line, 18);
    cr_expect_eq(d[4].column, 7);
}

Test(rulefile, an_end_of_line_may_have_a_carriage_return_and_a_file_a_mark_of_byte_order)
{
    cr_assert(parse("\xEF\xBB\xBF"
                    "a:\r\n  when: absent\r\n  do:\r\n  - stdout\r\n"),
              "%s", err.text);
    cr_assert_eq(file.rule[0].n_do, 1);
}

/* ---- Triggers ---------------------------------------------------------------------- */

Test(rulefile, thresholds_have_four_operators)
{
    static const char *const texts[] = { ">", ">=", "<", "<=" };
    char when[64];

    for (int i = 0; i < 4; i++) {
        const struct ph_rulefile_rule *r;

        snprintf(when, sizeof when, "sockets.total %s 5", texts[i]);
        r = triggered(when);
        cr_expect_eq(r->when, PH_WHEN_THRESHOLD);
        cr_expect_eq(r->op, (enum ph_op)i);
        cr_expect_eq(r->value, 5);
        cr_expect_str_eq(r->figure, "sockets.total");
    }
}

Test(rulefile, the_name_of_an_item_may_have_blanks_and_operators)
{
    const struct ph_rulefile_rule *r = triggered("listeners.top[So > et error].listeners>5");

    cr_expect_str_eq(r->figure, "listeners.top[So > et error].listeners");
    r = triggered("listeners.top[Socket error].listeners > 5");
    cr_expect_str_eq(r->figure, "listeners.top[Socket error].listeners");
    r = triggered("sockets.by_peer[[::1]:443].count>5");
    cr_expect_str_eq(r->figure, "sockets.by_peer[[::1]:443].count");
    expect_when("listeners.top[Socket error > 5", 30, "nothing that 'listeners.top[");
}

Test(rulefile, blanks_around_an_operator_may_be_left_out)
{
    const struct ph_rulefile_rule *r = triggered("process.rss_bytes>=1.5Gi");

    cr_assert_eq(r->op, PH_OP_AT_LEAST);
    cr_assert_eq(r->value, 1.5 * 1024 * 1024 * 1024);
}

Test(rulefile, numbers_have_units)
{
    static const struct {
        const char *when;
        double value;
    } cases[] = {
        { "a.b > 3k", 3000 },
        { "a.b > 3M", 3e6 },
        { "a.b > 2G", 2e9 },
        { "a.b > 1T", 1e12 },
        { "a.b > 3Ki", 3072 },
        { "a.b > 1Mi", 1048576 },
        { "a.b > -0.25", -0.25 },
        { "loop.delay_ms.p99 > 2s", 2000 },
        { "loop.blocked_ms > 1m", 60000 },
        { "loop.blocked_ms > 500ms", 500 },
        { "gc.pause_s > 500ms", 0.5 },
        { "service.uptime_s < 1d", 86400 },
        { "process.fds.open > 85%", 0.85 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_float_eq(triggered(cases[i].when)->value, cases[i].value, 1e-9, "%s",
                           cases[i].when);
    cr_expect(triggered("process.fds.open > 85%")->percent);
}

Test(rulefile, rates_are_per_second)
{
    const struct ph_rulefile_rule *r = triggered("http.client.errors rate >= 0.5");

    cr_assert_eq(r->when, PH_WHEN_RATE);
    cr_assert_eq(r->value, 0.5);
}

Test(rulefile, growth_is_per_hour_whatever_it_was_written_in)
{
    cr_expect_eq(triggered("a.b grows > 10/h")->value, 10);
    cr_expect_eq(triggered("a.b grows > 1/min")->value, 60);
    cr_expect_eq(triggered("a.b grows > 1/s")->value, 3600);
    cr_expect_eq(triggered("a.b grows > 24Mi/day")->value, 1048576);
    cr_expect_eq(file.rule[0].over_s, 1800);
    cr_expect_eq(triggered("a.b grows > 10/h over 2h")->over_s, 7200);
}

Test(rulefile, verdicts_have_a_grade_and_may_have_a_name)
{
    cr_expect_eq(triggered("verdict confirmed")->grade, PH_CONFIRMED);
    cr_expect_str_eq(file.rule[0].of, "");
    cr_expect_eq(triggered("verdict urgent of sockets.*")->grade, PH_URGENT);
    cr_expect_str_eq(file.rule[0].of, "sockets.*");
}

Test(rulefile, other_triggers_are_read)
{
    cr_expect_eq(triggered("outlier sockets.total")->value, 5);
    cr_expect_eq(triggered("outlier sockets.total > 8")->value, 8);
    cr_expect_eq(triggered("blocked > 500ms")->value, 0.5);
    cr_expect_eq(triggered("absent")->when, PH_WHEN_ABSENT);
    cr_expect_eq(triggered("restarted")->when, PH_WHEN_RESTARTED);
    cr_expect_eq(triggered("near-heap-limit")->when, PH_WHEN_NEAR_HEAP_LIMIT);
}

Test(rulefile, mistakes_in_triggers_are_named_at_their_column)
{
    expect_when("absnt", 0, "is it 'absent'?");
    expect_when("sockets.total", 13, "nothing that 'sockets.total' is compared with");
    expect_when("sockets.total = 5", 14, "'=' is none of >, >=, <, <=");
    expect_when("sockets.total > five", 16, "'five' is not a number");
    expect_when("sockets.total >", 15, "a number is missing");
    expect_when("sockets.total > 5 6", 18, "'6' is too much");
    expect_when("sockets.total > 5q", 16, "'q' is no unit");
    expect_when("sockets.total > 5m", 16, "a million is M");
    expect_when("sockets.total > 500%", 16, "not above 0 %");
    expect_when("sockets.total > 1e5", 16, "'e5' is no unit");
    expect_when("sockets..total > 5", 0, "not the name of a figure");
    expect_when("sockets.total grew > 5", 14, "'grew' instead of");
    expect_when("sockets.total rate > 5%", 21, "can be a share");
    expect_when("sockets.total grows > 5", 22, "no '/h'");
    expect_when("sockets.total grows > 5/week", 24, "'week' instead of");
    expect_when("sockets.total grows < 5/h", 20, "'<' instead of '>'");
    expect_when("sockets.total grows > 5/h during 5m", 26, "'during' instead of");
    expect_when("sockets.total grows > 5/h over 5s", 31, "'5s' is not within");
    expect_when("verdict confrimed", 8, "is it 'confirmed'?");
    expect_when("verdict confirmed of", 20, "is missing");
    expect_when("blocked > 5 apples", 12, "'apples' is too much");
    expect_when("blocked", 7, "'>' is missing");
    expect_when("outlier", 7, "the name of a figure is missing");
    expect_when("absent > 5", 7, "'>' is too much");
}

/* ---- Mistakes ---------------------------------------------------------------------- */

#define RULE "a:\n  when: absent\n"

Test(rulefile, mistakes_in_keys_are_named)
{
    expect(RULE "  sevrity: info\n", 3, 3, "is it 'severity'?");
    expect(RULE "  frobnicate: info\n", 3, 3, "is not a key of a rule: when, where");
    expect(RULE "  severity: criticl\n", 3, 13, "is it 'critical'?");
    expect(RULE "  for: soon\n", 3, 8, "'soon' is not a duration");
    expect(RULE "  for: 8d\n", 3, 8, "more than 7 days");
    expect(RULE "  misses: 0\n", 3, 11, "not within 1 .. 100");
    expect(RULE "  misses: 1.5\n", 3, 11, "not a whole number");
    expect(RULE "  when: absent\n", 3, 3, "'when' again; the rule has it in line 2");
    expect(RULE "  for:\n", 3, 7, "nothing behind 'for:'");
    expect(RULE "  limit: 3\n", 3, 3, "is for captures");
    expect(RULE "  thread: second\n", 3, 11, "is not a thread");
    expect(RULE "  where: service\n", 3, 10, "not LABEL=PATTERN");
    expect(RULE "  where: service=a, =b\n", 3, 21, "not LABEL=PATTERN");
    expect(RULE "  where: a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1\n", 3, 42, "more than 8");
}

Test(rulefile, mistakes_in_actions_are_named)
{
    expect(RULE "  do: page me\n", 3, 7, "'page' is not an action");
    expect(RULE "  do: stdot\n", 3, 7, "is it 'stdout'?");
    expect(RULE "  do: stdout now\n", 3, 14, "'now' is too much");
    expect(RULE "  do: exec\n", 3, 11, "the program is missing");
    expect(RULE "  do: exec a \"b\n", 3, 14, "no \" at the end");
    expect(RULE "  do: webhook hooks.example\n", 3, 15, "not a URL");
    expect(RULE "  do: webhook http:///x\n", 3, 22, "names no host");
    expect(RULE "  do: capture stak\n", 3, 15, "is it 'stack'?");
    expect(RULE "  do: capture profile 1h\n", 3, 23, "lasts from 100ms to 5m");
    expect(RULE "  do:\n", 3, 3, "nothing to do");
    expect(RULE "  do:\n    -\n", 4, 6, "nothing behind '-'");
    expect(RULE "  do:\n    - stdout\n   - stdout\n", 5, 4, "indented by 3, the item");
    expect(RULE "  - stdout\n", 3, 3, "a list belongs only behind 'do:'");
}

Test(rulefile, mistakes_in_lines_are_named)
{
    expect("  when: absent\n", 1, 3, "begins with the name of a rule");
    expect("a\n", 1, 2, "no ':' behind 'a'");
    expect("a:b\n", 1, 3, "no blank behind 'a:'");
    expect("a b:\n", 1, 2, "no ':' behind 'a'");
    expect("\"a\":\n", 1, 1, "a name is missing");
    expect("a: absent\n", 1, 4, "lines of their own");
    expect("a:\n", 1, 1, "rule 'a' has no 'when:'");
    expect(RULE "a:\n  when: absent\n", 3, 1, "already, in line 1");
    expect("a:\n\twhen: absent\n", 2, 1, "a tab");
    expect(RULE "   for: 5s\n", 3, 4, "indented by 3, the key above by 2");
    expect(RULE "  says: a: b\n", 3, 10, "put the value in quotes");
    expect(RULE "  says: *b\n", 3, 9, "cannot begin with '*'");
    expect(RULE "  says: {service}\n", 3, 9, "cannot begin with '{'");
    expect(RULE "  says: \"a\n", 3, 9, "no \" at the end");
    expect(RULE "  says: \"a\" b\n", 3, 13, "more text");
    expect(RULE "  says: \"a\\n\"\n", 3, 11, "are understood");
    expect(RULE "---\n", 3, 4, "no ':'");
    expect("a:\n  when: a\x80\n", 2, 10, "not UTF-8");
    expect("a:\n  when: a\x01\n", 2, 10, "cannot be seen");
    expect("a:\n  when: a\rb\n", 2, 10, "cannot be seen");
}

Test(rulefile, a_column_counts_characters_and_escapes)
{
    expect(RULE "  where: \"dc=\\\\äöü, =b\"\n", 3, 21, "not LABEL=PATTERN");
    expect("a:\n  when: \"größe.ß > x\"\n", 2, 20, "'x' is not a number");
}

Test(rulefile, what_is_too_long_is_refused)
{
    static char text[PH_RULEFILE_BYTES + 2];

    memset(text, '#', sizeof text - 1);
    cr_assert_not(parse(text));
    cr_assert_eq(err.line, 0);
    text[2000] = '\0';
    expect(text, 1, 1, "a line of more than 1023 bytes");
}

Test(rulefile, there_are_at_most_128_rules)
{
    char text[16384];
    size_t n = 0;

    for (int i = 0; i < 129; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "r%d:\n  when: absent\n", i);

    expect(text, 257, 1, "more than 128 rules");
}

Test(rulefile, patterns_match)
{
    cr_expect(ph_rulefile_matches("*", ""));
    cr_expect(ph_rulefile_matches("a*c", "abbc"));
    cr_expect(ph_rulefile_matches("a?c", "aßc"));
    cr_expect(ph_rulefile_matches("*a*b", "xaxaxb"));
    cr_expect(ph_rulefile_matches("", ""));
    cr_expect_not(ph_rulefile_matches("", "a"));
    cr_expect_not(ph_rulefile_matches("a", ""));
    cr_expect_not(ph_rulefile_matches("a?", "a"));
    cr_expect_not(ph_rulefile_matches("1.4.*", "1.5.0"));
}

Test(rulefile, a_pattern_of_many_stars_does_not_take_forever)
{
    char text[4096];

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    cr_assert_not(ph_rulefile_matches("*a*a*a*a*a*a*a*a*a*b", text));
}

Test(rulefile, every_failed_allocation_is_an_error)
{
    EVERY_ALLOC_FAILS({
        bool good = ph_rulefile_parse(whole, sizeof whole - 1, &file, &err);

        cr_assert(good || alloc_failed());
        if (!good)
            cr_assert_str_eq(err.text, "out of memory");
        ph_rulefile_fini(&file);
    });
}

static size_t below(struct dice *dice, size_t n)
{
    return (size_t)(dice_roll(dice) * (double)n);
}

/* Random damage: it is read or refused with a place inside of the file; ASan watches. */
Test(rulefile, no_damage_harms)
{
    static const char put[] = "\n\n  :-#'\"\\\t\r%>=<*?{}[]/.,0ae\x80\xC3\xA9\x01";
    static const char *const pieces[] = { "when: ",  "  do:\n",     "    - ", " over ",
                                          "a.b > 5", "exec ",       "\n  ",   "verdict ",
                                          "%",       " grows > 1/h" };
    struct dice dice = { 7 };
    char text[2 * sizeof whole];

    for (int i = 0; i < 20000; i++) {
        size_t n = sizeof whole - 1;

        memcpy(text, whole, sizeof whole);
        for (size_t k = 1 + below(&dice, 6); k; k--) {
            size_t at = below(&dice, n);
            const char *piece = pieces[below(&dice, 10)];

            if (below(&dice, 4) == 0 && n + strlen(piece) < sizeof text) {
                memmove(text + at + strlen(piece), text + at, n - at);
                memcpy(text + at, piece, strlen(piece));
                n += strlen(piece);
            } else if (below(&dice, 3) == 0) {
                memmove(text + at, text + at + 1, n - at - 1);
                n--;
            } else {
                text[at] = put[below(&dice, sizeof put)];
            }
        }
        if (ph_rulefile_parse(text, n, &file, &err))
            ph_rulefile_fini(&file);
        else
            cr_assert(err.line >= 1 && err.line <= n + 1 && err.column >= 1 && err.text[0]);
    }
}
