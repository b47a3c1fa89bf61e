/* SPDX-License-Identifier: MIT */
#include "cli/buf.h"
#include "cli/labels.h"
#include "cli/mem.h"
#include "cli/nofile.h"
#include "cli/notify.h"
#include "cli/notify_am.h"
#include "cli/notify_exec.h"
#include "cli/notify_json.h"
#include "cli/notify_post.h"
#include "cli/notify_url.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NOW 1795646217.25 /* 2026-11-25T22:36:57.250Z */

static struct ph_rulefile_rule rule = { .name = "sockets-grow", .figure = "sockets.total" };

static struct alert an_alert(const char *target)
{
    struct alert alert = {
        .rule = &rule,
        .state = ALERT_FIRING,
        .target = target,
        .value = 93,
        .says = "too many",
        .began_unix_s = NOW - 60,
        .fired_unix_s = NOW,
        .ended_unix_s = NAN,
    };

    labels_set(&alert.labels, "alertname", rule.name);
    labels_set(&alert.labels, "severity", "critical");
    labels_set(&alert.labels, "instance", target);
    return alert;
}

static void be_quiet(void)
{
    cr_assert_not_null(freopen("/dev/null", "w", stderr));
}

/* ---- URLs -------------------------------------------------------------------------- */

Test(cli_notify, a_url_of_http_or_https_with_a_host_is_good)
{
    static const char *const good[] = {
        "http://a",       "HTTPS://a.example:65535/x/y?z=1&u=%20",
        "http://[::1]/",  "http://[fe80::1]:9093",
        "http://a/b@c",   "http://127.0.0.1:9093?x=a@b",
    };

    for (size_t i = 0; i < COUNT(good); i++)
        cr_assert_null(notify_url_fault(good[i], false), "%s: %s", good[i],
                       notify_url_fault(good[i], false));
}

Test(cli_notify, any_other_url_has_a_fault)
{
    static const char *const bad[] = {
        "",
        "a",
        "ftp://a",
        "file:///etc/passwd",
        "http:/a",
        "http://",
        "http:///x",
        "http://:80",
        "http://a:",
        "http://a:0",
        "http://a:x",
        "http://a:65536",
        "http://a:000080",
        "http://u@a",
        "http://u:p@a/",
        "http://[]",
        "http://[::1",
        "http://[::1]x",
        "http://a b",
        "http://a/\n",
        "http://a#b",
        "http://\xC3\xA4/",
        "http://a\\b",
        "http://a\x7F",
        " http://a",
    };

    for (size_t i = 0; i < COUNT(bad); i++)
        cr_assert_not_null(notify_url_fault(bad[i], false), "'%s'", bad[i]);
    cr_assert_not_null(notify_url_fault("http://a?b", true));
}

static void is_split(const char *url, const char *origin, const char *path)
{
    char *o, *p;

    notify_url_split(url, &o, &p);
    cr_assert_str_eq(o, origin);
    cr_assert_str_eq(p, path);
    free(o);
    free(p);
}

Test(cli_notify, a_url_is_an_origin_and_a_path)
{
    is_split("http://a", "http://a", "/");
    is_split("http://a:1/b/?c", "http://a:1", "/b/?c");
    is_split("https://[::1]:1?c=/d", "https://[::1]:1", "/?c=/d");
}

Test(cli_notify, a_file_with_a_bad_url_is_told_its_place)
{
    struct ph_rulefile_rule rules[2] = { { .name = "a" }, { .name = "b", .n_do = 2 } };
    struct ph_rulefile file = { rules, 2 };
    struct ph_rulefile_error err = { 0 };

    rules[1].action[0] = (struct ph_rulefile_do){ .kind = PH_DO_WEBHOOK, .text = "http://a?b" };
    rules[1].action[1] = (struct ph_rulefile_do){ .kind = PH_DO_STDOUT };
    cr_assert(notify_check(&file, &err));
    rules[1].action[1] = (struct ph_rulefile_do){
        .kind = PH_DO_ALERTMANAGER, .line = 7, .column = 12, .text = "http://a?b"
    };

    cr_assert_not(notify_check(&file, &err));
    cr_assert_eq(err.line, 7);
    cr_assert_eq(err.column, 12);
    cr_assert_str_eq(err.text,
                     "cannot use this URL: the address of an Alertmanager has no '?'");
}

/* ---- Documents --------------------------------------------------------------------- */

Test(cli_notify, an_alert_is_a_document)
{
    struct alert alert = an_alert("web-3:9090");
    struct buf out = { 0 };

    notify_json_alert(&out, &alert);

    cr_assert_str_eq(
        buf_text(&out),
        "{\"schema\":1,\"alert\":\"sockets-grow\",\"state\":\"firing\",\"severity\":"
        "\"critical\","
        "\"target\":\"web-3:9090\",\"labels\":{\"alertname\":\"sockets-grow\","
        "\"instance\":\"web-3:9090\",\"severity\":\"critical\"},\"figure\":\"sockets.total\","
        "\"value\":93,\"says\":\"too many\",\"began\":\"2026-11-25T22:35:57.250Z\","
        "\"fired\":\"2026-11-25T22:36:57.250Z\",\"ended\":null}");
    buf_fini(&out);
    labels_fini(&alert.labels);
}

Test(cli_notify, what_is_not_known_is_null)
{
    struct ph_rulefile_rule absent = { .name = "gone" };
    struct alert alert = { .rule = &absent, .state = ALERT_RESOLVED, .target = "t" };
    struct buf out = { 0 };

    alert.value = alert.began_unix_s = alert.fired_unix_s = NAN;
    alert.ended_unix_s = 1e300;
    notify_json_alert(&out, &alert);

    cr_assert_str_eq(
        buf_text(&out),
        "{\"schema\":1,\"alert\":\"gone\",\"state\":\"resolved\",\"severity\":null,"
        "\"target\":\"t\",\"labels\":{},\"figure\":null,\"value\":null,\"says\":\"\","
        "\"began\":null,\"fired\":null,\"ended\":null}");
    buf_fini(&out);
}

Test(cli_notify, whatever_a_target_is_called_the_document_can_be_read)
{
    struct alert alert = an_alert("\xFF\xC3\"\\\x1b[2J\n");
    struct buf out = { 0 };
    json_t *json;

    memset(alert.says, 0xC3, sizeof alert.says - 1);
    labels_set(&alert.labels, "instance", "\xED\xA0\x80\xF5</script>");
    notify_json_alert(&out, &alert);
    json = json_loadb(buf_text(&out), out.len, 0, NULL);

    cr_assert_not_null(json, "%s", buf_text(&out));
    json_decref(json);
    buf_fini(&out);
    labels_fini(&alert.labels);
}

static const char *more_of(const char *target)
{
    static struct buf out;
    struct alert alert = an_alert(target);

    buf_clear(&out);
    notify_json_annotations(&out, &alert);
    labels_fini(&alert.labels);
    return buf_text(&out);
}

Test(cli_notify, only_an_address_becomes_a_link)
{
    cr_assert_not_null(strstr(more_of("a:1"), ",\"generatorURL\":\"http://a:1/state\""));
    cr_assert_not_null(strstr(more_of("[::1]:9"), "\"http://[::1]:9/state\""));
    cr_assert_null(strstr(more_of("pid:12"), "generatorURL"));
    cr_assert_null(strstr(more_of("unix:/run/x"), "generatorURL"));
    cr_assert_null(strstr(more_of("a"), "generatorURL"));
    cr_assert_null(strstr(more_of("a\"b:1"), "generatorURL"));
    cr_assert_null(strstr(more_of("::1"), "generatorURL"));
}

/* ---- Programs ---------------------------------------------------------------------- */

Test(cli_notify, a_program_does_not_inherit_a_mask_nor_an_ignored_pipe_signal)
{
    static const char words[] = "sh\0-c\0kill -TERM $$; exit 9";
    struct notify_exec program = { .words = words, .n_words = 3, .timeout_s = 20 };
    struct notify_child child = { 0 };
    char reason[NOTIFY_EXEC_REASON];
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    cr_assert_eq(notify_exec_start(&child, &program), 0);
    while (!notify_exec_done(&child, reason))
        usleep(1000);

    cr_assert_str_eq(reason, "it was killed by signal 15");
    cr_assert_eq(child.pid, 0);
}

/* Who calls select() must not be given descriptors beyond what that can hold. */
Test(cli_notify, a_program_has_the_limit_of_descriptors_that_we_were_given)
{
    static const char words[] = "sh\0-c\0exit $(ulimit -n)";
    struct notify_exec program = { .words = words, .n_words = 3, .timeout_s = 20 };
    struct notify_child child = { 0 };
    char reason[NOTIFY_EXEC_REASON];
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 77;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    nofile_raise();
    nofile_raise();
    cr_assert_eq(notify_exec_start(&child, &program), 0);
    while (!notify_exec_done(&child, reason))
        usleep(1000);

    cr_assert_str_eq(reason, "its exit status is 77");
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_assert_eq(limit.rlim_cur, limit.rlim_max);
}

Test(cli_notify, a_program_that_does_not_read_its_input_is_no_trouble)
{
    struct notify_exec program = { .words = "true", .n_words = 1, .timeout_s = 20 };
    struct notify_child child = { 0 };
    char reason[NOTIFY_EXEC_REASON], *input = mem_new(1, 1 << 20);

    program.input = input;
    program.input_len = 1 << 20;
    cr_assert_eq(notify_exec_start(&child, &program), 0);
    while (!notify_exec_done(&child, reason))
        usleep(1000);

    cr_assert_str_eq(reason, "");
    free(input);
}

Test(cli_notify, a_program_does_not_inherit_the_token)
{
    static const char words[] = "sh\0-c\0test -z \"$PORTHOLE_TOKEN\" && test -n \"$OTHER\"";
    struct notify_exec program = { .words = words, .n_words = 3, .timeout_s = 20 };
    struct notify_child child = { 0 };
    char reason[NOTIFY_EXEC_REASON];

    setenv("PORTHOLE_TOKEN", "secret", 1);
    setenv("OTHER", "known", 1);
    cr_assert_eq(notify_exec_start(&child, &program), 0);
    while (!notify_exec_done(&child, reason))
        usleep(1000);

    cr_assert_str_eq(reason, "");
}

Test(cli_notify, an_end_nobody_can_ask_for_is_none)
{
    struct notify_exec program = { .words = "true", .n_words = 1, .timeout_s = 20 };
    struct notify_child child = { 0 };
    char reason[NOTIFY_EXEC_REASON];

    signal(SIGCHLD, SIG_IGN);
    cr_assert_eq(notify_exec_start(&child, &program), 0);
    while (!notify_exec_done(&child, reason))
        usleep(1000);

    cr_assert_str_eq(reason, "");
    cr_assert_eq(child.pid, 0);
}

/* ---- Ceilings and pauses ----------------------------------------------------------- */

Test(cli_notify, pauses_double_up_to_five_minutes)
{
    static const double expected[] = { 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 };
    struct notify_post *post = notify_post_new("http://127.0.0.1:1", "", 1000);

    for (unsigned i = 0; i < COUNT(expected); i++)
        cr_assert_float_eq(notify_post_pause_s(post, i), expected[i], 0);
    notify_post_free(post);
}

Test(cli_notify, an_alertmanager_is_told_of_so_many_and_no_more)
{
    struct notify_am *am = notify_am_new("http://127.0.0.1:1/", 60, 1000);
    unsigned taken = 0;
    char name[32];

    for (unsigned i = 0; i < NOTIFY_AM_MOST + 10; i++) {
        struct alert alert = an_alert("t");

        snprintf(name, sizeof name, "t%u", i);
        labels_set(&alert.labels, "instance", name);
        taken += notify_am_tell(am, &alert, NOW);
        labels_fini(&alert.labels);
    }

    cr_assert_eq(taken, NOTIFY_AM_MOST);
    cr_assert_eq(notify_am_untold(am), NOTIFY_AM_MOST);
    notify_am_free(am);
}

Test(cli_notify, the_same_labels_are_the_same_alert)
{
    struct notify_am *am = notify_am_new("http://127.0.0.1:1/", 60, 1000);
    struct alert alert = an_alert("t");

    notify_am_tell(am, &alert, NOW);
    alert.value = 94;
    notify_am_tell(am, &alert, NOW);
    alert.state = ALERT_RESOLVED;
    notify_am_tell(am, &alert, NOW);

    cr_assert_eq(notify_am_untold(am), 1);
    notify_am_free(am);
    labels_fini(&alert.labels);
}

/* Go on until nothing is under way. */
static void settle(struct notify_am *am, double now_unix_s)
{
    while (notify_am_step(am, now_unix_s))
        notify_am_wait(am, 100);
}

Test(cli_notify, a_resolution_nobody_takes_is_given_up_in_the_end, .init = be_quiet)
{
    struct notify_am *am = notify_am_new("http://127.0.0.1:1/", 60, 20000);
    struct alert alert = an_alert("t");

    alert.state = ALERT_RESOLVED;
    notify_am_tell(am, &alert, NOW);
    settle(am, NOW);
    cr_assert_eq(notify_am_untold(am), 1);
    settle(am, NOW + NOTIFY_AM_RETAIN_S + 1);

    cr_assert_eq(notify_am_untold(am), 0);
    cr_assert_eq(notify_am_lost(am), 1);
    cr_assert_eq(notify_am_lost(am), 0);
    notify_am_free(am);
    labels_fini(&alert.labels);
}

Test(cli_notify, pending_alerts_are_told_to_nobody)
{
    struct notify_config config = { .lines = true, .extra_url = "http://127.0.0.1:1" };
    struct notify *notify = notify_new(&config);
    struct alert alert = an_alert("t");

    alert.state = ALERT_PENDING;
    notify_tell(notify, &alert, NOW);

    cr_assert_eq(notify_step(notify, 0, NOW), 0);
    notify_free(notify, 0);
    labels_fini(&alert.labels);
}

Test(cli_notify, a_clock_set_back_does_not_stop_deliveries, .init = be_quiet)
{
    struct notify_config config = { .timeout_ms = 20000 };
    struct ph_rulefile_rule hook = { .name = "r", .n_do = 1 };
    struct alert alert = { .rule = &hook, .state = ALERT_FIRING, .target = "t" };
    struct notify *notify = notify_new(&config);
    int rounds = 0;

    hook.action[0] =
        (struct ph_rulefile_do){ .kind = PH_DO_WEBHOOK, .text = "http://127.0.0.1:1" };
    notify_tell(notify, &alert, NOW);
    /* each round an hour before the last, and its try after the last one's pause */
    while (notify_step(notify, 20, NOW - 3600 * rounds) > 0)
        cr_assert_lt(++rounds, 1000);

    cr_assert_geq(rounds, NOTIFY_TRIES - 1);
    notify_free(notify, 0);
}
