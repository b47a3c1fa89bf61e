/* SPDX-License-Identifier: MIT */
/* cli/notify.c alone, for tests: build/notifier [-r RESEND_S] [-t TIMEOUT_MS] [-w WAIT_MS]
 * [-x SPEED] [-a ALERTMANAGER] [-l] ACTION..., an action as in a rule file. What is told stands
 * on stdin, line by line: "fire TARGET" or "resolve TARGET"; its end is the end. Prints
 * "told N" when nothing waits any more, N being the lines so far. SPEED is that of the time of
 * day it makes believe. */
#include "cli/clock.h"
#include "cli/labels.h"
#include "cli/notify.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct ph_rulefile_rule rule = {
    .name = "sockets-grow",
    .trigger = "sockets.total > 90",
    .figure = "sockets.total",
    .severity = PH_SEVERITY_WARNING,
};
static double speed = 1;
static unsigned lines;

static double now_unix_s(void)
{
    static double from_s, from_unix_s;

    struct timespec now;

    if (from_unix_s == 0) {
        clock_gettime(CLOCK_REALTIME, &now);
        from_s = clock_now_s();
        from_unix_s = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
    }
    return from_unix_s + (clock_now_s() - from_s) * speed;
}

/* "exec /bin/echo a b": words without quotes. */
static void add_action(const char *text)
{
    static const char *const kinds[] = {
        [PH_DO_EXEC] = "exec ",
        [PH_DO_WEBHOOK] = "webhook ",
        [PH_DO_ALERTMANAGER] = "alertmanager ",
        [PH_DO_STDOUT] = "stdout",
    };
    struct ph_rulefile_do *action = &rule.action[rule.n_do++];

    action->line = (unsigned)rule.n_do;
    for (unsigned kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        if (strncmp(text, kinds[kind], strlen(kinds[kind])) != 0)
            continue;
        action->kind = kind;
        snprintf(action->text, sizeof action->text, "%s", text + strlen(kinds[kind]));
        break;
    }
    if (action->kind != PH_DO_EXEC)
        return;
    action->words = 1;
    for (char *c = action->text; *c != '\0'; c++) {
        if (*c == ' ') {
            *c = '\0';
            action->words++;
        }
    }
}

static void tell(struct notify *notify, const char *line)
{
    bool fires = strncmp(line, "fire ", 5) == 0;
    struct alert alert = { .rule = &rule, .value = fires ? 93 : 12.5 };
    double now = now_unix_s();

    lines++;
    alert.state = fires ? ALERT_FIRING : ALERT_RESOLVED;
    alert.target = line + strcspn(line, " ") + 1;
    alert.began_unix_s = alert.fired_unix_s = now;
    alert.ended_unix_s = fires ? NAN : now;
    labels_set(&alert.labels, "alertname", rule.name);
    labels_set(&alert.labels, "severity", "warning");
    labels_set(&alert.labels, "instance", alert.target);
    labels_set(&alert.labels, "service", "shop");
    snprintf(alert.says, sizeof alert.says, "sockets of %s: \x1b[31m%s", alert.target,
             fires ? "too many" : "fine again");
    notify_tell(notify, &alert, now);
    labels_fini(&alert.labels);
}

/* All lines that are there; false: there will be no more. */
static bool read_lines(struct notify *notify)
{
    static char text[1 << 16];
    static size_t len;
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    char *line = text, *end;
    ssize_t n;

    if (poll(&in, 1, 0) <= 0)
        return true;
    n = read(STDIN_FILENO, text + len, sizeof text - len);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    len += (size_t)n;
    while ((end = memchr(line, '\n', len - (size_t)(line - text))) != NULL) {
        *end = '\0';
        tell(notify, line);
        line = end + 1;
    }
    len -= (size_t)(line - text);
    memmove(text, line, len);
    return true;
}

static void serve(struct notify *notify)
{
    unsigned told = 0;

    while (read_lines(notify)) {
        if (notify_step(notify, 50, now_unix_s()) == 0 && told < lines) {
            told = lines;
            printf("told %u\n", told);
            fflush(stdout);
        }
    }
}

int main(int argc, char **argv)
{
    struct notify_config config = { .timeout_ms = 15000 };
    struct ph_rulefile file = { .rule = &rule, .n = 1 };
    struct ph_rulefile_error error;
    struct notify *notify;
    int wait_ms = 1000, option;

    while ((option = getopt(argc, argv, "r:t:w:x:a:l")) != -1) {
        switch (option) {
        case 'r':
            config.resend_s = strtod(optarg, NULL);
            break;
        case 't':
            config.timeout_ms = strtod(optarg, NULL);
            break;
        case 'w':
            wait_ms = (int)strtol(optarg, NULL, 10);
            break;
        case 'x':
            speed = strtod(optarg, NULL);
            break;
        case 'a':
            config.extra_url = optarg;
            break;
        case 'l':
            config.lines = true;
            break;
        default:
            return 2;
        }
    }
    for (int i = optind; i < argc && rule.n_do < PH_RULEFILE_DOS; i++)
        add_action(argv[i]);
    if (!notify_check(&file, &error)) {
        fprintf(stderr, "%u: %s\n", error.line, error.text);
        return 2;
    }
    notify = notify_new(&config);
    serve(notify);
    notify_free(notify, wait_ms);
    return 0;
}
