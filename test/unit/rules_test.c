/* SPDX-License-Identifier: MIT */
#include "agent/rules.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct ph_rules rules;
static porthole_error err;

static enum porthole_status parse(const char *text)
{
    err.text[0] = '\0';
    return ph_rules_parse(text, &rules, &err);
}

static const struct ph_rule *parsed(const char *text)
{
    cr_assert_eq(parse(text), PORTHOLE_OK, "%s", err.text);
    cr_assert_eq(rules.n, 1);
    return &rules.rule[0];
}

Test(rules, nothing_is_no_rules)
{
    static const char *const texts[] = { NULL, "", " ", "\t\n" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cr_assert_eq(parse(texts[i]), PORTHOLE_OK);
        cr_assert_eq(rules.n, 0);
    }
}

Test(rules, a_rule_in_its_shortest_form_has_defaults)
{
    const struct ph_rule *rule = parsed("blocked>5s:stack");

    cr_assert_eq(rule->trigger, PH_TRIGGER_BLOCKED);
    cr_assert_eq(rule->over_ns, UINT64_C(5000000000));
    cr_assert_eq(rule->action, PH_ACTION_STACK);
    cr_assert_eq(rule->thread, 0);
    cr_assert_eq(rule->limit, 3);
    cr_assert_str_eq(rule->text, "blocked>5s:stack");
}

Test(rules, every_trigger_and_action_is_understood)
{
    const struct ph_rule *rule = parsed("heap>92.5%@any:histogram/16");

    cr_assert_eq(rule->trigger, PH_TRIGGER_HEAP);
    cr_assert_float_eq(rule->over_percent, 92.5, 1e-9);
    cr_assert_eq(rule->thread, PH_RULE_ANY_THREAD);
    cr_assert_eq(rule->action, PH_ACTION_HISTOGRAM);
    cr_assert_eq(rule->limit, 16);

    rule = parsed("near-heap-limit@7:profile=2.5/1");
    cr_assert_eq(rule->trigger, PH_TRIGGER_NEAR_LIMIT);
    cr_assert_eq(rule->thread, 7);
    cr_assert_eq(rule->action, PH_ACTION_PROFILE);
    cr_assert_eq(rule->lasts_ns, UINT64_C(2500000000));
    cr_assert_eq(rule->limit, 1);

    rule = parsed("blocked>1m@main:profile");
    cr_assert_eq(rule->over_ns, UINT64_C(60000000000));
    cr_assert_eq(rule->lasts_ns, UINT64_C(5000000000));
    cr_assert_eq(rule->thread, 0);
}

Test(rules, durations_are_those_of_the_command)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = { { "2", 2000 },    { "2s", 2000 },      { "500ms", 500 },  { "5m", 300000 },
                 { "1.5h", 5400000 }, { "0.25", 250 },  { "10ms", 10 },    { "24h", 86400000 },
                 { "0.010s", 10 }, { "007s", 7000 } };
    char text[64];

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "blocked>%s:stack", good[i].text);
        cr_assert_eq(parsed(text)->over_ns, good[i].ms * 1000000, "%s", text);
    }
}

Test(rules, several_are_parted_by_commas)
{
    cr_assert_eq(parse(" blocked>5s:stack ,\n near-heap-limit:histogram,heap>90%:stack"),
                 PORTHOLE_OK, "%s", err.text);

    cr_assert_eq(rules.n, 3);
    cr_assert_str_eq(rules.rule[0].text, "blocked>5s:stack");
    cr_assert_str_eq(rules.rule[1].text, "near-heap-limit:histogram");
    cr_assert_str_eq(rules.rule[2].text, "heap>90%:stack");
}

static void repeat(char *text, size_t n)
{
    static const char rule[] = "blocked>5s:stack,";

    for (size_t i = 0; i < n; i++)
        memcpy(text + i * (sizeof rule - 1), rule, sizeof rule);
    text[n * (sizeof rule - 1) - 1] = '\0';
}

Test(rules, a_growth_verdict_may_name_a_class)
{
    const struct ph_rule *rule = parsed("suspect:stack");

    cr_assert_eq(rule->trigger, PH_TRIGGER_SUSPECT);
    cr_assert_eq(rule->class_of, PH_CLASSES, "any");
    rule = parsed("confirmed=heap@any:histogram");
    cr_assert_eq(rule->trigger, PH_TRIGGER_CONFIRMED);
    cr_assert_eq(rule->class_of, PH_CLASS_HEAP);
    cr_assert_eq(rule->thread, PH_RULE_ANY_THREAD);
    rule = parsed("urgent=descriptors:stack/1");
    cr_assert_eq(rule->trigger, PH_TRIGGER_URGENT);
    cr_assert_eq(rule->class_of, PH_CLASS_DESCRIPTORS);
}

Test(rules, sixteen_are_the_most)
{
    char text[PH_RULES * 17 + 1];

    repeat(text, PH_RULES);
    cr_assert_eq(parse(text), PORTHOLE_OK);
    cr_assert_eq(rules.n, PH_RULES);
}

Test(rules, what_is_wrong_is_named)
{
#define RULE(rule) "cannot use capture rule '" rule "': "
#define OTHERS "near-heap-limit, suspect[=CLASS], confirmed, urgent): "
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "blocked>5x:stack", RULE("blocked>5x:stack") "bad duration '5x'" },
        { "blocked>:stack", RULE("blocked>:stack") "bad duration ''" },
        { "blocked>5:", RULE("blocked>5:") "not an action (stack, profile, histogram): ''" },
        { "blocked>5", RULE("blocked>5") "no ':' and action behind 'blocked>5'" },
        { "heap>90:stack", RULE("heap>90:stack") "bad percentage '90'" },
        { "heap>0%:stack", RULE("heap>0%:stack") "bad percentage '0%'" },
        { "heap>101%:stack", RULE("heap>101%:stack") "bad percentage '101%'" },
        { "rss>1:stack",
          RULE("rss>1:stack") "not a trigger (blocked>TIME, heap>PERCENT%, " OTHERS "'rss>1'" },
        { "near-heap-limits:stack",
          RULE("near-heap-limits:stack") "not a trigger (blocked>TIME, heap>PERCENT%, " OTHERS
                                         "'near-heap-limits'" },
        { "suspect=gpu:stack", RULE("suspect=gpu:stack") "bad class '=gpu'" },
        { "urgently:stack", RULE("urgently:stack") "bad class 'ly'" },
        { "blocked>5@x:stack",
          RULE("blocked>5@x:stack") "not a thread (main, any or its id): 'x'" },
        { "blocked>5:core", RULE("blocked>5:core") "not an action (stack, profile, "
                                                   "histogram): 'core'" },
        { "blocked>5:stack=1", RULE("blocked>5:stack=1") "no '=' goes with 'stack'" },
        { "blocked>5:profile=", RULE("blocked>5:profile=") "bad duration ''" },
        { "blocked>5:profile=301", RULE("blocked>5:profile=301") "bad duration '301'" },
        { "blocked>5:stack/0", RULE("blocked>5:stack/0") "bad limit '0'" },
        { "blocked>5:stack/17", RULE("blocked>5:stack/17") "bad limit '17'" },
        { "blocked>5:stack/1.0", RULE("blocked>5:stack/1.0") "bad limit '1.0'" },
        { "blocked>5:stack/", RULE("blocked>5:stack/") "bad limit ''" },
        { "blocked>5:stack,", RULE("") "it is empty" },
        { ",", RULE("") "it is empty" },
        { "blocked>5:stack,,heap>9%:stack", RULE("") "it is empty" },
        { "\033[31m:stack",
          RULE("?[31m:stack") "not a trigger (blocked>TIME, heap>PERCENT%, " OTHERS "'?[31m'" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        rules.n = 99;
        cr_assert_eq(parse(bad[i].text), PORTHOLE_EINVAL, "%s", bad[i].text);
        cr_assert_str_eq(err.text, bad[i].says);
        cr_assert_eq(rules.n, 99, "written only on success");
    }
}

Test(rules, numbers_that_are_none_are_refused)
{
    static const char *const bad[] = { "-5",
                                       "+5",
                                       " 5",
                                       "5 s",
                                       "1e3",
                                       "0x5",
                                       "5.",
                                       ".5",
                                       "5..5",
                                       "5,5",
                                       "nan",
                                       "inf",
                                       "0",
                                       "9ms",
                                       "25h",
                                       "1d",
                                       "99999999999999999999",
                                       "0.000000001",
                                       "5S",
                                       "5sec",
                                       "٥" };
    char text[64];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "blocked>%s:stack", bad[i]);
        cr_assert_eq(parse(text), PORTHOLE_EINVAL, "%s", text);
    }
}

Test(rules, a_rule_that_is_too_long_or_one_too_many_is_refused)
{
    char text[4000] = "blocked>5:stack/";

    memset(text + 16, '1', 100);
    cr_assert_eq(parse(text), PORTHOLE_EINVAL);
    cr_assert(strstr(err.text, "longer than 63 bytes"), "%s", err.text);

    repeat(text, PH_RULES + 1);
    cr_assert_eq(parse(text), PORTHOLE_EINVAL);
    cr_assert(strstr(err.text, "there are 16 before it"), "%s", err.text);
}

Test(rules, random_text_is_survived)
{
    static const char alphabet[] = "blocked>heap%near-limit@anymain:stackprofile=histogram/,. "
                                   "0123456789smh\t\xc3\xa9\xff";
    unsigned seed = 5;
    char text[120];

    for (int round = 0; round < 200000; round++) {
        size_t n;

        seed = seed * 1103515245u + 12345u;
        n = (seed >> 16) % (sizeof text - 1);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        text[n] = '\0';
        if (parse(text) != PORTHOLE_OK)
            cr_assert(err.text[0]);
        cr_assert_leq(rules.n, PH_RULES);
    }
}
