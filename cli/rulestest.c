/* SPDX-License-Identifier: MIT */
/*
 * rulestest: each row is a round in which one target, the file, answered. A row without a
 * single number is one in which it did not.
 */
#include "rulestest.h"

#include "agent/figure.h"
#include "alertlabels.h"
#include "csv.h"
#include "instant.h"
#include "mem.h"
#include "patrol.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
    const struct rulestest *test;
    struct csv csv;
    double *cells;
    size_t seconds;             /* its column */
    size_t uptime;              /* its column; csv.count: none */
    double last_s, last_uptime;
    unsigned restarts;
    struct fleet_row row;
    struct patrol patrol;
    struct buf *out;
    struct rulestest_result *result;
    double now_s;
};

static void put_time(struct buf *out, double s)
{
    char text[INSTANT_BYTES];

    if (s >= 1e8) { /* else it counts from the beginning of the recording */
        instant_text(text, s, "%Y-%m-%dT%H:%M:%SZ");
        buf_puts(out, text);
    } else {
        buf_printf(out, "%.0fs", s);
    }
}

static void tell(void *user, const struct alert *alert)
{
    static const char *const words[] = { "ended", "pending", "firing", "resolved" };
    struct run *run = user;
    struct buf says = { 0 };

    run->result->fired += alert->state == ALERT_FIRING;
    if (run->test->json) {
        buf_printf(run->out, "{\"seconds\":%.15g,\"alert\":", run->now_s);
        alertlabels_json(run->out, alert);
        buf_puts(run->out, "}\n");
        return;
    }
    put_time(run->out, run->now_s);
    alertlabels_says(&says, alert);
    buf_printf(run->out, "  %-8s  %s  ", words[alert->state], alert->rule->name);
    text_clean(run->out, buf_text(&says), says.len, TEXT_ASCII);
    buf_puts(run->out, "\n");
    buf_fini(&says);
}

static bool knows_anything(const struct run *run)
{
    for (size_t i = 0; i < run->csv.count; i++)
        if (i != run->seconds && !isnan(run->cells[i]))
            return true;
    return false;
}

static void run_row(struct run *run)
{
    double uptime = run->uptime < run->csv.count ? run->cells[run->uptime] : NAN;
    struct judgewhen_view view = { .answered = knows_anything(run),
                                   .csv = &run->csv,
                                   .cells = run->cells };

    run->restarts += uptime < run->last_uptime;
    if (!isnan(uptime))
        run->last_uptime = uptime;
    view.t_s = run->now_s;
    view.restarts = run->restarts;
    if (run->patrol.count)
        run->patrol.targets[0].present = false;
    patrol_target(&run->patrol, 0, &run->row, view,
                  (struct judge_now){ run->now_s, run->now_s });
}

static bool read_row(struct run *run, const char *line, size_t len, size_t number,
                     char error[512])
{
    if (!csv_row(&run->csv, line, len, run->cells)) {
        snprintf(error, 512, "%s:%zu: %s", run->test->name, number, run->csv.error);
        return false;
    }
    run->now_s = run->cells[run->seconds];
    if (isnan(run->now_s) || run->now_s < run->last_s) {
        snprintf(error, 512, "%s:%zu: 'seconds' %s", run->test->name, number,
                 isnan(run->now_s) ? "is empty" : "goes back");
        return false;
    }
    run->last_s = run->now_s;
    run->result->rows++;
    run_row(run);
    return true;
}

/* Either name of a figure of threads is right, in the file as in a rule. */
static void shorten_names(struct csv *csv)
{
    for (size_t i = 0; i < csv->count; i++) {
        const char *bare = ph_figure_bare(csv->names[i]);

        memmove(csv->names[i], bare, strlen(bare) + 1);
    }
}

static bool read_header(struct run *run, const char *line, size_t len, char error[512])
{
    if (!csv_header(&run->csv, line, len)) {
        snprintf(error, 512, "%s:1: %s", run->test->name, run->csv.error);
        return false;
    }
    run->seconds = csv_column(&run->csv, "seconds");
    if (run->seconds == run->csv.count) {
        snprintf(error, 512, "%s:1: no column 'seconds'", run->test->name);
        return false;
    }
    shorten_names(&run->csv);
    run->uptime = csv_column(&run->csv, "service.uptime_s");
    run->cells = mem_new(run->csv.count, sizeof *run->cells);
    return true;
}

/* Length of the line at `text`, without its end; `*used` with it. */
static size_t line_length(const char *text, size_t len, size_t *used)
{
    const char *end = memchr(text, '\n', len);
    size_t n = end ? (size_t)(end - text) : len;

    *used = n + (end != NULL);
    return n && text[n - 1] == '\r' ? n - 1 : n;
}

static bool read_all(struct run *run, char error[512])
{
    size_t used;
    size_t number = 0;

    for (size_t at = 0; at < run->test->len; at += used) {
        const char *line = run->test->text + at;
        size_t n = line_length(line, run->test->len - at, &used);

        number++;
        if (number == 1 ? !read_header(run, line, n, error)
                        : n && !read_row(run, line, n, number, error))
            return false;
    }
    if (number == 0)
        snprintf(error, 512, "%s: nothing in it", run->test->name);
    return number > 0;
}

static size_t count_unread(const struct run *run)
{
    size_t unread = 0;

    for (size_t i = 0; i < run->patrol.rules.n; i++) {
        const struct ph_rulefile_rule *rule = &run->patrol.rules.rule[i];
        const char *figure = ph_figure_bare(rule->figure);

        unread += rule->when == PH_WHEN_VERDICT || rule->when == PH_WHEN_OUTLIER ||
                  (figure[0] && csv_column(&run->csv, figure) == run->csv.count);
    }
    return unread;
}

bool rulestest_run(const struct rulestest *test, struct ph_rulefile *rules, struct buf *out,
                   struct rulestest_result *result, char error[512])
{
    struct run *run = mem_new(1, sizeof *run);
    bool good;

    *result = (struct rulestest_result){ 0 };
    run->test = test;
    run->out = out;
    run->result = result;
    run->last_s = run->last_uptime = -INFINITY;
    fleet_init(&run->row, test->name);
    patrol_init(&run->patrol, rules);
    run->patrol.tell = tell;
    run->patrol.user = run;
    good = read_all(run, error);
    result->unread = good ? count_unread(run) : 0;
    patrol_fini(&run->patrol);
    free(run->cells);
    free(run);
    return good;
}
