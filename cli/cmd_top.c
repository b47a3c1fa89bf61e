/* SPDX-License-Identifier: MIT */
/*
 * cmd_top: which of its faces to show, and the plain ones.
 */
#include "cmd_top.h"

#include "clock.h"
#include "columns.h"
#include "exitcode.h"
#include "live.h"
#include "mem.h"
#include "pollfeed.h"
#include "promfeed.h"
#include "render_json.h"
#include "say.h"
#include "table.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* Narrower than this a plain table is of no use. */
#define LEAST_WIDTH 40

struct top {
    const struct opts *opts;
    struct feed *feed;
};

/* ---- Plain frames ------------------------------------------------------------------ */

static void plain_rows(const struct feed *feed, double now_s, struct buf *out)
{
    struct columns_context context = { now_s };
    struct table table = { .columns = columns_top,
                           .count = columns_top_count,
                           .user = &context,
                           .charset = say_charset() };
    const void **rows = mem_new(feed->count, sizeof *rows);

    for (size_t i = 0; i < feed->count; i++)
        rows[i] = feed->rows[i];
    table_layout(&table, rows, feed->count, width_of_stdout(LEAST_WIDTH));
    table_sort(&table, rows, feed->count, COLUMNS_STATE, false);
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < feed->count; i++) {
        table_row(&table, rows[i], out);
        buf_puts(out, "\n");
    }
    free(rows);
}

static bool print_plain(const struct top *top, bool again)
{
    double now_s = clock_now_s();
    struct fleet_totals totals;
    struct buf out = { 0 };
    bool good;

    fleet_sum(top->feed->rows, top->feed->count, now_s, &totals);
    buf_puts(&out, again ? "\n" : "");
    plain_rows(top->feed, now_s, &out);
    columns_totals(&out, &totals);
    buf_puts(&out, "\n");
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static bool print_json(const struct top *top)
{
    struct buf out = { 0 };
    bool good;

    render_json_frame(&out, top->feed->rows, top->feed->count, clock_now_s(),
                      isatty(STDOUT_FILENO) == 1 ? RENDER_JSON_ASCII : 0);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static void wait_until(struct feed *feed, double due_s)
{
    double left_s;

    while ((left_s = due_s - clock_now_s()) > 0)
        feed->step(feed, left_s < 60 ? (int)(left_s * 1000) + 1 : 60000, -1);
}

static int run_plain(struct top *top)
{
    struct feed *feed = top->feed;
    double due_s = clock_now_s();

    for (unsigned frame = 0; top->opts->count == 0 || frame < top->opts->count; frame++) {
        if (frame > 0) {
            /* Frames that were missed are not made up. */
            due_s = fmax(due_s + top->opts->interval_ms / 1000, clock_now_s());
            wait_until(feed, due_s);
        }
        feed->begin(feed);
        while (feed->step(feed, 1000, -1) > 0)
            continue;
        if (!(top->opts->json ? print_json(top) : print_plain(top, frame > 0)))
            return EXITCODE_INTERNAL;
        feed->say_failures(feed);
    }
    return feed->exitcode(feed);
}

int cmd_top(const struct opts *opts, char **arguments, int count)
{
    bool asks = opts->from != NULL;
    struct pollfeed polled;
    struct promfeed told;
    struct top top = { .opts = opts, .feed = asks ? &told.feed : &polled.feed };
    int code = asks ? promfeed_open(&told, opts, arguments, count)
                    : pollfeed_open(&polled, opts, arguments, count);

    if (code != EXITCODE_FINE)
        return code;
    if (opts->count_given || opts->json || isatty(STDOUT_FILENO) != 1)
        code = run_plain(&top);
    else
        code = live(opts, top.feed);
    top.feed->close(top.feed);
    return code;
}
