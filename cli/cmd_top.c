/* SPDX-License-Identifier: MIT */
/*
 * cmd_top: the loop around rounds. The live screen waits in one place only, for the
 * network and the keyboard at once, so that a hung target never delays a key.
 */
#include "cmd_top.h"

#include "clock.h"
#include "exitcode.h"
#include "frames.h"
#include "pollfeed.h"
#include "say.h"
#include "screen.h"
#include "view.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct top {
    const struct opts *opts;
    struct feed *feed;
};

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
    struct pollfeed polled;
    struct top top = { .opts = opts, .feed = &polled.feed };
    int code = pollfeed_open(&polled, opts, arguments, count);

    if (code != EXITCODE_FINE)
        return code;
    if (opts->count_given || opts->json || opts->format != NULL || isatty(STDOUT_FILENO) != 1)
        code = frames_run(top.feed, opts);
    else
        code = run_live(&top);
    top.feed->close(top.feed);
    return code;
}
