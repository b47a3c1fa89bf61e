/* SPDX-License-Identifier: MIT */
/*
 * cmd_top: the loop around rounds. The live screen waits in one place only, for the
 * network and the keyboard at once, so that a hung target never delays a key.
 */
#include "cmd_top.h"

#include "clock.h"
#include "columns.h"
#include "exitcode.h"
#include "mem.h"
#include "pollfeed.h"
#include "promfeed.h"
#include "render_json.h"
#include "say.h"
#include "screen.h"
#include "table.h"
#include "view.h"
#include "width.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    table_layout(&table, rows, feed->count, width_of_stdout(VIEW_LEAST_WIDTH));
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

/* ---- Live -------------------------------------------------------------------------- */

static void draw(struct top *top, struct view *view, struct view_frame *frame)
{
    struct view_place place = { .charset = say_charset(), .now_s = clock_now_s() };

    screen_size(&place.width, &place.height);
    view_compose(view, top->feed->rows, top->feed->count, &place, frame);
    screen_paint(frame);
}

static bool read_keys(struct view *view)
{
    bool any = false;
    int key;

    while ((key = screen_key()) != VIEW_KEY_NONE) {
        view_press(view, key);
        any = true;
    }
    return any;
}

static void live_loop(struct top *top, struct view *view, struct view_frame *frame)
{
    struct feed *feed = top->feed;
    int keyboard = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1;
    double began_s = clock_now_s(), drawn_s = 0;
    bool running = true;

    feed->begin(feed);
    while (!view->quit && screen_signal() == 0) {
        double now_s;
        bool changed = false;

        if (feed->step(feed, 250, keyboard) == 0 && running) {
            running = false;
            changed = true;
        }
        changed |= read_keys(view);
        now_s = clock_now_s();
        if (changed || now_s - drawn_s >= 1) {
            draw(top, view, frame);
            drawn_s = now_s;
        }
        if (!running && !view->paused && now_s - began_s >= view->interval_ms / 1000) {
            feed->begin(feed);
            began_s = now_s;
            running = true;
        }
    }
}

/* End by the signal that ended the screen, so that a shell sees what happened. */
static void die_by(int signum)
{
    struct sigaction action = { .sa_handler = SIG_DFL };

    sigemptyset(&action.sa_mask);
    sigaction(signum, &action, NULL);
    raise(signum);
}

static int run_live(struct top *top)
{
    const char *plain = getenv("NO_COLOR");
    struct view_frame frame = { 0 };
    struct view view;
    const char *wrong;

    wrong = screen_open(!top->opts->no_color && (plain == NULL || plain[0] == '\0'));
    if (wrong != NULL) {
        say_error("%s", wrong);
        return EXITCODE_USAGE;
    }
    view_init(&view, top->opts->interval_ms);
    live_loop(top, &view, &frame);
    view_frame_fini(&frame);
    screen_close();
    if (screen_signal() != 0)
        die_by(screen_signal());
    return EXITCODE_FINE;
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
        code = run_live(&top);
    top.feed->close(top.feed);
    return code;
}
