/* SPDX-License-Identifier: MIT */
#include "agent/rulecapture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct ph_rules rules;
static porthole_error err;

static void fini(void)
{
    ph_rules_fini(&rules);
}

TestSuite(rulecapture, .fini = fini);

static enum porthole_status read_text(const char *text)
{
    char path[] = "/tmp/porthole-rules-XXXXXX";
    struct porthole_config config = { .rules = path, .service = "api", .version = "1.4.2" };
    int fd = mkstemp(path);
    enum porthole_status rc;

    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    ph_rules_fini(&rules);
    err.text[0] = '\0';
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
    cr_expect_eq(rules.rule[0].limit, 3);
    cr_expect_eq(rules.rule[1].action, PH_ACTION_HISTOGRAM);
    cr_expect_eq(rules.rule[1].file->for_s, 120);
    cr_expect_eq(rules.rule[1].file->cooldown_s, 60, "files are few");
    cr_expect_eq(rules.rule[2].file->when, PH_WHEN_VERDICT);
    cr_expect_eq(rules.rule[2].limit, 5);
    cr_assert_eq(rules.file.n, 3, "what is for others is not kept");
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
    static const char *const triggers[][2] = {
        { "absent", ":2:9: a process cannot see that it is absent; 'absent' is for 'porthole" },
        { "restarted", ":2:9: a process does not live to see its restart;" },
        { "outlier sockets.total", ":2:9: a process does not see its peers;" },
        { "sockets.total grows > 5/h\n  thread: any", "'thread: any' is neither" },
        { "gc.num_full_gc rate > 5\n  thread: any", "'thread: any' is neither" },
    };
    char text[256];

    for (size_t i = 0; i < sizeof triggers / sizeof triggers[0]; i++) {
        snprintf(text, sizeof text, "a:\n  when: %s\n  do: capture stack\n", triggers[i][0]);
        cr_expect_eq(read_text(text), PORTHOLE_EINVAL);
        cr_expect(strstr(err.text, triggers[i][1]), "%s", err.text);
        snprintf(text, sizeof text, "a:\n  when: %.20s\n  do: stdout\n", triggers[i][0]);
        if (i < 2)
            cr_expect_eq(read_text(text), PORTHOLE_OK, "it is for 'porthole watch'");
    }
}

Test(rulecapture, a_figure_that_there_is_not_is_named_by_line_and_column)
{
    cr_assert_eq(read_text("a:\n  when: sockets.total > 5\n  do: stdout\n"
                           "b:\n  when:  sokets.total > 5\n  do: stdout\n"),
                 PORTHOLE_EINVAL);
    cr_assert(strstr(err.text, ":5:10: no figure is called 'sokets.total'; is it 'sockets."),
              "%s", err.text);
    cr_assert_eq(read_text("a:\n  when: handles.total > 5%\n  do: capture stack\n"),
                 PORTHOLE_EINVAL);

    cr_assert(strstr(err.text, ":2:9: 'handles.total' has no limit that it could be a share"),
              "%s", err.text);
}

Test(rulecapture, there_can_be_sixteen)
{
    char text[2048] = "";

    for (int i = 0; i < 17; i++) {
        size_t len = strlen(text);

        snprintf(text + len, sizeof text - len,
                 "r%d:\n  when: sockets.total > %d\n  do: capture stack\n", i, i);
    }
    cr_assert_eq(read_text(text), PORTHOLE_EINVAL);

    cr_assert(strstr(err.text, ":50:9: more captures than the 16 there can be"), "%s",
              err.text);
}

Test(rulecapture, a_mistake_is_named_by_line_and_column)
{
    cr_assert_eq(read_text("a:\n  when: absnt\n"), PORTHOLE_EINVAL);

    cr_assert(strstr(err.text, ":2:9: 'absnt' is not a trigger"), "%s", err.text);
}
