/* SPDX-License-Identifier: MIT */
/*
 * view: state and layout of the live screen. It must not know a terminal.
 */
#include "view.h"

#include "columns.h"
#include "mem.h"
#include "table.h"
#include "units.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FASTEST_MS 250
#define SLOWEST_MS 60000

/* Lines around the rows: totals, titles, footer. */
#define FRAME_LINES 3

void view_init(struct view *view, double interval_ms)
{
    *view = (struct view){ .interval_ms = interval_ms, .sort = COLUMNS_STATE };
}

/* ---- Keys -------------------------------------------------------------------------- */

static void move_to(struct view *view, size_t row)
{
    view->selected = view->rows == 0 ? 0 : row < view->rows ? row : view->rows - 1;
}

static void back(struct view *view, size_t by)
{
    move_to(view, view->selected > by ? view->selected - by : 0);
}

static bool press_movement(struct view *view, int key)
{
    switch (key) {
    case VIEW_KEY_UP:
    case 'k':
        back(view, 1);
        return true;
    case VIEW_KEY_DOWN:
    case 'j':
        move_to(view, view->selected + 1);
        return true;
    case VIEW_KEY_PAGE_UP:
        back(view, view->page);
        return true;
    case VIEW_KEY_PAGE_DOWN:
        move_to(view, view->selected + view->page);
        return true;
    case VIEW_KEY_HOME:
        move_to(view, 0);
        return true;
    case VIEW_KEY_END:
        move_to(view, SIZE_MAX);
        return true;
    default:
        return false;
    }
}

static void press_command(struct view *view, int key)
{
    switch (key) {
    case 'q':
        view->quit = true;
        break;
    case 'p':
        view->paused = !view->paused;
        break;
    case 's':
    case '>':
        view->sort = (view->sort + 1) % columns_top_count;
        break;
    case '<':
        view->sort = (view->sort + columns_top_count - 1) % columns_top_count;
        break;
    case 'r':
        view->reverse = !view->reverse;
        break;
    case '/':
        view->typing = true;
        break;
    case '+':
        view->interval_ms *= view->interval_ms < SLOWEST_MS ? 2 : 1;
        break;
    case '-':
        view->interval_ms /= view->interval_ms > FASTEST_MS ? 2 : 1;
        break;
    case '?':
    case 'h':
        view->help = true;
        break;
    case 27:
        view->filter[0] = '\0';
        break;
    default:
        break;
    }
}

static void press_typing(struct view *view, int key)
{
    size_t len = strlen(view->filter);

    if (key == '\r' || key == '\n') {
        view->typing = false;
    } else if (key == 27) {
        view->typing = false;
        view->filter[0] = '\0';
    } else if (key == VIEW_KEY_BACKSPACE || key == 8 || key == 127) {
        view->filter[len > 0 ? len - 1 : 0] = '\0';
    } else if (key >= ' ' && key <= '~' && len + 1 < sizeof view->filter) {
        view->filter[len] = (char)key;
        view->filter[len + 1] = '\0';
    }
}

void view_press(struct view *view, int key)
{
    if (key == VIEW_KEY_NONE || key == VIEW_KEY_RESIZE)
        return;
    if (view->typing)
        press_typing(view, key);
    else if (view->help)
        view->help = false;
    else if (!press_movement(view, key))
        press_command(view, key);
}

/* ---- Lines ------------------------------------------------------------------------- */

/* Start over with `count` empty lines. */
static void reset(struct view_frame *frame, size_t count)
{
    for (size_t i = count; i < frame->count; i++)
        buf_fini(&frame->lines[i].text);
    frame->lines = mem_resize(frame->lines, count, sizeof *frame->lines);
    for (size_t i = 0; i < count; i++) {
        if (i >= frame->count)
            frame->lines[i].text = (struct buf){ 0 };
        buf_clear(&frame->lines[i].text);
        frame->lines[i].style = VIEW_PLAIN;
        frame->lines[i].selected = false;
    }
    frame->count = count;
}

void view_frame_fini(struct view_frame *frame)
{
    reset(frame, 0);
    free(frame->lines);
    *frame = (struct view_frame){ 0 };
}

struct layout {
    struct view *view;
    struct view_frame *frame;
    const struct view_place *at;
};

static void put(const struct layout *l, size_t line, enum view_style style, const char *clean)
{
    if (line >= l->frame->count)
        return;
    l->frame->lines[line].style = style;
    text_fit(&l->frame->lines[line].text, clean, l->at->width, TEXT_LEFT, l->at->charset);
}

static void put_help(const struct layout *l)
{
    static const char *const keys[] = {
        "q quit   p pause   + - interval   ? this help",
        "s < > sort by the next, previous, next column   r reverse",
        "/ filter by service, target, ident or cause   esc no filter",
        "arrows, page up and down, home, end: move",
    };
    const size_t key_lines = sizeof keys / sizeof keys[0];

    put(l, 0, VIEW_TITLE, "porthole top: any key goes back");
    for (size_t i = 0; i < key_lines; i++)
        put(l, 1 + i, VIEW_PLAIN, keys[i]);
    for (size_t i = 0; i < columns_top_count; i++) {
        const struct table_column *c = &columns_top[i];
        struct buf line = { 0 };

        text_fit(&line,
                 l->at->charset == TEXT_ASCII && c->ascii_title ? c->ascii_title : c->title, 8,
                 TEXT_LEFT, l->at->charset);
        buf_puts(&line, c->help);
        put(l, 2 + key_lines + i, VIEW_PLAIN, buf_text(&line));
        buf_fini(&line);
    }
}

static void put_totals(const struct layout *l, struct fleet_row *const *rows, size_t count)
{
    struct fleet_totals totals;
    struct buf line = { 0 };

    fleet_sum(rows, count, l->at->now_s, &totals);
    columns_totals(&line, &totals);
    put(l, 0, VIEW_TITLE, buf_text(&line));
    buf_fini(&line);
}

static void put_footer(const struct layout *l)
{
    const struct view *v = l->view;
    struct buf line = { 0 };
    char every[UNITS_BYTES];

    if (v->typing) {
        buf_printf(&line, "filter: %s_", v->filter);
    } else {
        if (v->interval_ms < 1000)
            snprintf(every, sizeof every, "%.0fms", v->interval_ms);
        else
            units_age(every, v->interval_ms / 1000);
        buf_printf(&line,
                   "%s%s%s%s every %s  q quit  p pause  s sort  r reverse  / filter  "
                   "+ - pace  ? help",
                   v->paused ? "PAUSED  " : "", v->filter[0] != '\0' ? "filter '" : "",
                   v->filter, v->filter[0] != '\0' ? "' " : "", every);
    }
    put(l, l->at->height - 1, VIEW_HEADER, buf_text(&line));
    buf_fini(&line);
}

/* ---- Rows -------------------------------------------------------------------------- */

static bool passes(const struct view *view, const struct fleet_row *row)
{
    char word[CAUSE_BYTES];

    cause_word(word, row->cause, row->status);
    return view->filter[0] == '\0' || strcasestr(row->name, view->filter) != NULL ||
           strcasestr(row->last.service, view->filter) != NULL ||
           strcasestr(row->last.ident, view->filter) != NULL ||
           strcasestr(word, view->filter) != NULL;
}

static enum view_style style_of(const struct fleet_row *row, double now_s)
{
    static const enum view_style styles[] = {
        [FLEET_FINE] = VIEW_PLAIN,     [FLEET_WAITING] = VIEW_FAINT,
        [FLEET_ATTENTION] = VIEW_WARN, [FLEET_MISSING] = VIEW_FAINT,
        [FLEET_BLOCKED] = VIEW_BAD, [FLEET_DOWN] = VIEW_BAD,
    };

    return styles[fleet_state(row, now_s)];
}

/* Keep the selection on the screen and the screen on the rows. */
static void scroll(struct view *view, size_t rows, size_t page)
{
    view->rows = rows;
    view->page = page;
    move_to(view, view->selected);
    if (view->selected < view->top)
        view->top = view->selected;
    if (view->selected >= view->top + page)
        view->top = view->selected - page + 1;
    if (rows <= page)
        view->top = 0;
}

static void put_rows(const struct layout *l, const struct table *table, const void **rows)
{
    struct view *v = l->view;

    for (size_t i = v->top; i < v->rows && i < v->top + v->page; i++) {
        size_t line = i - v->top + 2;
        struct buf text = { 0 };

        table_row(table, rows[i], &text);
        put(l, line, style_of(rows[i], l->at->now_s), buf_text(&text));
        l->frame->lines[line].selected = i == v->selected;
        buf_fini(&text);
    }
    if (v->rows == 0)
        put(l, 2, VIEW_FAINT,
            v->filter[0] != '\0' ? "no target passes the filter"
                                 : "no local process carries an agent; waiting for one");
}

static void put_table(const struct layout *l, struct fleet_row *const *rows, size_t count)
{
    struct columns_context context = { l->at->now_s };
    struct table table = { .columns = columns_top,
                           .count = columns_top_count,
                           .user = &context,
                           .charset = l->at->charset };
    const void **shown = mem_new(count, sizeof *shown);
    struct buf titles = { 0 };
    size_t passed = 0;

    for (size_t i = 0; i < count; i++) {
        if (passes(l->view, rows[i]))
            shown[passed++] = rows[i];
    }
    table_layout(&table, shown, passed, l->at->width);
    table_sort(&table, shown, passed, l->view->sort, l->view->reverse);
    scroll(l->view, passed, l->at->height - FRAME_LINES);
    table_titles(&table, (int)l->view->sort, &titles);
    put(l, 1, VIEW_HEADER, buf_text(&titles));
    put_rows(l, &table, shown);
    buf_fini(&titles);
    free(shown);
}

static void put_too_small(const struct layout *l)
{
    char message[80];

    snprintf(message, sizeof message, "too small: need %dx%d", VIEW_LEAST_WIDTH,
             VIEW_LEAST_HEIGHT);
    put(l, 0, VIEW_PLAIN, message);
}

void view_compose(struct view *view, struct fleet_row *const *rows, size_t count,
                  const struct view_place *place, struct view_frame *frame)
{
    struct layout l = { view, frame, place };

    reset(frame, place->height);
    if (place->width < VIEW_LEAST_WIDTH || place->height < VIEW_LEAST_HEIGHT) {
        put_too_small(&l);
    } else if (view->help) {
        put_help(&l);
    } else {
        put_totals(&l, rows, count);
        put_table(&l, rows, count);
        put_footer(&l);
    }
}
