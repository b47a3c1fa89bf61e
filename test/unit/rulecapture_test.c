/* SPDX-License-Identifier: MIT */
#include "agent/rulecapture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct ph_rules rules;
static porthole_error err;

static enum porthole_status read_text(const char *text)
{
    char path[] = "/tmp/porthole-rules-XXXXXX";
    struct porthole_config config = { .rules = path, .service = "api", .version = "1.4.2" };
    int fd = mkstemp(path);
    enum porthole_status rc;

    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    memset(&rules, 0, sizeof rules);
    rc = ph_rulecapture_read(&config, &rules, &err);
    unlink(path);
    return rc;
}

Test(rulecapture, rules_with_a_capture_become_capture_rules)
{
    cr_assert_eq(
        read_text("a:\n  when: blocked > 5s\n  thread: any\n  do: capture profile 10s\n"
                  "b:\n  when: heap.used_bytes > 90%\n  for: 2m\n  do:\n    - stdout\n"
                  "    - capture histogram\n"
                  "c:\n  when: verdict confirmed of heap\n  limit: 5\n"
                  "  do: capture stack\n"
                  "d:\n  when: sockets.total > 5\n  do: stdout\n"),
        PORTHOLE_OK, "%s", err.text);

    cr_assert_eq(rules.n, 3);
    cr_expect_eq(rules.rule[0].over_ns, UINT64_C(5000000000));
    cr_expect_eq(rules.rule[0].lasts_ns, UINT64_C(10000000000));
    cr_expect_eq(rules.rule[0].thread, PH_RULE_ANY_THREAD);
    cr_expect_float_eq(rules.rule[1].over_percent, 90, 1e-9);
    cr_expect_eq(rules.rule[0].for_ns, 0);
    cr_expect_eq(rules.rule[1].for_ns, UINT64_C(120000000000));
    cr_expect_eq(rules.rule[1].action, PH_ACTION_HISTOGRAM);
    cr_expect_eq(rules.rule[2].trigger, PH_TRIGGER_CONFIRMED);
    cr_expect_eq(rules.rule[2].limit, 5);
}

Test(rulecapture, where_is_about_this_process)
{
    static const char text[] =
        "a:\n  when: near-heap-limit\n  where: service=web\n"
        "  do: capture stack\n"
        "b:\n  when: near-heap-limit\n  where: service=a*, version!=2.*\n"
        "  do: capture stack\n";

    cr_assert_eq(read_text(text), PORTHOLE_OK);

    cr_assert_eq(rules.n, 1);
    cr_assert_str_eq(rules.rule[0].text, "b");
}

Test(rulecapture, a_trigger_that_cannot_be_evaluated_is_named_by_its_line)
{
    cr_assert_eq(read_text("a:\n  when: absent\n  do: capture stack\n"), PORTHOLE_EINVAL);

    cr_assert(strstr(err.text, ":2:9: a process does not capture by this"), "%s", err.text);
}

Test(rulecapture, a_mistake_is_named_by_line_and_column)
{
    cr_assert_eq(read_text("a:\n  when: absnt\n"), PORTHOLE_EINVAL);

    cr_assert(strstr(err.text, ":2:9: 'absnt' is not a trigger"), "%s", err.text);
}
