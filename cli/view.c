/* SPDX-License-Identifier: MIT */
/*
 * view: what stands where on the live screen. It must not know a terminal.
 */
#include "view.h"

#include "columns.h"
#include "units.h"
#include "viewexplain.h"
#include "viewlist.h"
#include "viewmeters.h"
#include "viewtable.h"

#include <stdio.h>
#include <string.h>

void view_init(struct view *view, double interval_ms)
{
    *view = (struct view){ .interval_ms = interval_ms, .sort = COLUMNS_STATE, .explain = true };
    for (size_t i = 0; i < viewtable_columns(); i++) {
        view->shown[i] = true;
        /* what is most worth knowing, until somebody chooses */
        if (view->column == 0 && viewtable_vital(i) == VITAL_ESTABLISHED)
            view->column = i;
    }
}

void view_fini(struct view *view)
{
    viewlist_fini(view);
}

/* ---- Help ---------------------------------------------------------------------------- */

static void put_column_help(struct view_frame *frame, size_t line, size_t column)
{
    struct buf text = { 0 };

    text_fit(&text, viewtable_title(column, frame->charset), 8, TEXT_LEFT, frame->charset);
    buf_puts(&text, viewtable_help(column));
    viewframe_put(frame, line, VIEW_PLAIN, buf_text(&text));
    buf_fini(&text);
}

static void put_help(const struct view *view, struct view_frame *frame)
{
    static const char *const keys[] = {
        "q quit   p pause   + - interval   e explanations   ? this help",
        "arrows, page up and down, home, end: move; left and right choose a column",
        "s < > sort by the next, previous, next column   r reverse",
        "/ filter by service, target, state, cause .. or LABEL=PATTERN; !: all others",
        "g group by service, version, host, label   space pins a row on top",
        "enter opens a process, or filters to a group   esc goes back",
        "behind a figure: ! 85% of its limit, # 95%",
    };
    const size_t key_lines = sizeof keys / sizeof keys[0];
    size_t line = 1 + key_lines;

    viewframe_put(frame, 0, VIEW_TITLE, "porthole top: any key goes back");
    for (size_t i = 0; i < key_lines; i++)
        viewframe_put(frame, 1 + i, VIEW_PLAIN, keys[i]);
    for (size_t i = 0; i < viewtable_columns(); i++) {
        if (view->shown[i])
            put_column_help(frame, line++, i);
    }
    if (line > frame->count)
        viewframe_put(frame, frame->count - 1, VIEW_FAINT, "... more on a higher screen");
}

/* ---- The footer ------------------------------------------------------------------------ */

static void put_pace(struct buf *line, const struct view *view)
{
    char every[UNITS_BYTES];

    if (view->interval_ms < 1000)
        snprintf(every, sizeof every, "%.0fms", view->interval_ms);
    else
        units_age(every, view->interval_ms / 1000);
    buf_printf(line, "every %s", every);
}

static void put_footer(const struct view *view, struct view_frame *frame)
{
    struct buf line = { 0 }, clean = { 0 };

    if (view->typing) {
        buf_printf(&line, "filter: %s_", view->filter);
    } else {
        buf_puts(&line, view->paused ? "PAUSED " : " ");
        buf_puts(&line, view->reverse ? "reversed " : "");
        if (view->filter[0] != '\0')
            buf_printf(&line, "filter '%s' ", view->filter);
        if (view->group != VIEW_BY_NONE)
            buf_printf(&line, "by %s ", viewlist_group_word(view));
        put_pace(&line, view);
        buf_puts(&line, "  q quit  ? help  / filter  s sort  g group  enter open  p pause  "
                        "space pin  r reverse  e explain  + - pace");
    }
    text_clean(&clean, buf_text(&line), line.len, frame->charset);
    viewframe_put(frame, frame->count - 1, VIEW_HEADER, buf_text(&clean));
    buf_fini(&line);
    buf_fini(&clean);
}

/* ---- The fleet ------------------------------------------------------------------------- */

static void put_fleet(struct view *view, struct fleet_row *const *rows, size_t count,
                      const struct view_place *place, struct view_frame *frame)
{
    size_t line = viewmeters_put(view, rows, count, place, frame);
    size_t pane = viewexplain_height(view, place);

    viewlist_make(view, rows, count, place->now_s);
    viewtable_put(view, place, line, place->height - line - pane - 1, frame);
    if (pane > 0)
        viewexplain_put(view, place, place->height - 1 - pane, frame);
    put_footer(view, frame);
}

/* ---- One process ------------------------------------------------------------------------ */

/* "fleet > service=shop > 127.0.0.1:9090 shop > gc". */
static void put_path(const struct view *view, struct view_frame *frame)
{
    struct buf line = { 0 }, clean = { 0 };

    buf_puts(&line, "fleet > ");
    if (view->filter[0] != '\0')
        buf_printf(&line, "%s > ", view->filter);
    buf_puts(&line, view->open);
    if (view->open_title[0] != '\0')
        buf_printf(&line, " %s", view->open_title);
    buf_printf(&line, " > %s", viewkeys_page_word(view->detail));
    text_clean(&clean, buf_text(&line), line.len, frame->charset);
    viewframe_put(frame, 0, VIEW_TITLE, buf_text(&clean));
    buf_fini(&line);
    buf_fini(&clean);
}

/* "o overview  l loop ..."; on a narrow screen the words stay away, except the page's own. */
static void put_tabs(const struct view *view, struct view_frame *frame)
{
    bool narrow = frame->width < 120;
    struct buf line = { 0 };

    for (int i = 0; i < VIEW_PAGES; i++) {
        enum view_page page = (enum view_page)i;
        bool own = page == view->detail;
        size_t from = line.len;

        buf_printf(&line, "%c%s%s", viewkeys_page_key(page), narrow && !own ? "" : " ",
                   narrow && !own ? "" : viewkeys_page_word(page));
        if (own)
            viewframe_mark(frame, 1, from, line.len - from, VIEW_CHOSEN);
        buf_puts(&line, "  ");
    }
    viewframe_put(frame, 1, VIEW_HEADER, buf_text(&line));
    buf_fini(&line);
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; n++) {
        const char *end = strchr(text, '\n');

        text = end != NULL ? end + 1 : text + strlen(text);
    }
    return n;
}

static void put_text(const struct view *view, const char *text, size_t line,
                     struct view_frame *frame)
{
    for (size_t i = 0; *text != '\0' && i < view->scroll + view->page; i++) {
        size_t len = strcspn(text, "\n");
        struct buf one = { 0 };

        buf_add(&one, text, len);
        if (i >= view->scroll)
            viewframe_put(frame, line + i - view->scroll, VIEW_PLAIN, buf_text(&one));
        text += len + (text[len] == '\n');
        buf_fini(&one);
    }
}

static void put_process(struct view *view, const struct view_place *place,
                        struct view_frame *frame)
{
    const char *text = place->page != NULL ? place->page : "asking ...\n";
    struct buf right = { 0 }, left = { 0 };

    view->page = place->height - 3;
    view->lines = count_lines(text);
    if (view->scroll + view->page > view->lines)
        view->scroll = view->lines > view->page ? view->lines - view->page : 0;
    put_path(view, frame);
    put_tabs(view, frame);
    put_text(view, text, 2, frame);
    buf_puts(&left, view->paused ? "PAUSED " : " ");
    put_pace(&left, view);
    buf_puts(&left, "  esc back  arrows move");
    if (view->lines > view->page)
        buf_printf(&right, "%zu-%zu of %zu ", view->scroll + 1, view->scroll + view->page,
                   view->lines);
    viewframe_put_both(frame, place->height - 1, VIEW_HEADER, buf_text(&left),
                       buf_text(&right));
    buf_fini(&left);
    buf_fini(&right);
}

/* ---- All --------------------------------------------------------------------------------- */

static void put_too_small(struct view_frame *frame)
{
    char message[80];

    snprintf(message, sizeof message, "too small: need %dx%d", VIEW_LEAST_WIDTH,
             VIEW_LEAST_HEIGHT);
    viewframe_put(frame, 0, VIEW_PLAIN, message);
}

void view_compose(struct view *view, struct fleet_row *const *rows, size_t count,
                  const struct view_place *place, struct view_frame *frame)
{
    viewframe_reset(frame, place->width, place->height, place->charset);
    /* without a table keys have no rows to act on: those of the last one may be gone */
    view->rows = 0;
    if (place->width < VIEW_LEAST_WIDTH || place->height < VIEW_LEAST_HEIGHT)
        put_too_small(frame);
    else if (view->help)
        put_help(view, frame);
    else if (view->opened)
        put_process(view, place, frame);
    else
        put_fleet(view, rows, count, place, frame);
}
