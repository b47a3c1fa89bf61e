/* SPDX-License-Identifier: MIT */
/*
 * live: the loop around rounds. It waits in one place only, for the network and the keyboard at
 * once, so that a hung target never delays a key. Requests of the opened process are looked
 * after between short waits.
 */
#include "live.h"

#include "clock.h"
#include "detail.h"
#include "columns.h"
#include "exitcode.h"
#include "outliers.h"
#include "say.h"
#include "screen.h"
#include "view.h"
#include "viewlist.h"
#include "viewmeters.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MS 250
#define BUSY_WAIT_MS 20 /* while the opened process is being asked */
#define NOTES 3         /* more do not fit on any screen */

struct live {
    struct feed *feed;
    struct view view;
    struct view_frame frame;
    struct detail *detail;
    bool running;   /* a round is */
    double began_s; /* it, or the last one */
    double drawn_s;
    struct buf texts;             /* of `notes`, each with its NUL */
    const char *notes[NOTES];     /* what is to be said about the fleet, the worst first */
    size_t n_notes;
};

static const struct fleet_row *opened_row(const struct live *l)
{
    for (size_t i = 0; i < l->feed->count; i++) {
        if (strcmp(l->feed->rows[i]->name, l->view.open) == 0)
            return l->feed->rows[i];
    }
    return NULL;
}

static void draw(struct live *l)
{
    struct view_place place = { .charset = say_charset(),
                                .now_s = clock_now_s(),
                                .from = l->feed->from,
                                .notes = l->notes,
                                .n_notes = l->n_notes,
                                .none = l->feed->none(l->feed) };

    screen_size(&place.width, &place.height);
    if (l->view.opened) {
        struct detail_place at = { opened_row(l), place.width, place.charset, place.now_s };

        place.page = detail_text(l->detail, l->view.detail, &at);
    }
    view_compose(&l->view, l->feed->rows, l->feed->count, &place, &l->frame);
    screen_paint(&l->frame);
    l->drawn_s = place.now_s;
}

/* Rows of the last round may be gone: no key must meet them. */
static void begin(struct live *l)
{
    l->began_s = clock_now_s();
    l->feed->due_s = l->began_s + l->view.interval_ms / 1000;
    l->feed->begin(l->feed);
    l->running = true;
    detail_again(l->detail);
    viewmeters_forget(&l->view);
    viewlist_learn(&l->view, l->feed->rows, l->feed->count);
    draw(l);
}

/* What was found in the rows is put into words at once: rows may be gone before it is shown. */
static void note(struct live *l)
{
    struct outliers outliers;

    buf_clear(&l->texts);
    l->feed->note(l->feed, &l->texts);
    outliers_find(&outliers, l->feed->rows, l->feed->count);
    for (size_t i = 0; i < outliers.count && i < NOTES; i++) {
        outliers_says(&l->texts, &outliers.items[i]);
        buf_add(&l->texts, "", 1);
    }
    outliers_fini(&outliers);
    l->n_notes = 0;
    for (size_t at = 0; at < l->texts.len && l->n_notes < NOTES;) {
        l->notes[l->n_notes] = buf_text(&l->texts) + at;
        at += strlen(l->notes[l->n_notes++]) + 1;
    }
}

/* Enter and space are about a row that is seen: of keys that come together, as when they are
 * pasted, those before have their effect on the rows first. */
static bool read_keys(struct live *l)
{
    bool any = false;
    int key;

    while ((key = screen_key()) != VIEW_KEY_NONE) {
        if (any && (key == '\r' || key == '\n' || key == ' '))
            draw(l);
        view_press(&l->view, key);
        any = true;
    }
    return any;
}

/* One wait, and what came of it; whether there is something new to be seen. */
static bool step(struct live *l, int keyboard)
{
    int wait_ms = detail_is_asking(l->detail) ? BUSY_WAIT_MS : WAIT_MS;
    bool changed = false;

    if (l->feed->step(l->feed, wait_ms, keyboard) == 0 && l->running) {
        l->running = false;
        note(l);
        viewlist_learn(&l->view, l->feed->rows, l->feed->count);
        viewmeters_note(&l->view, l->feed->rows, l->feed->count, clock_now_s());
        changed = true;
    }
    changed |= read_keys(l);
    changed |= detail_step(l->detail, &l->view);
    return changed;
}

/* Until somebody quits, or nobody is there any more. */
static int run(struct live *l)
{
    int keyboard = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1;

    begin(l);
    while (!l->view.quit && screen_signal() == 0) {
        bool changed = step(l, keyboard);
        double now_s = clock_now_s();

        if (screen_gone())
            return EXITCODE_INTERNAL;
        if (!l->running && !l->view.paused && now_s - l->began_s >= l->view.interval_ms / 1000)
            begin(l);
        else if (changed || now_s - l->drawn_s >= 1)
            draw(l);
    }
    return EXITCODE_FINE;
}

/* End by the signal that ended the screen, so that a shell sees what happened. */
static void die_by(int signum)
{
    struct sigaction action = { .sa_handler = SIG_DFL };

    sigemptyset(&action.sa_mask);
    sigaction(signum, &action, NULL);
    raise(signum);
}

/* Begin as the command line says, so that it means the same on the screen and in a pipe. */
static bool begin_as_told(struct view *view, const struct opts *opts)
{
    size_t column = opts->sort != NULL ? columns_find(opts->sort) : view->sort;

    if (column == columns_top_count) {
        say_error("no column '%s' on the screen; plain frames (--once) sort by any figure",
                  opts->sort);
        return false;
    }
    if (opts->group != NULL && !labels_is_name(opts->group, strlen(opts->group))) {
        say_error("bad label '%s' for '--group'", opts->group);
        return false;
    }
    view->sort = column;
    view->reverse = opts->reverse;
    if (opts->group != NULL)
        viewlist_group_by(view, opts->group);
    if (opts->filter != NULL)
        snprintf(view->filter, sizeof view->filter, "%s", opts->filter);
    return true;
}

int live(const struct opts *opts, struct feed *feed)
{
    const char *plain = getenv("NO_COLOR");
    struct live l = { .feed = feed };
    const char *wrong;
    int code;

    view_init(&l.view, opts->interval_ms);
    if (!begin_as_told(&l.view, opts))
        return EXITCODE_USAGE;
    wrong = screen_open(!opts->no_color && (plain == NULL || plain[0] == '\0'));
    if (wrong != NULL) {
        say_error("%s", wrong);
        return EXITCODE_USAGE;
    }
    l.detail = detail_new(opts);
    code = run(&l);
    detail_free(l.detail);
    view_frame_fini(&l.frame);
    view_fini(&l.view);
    buf_fini(&l.texts);
    screen_close();
    if (screen_signal() != 0)
        die_by(screen_signal());
    return code;
}
