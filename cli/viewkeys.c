/* SPDX-License-Identifier: MIT */
/*
 * viewkeys: one function for each thing that has the keyboard: the filter, the help, a process,
 * the table.
 */
#include "viewkeys.h"

#include "viewlist.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FASTEST_MS 250
#define SLOWEST_MS 60000
#define COLUMNS (sizeof((struct view *)0)->shown / sizeof(bool))

static const struct {
    char key;
    const char *word;
} pages[VIEW_PAGES] = {
    [VIEW_OVERVIEW] = { 'o', "overview" },
    [VIEW_LOOP] = { 'l', "loop" },
    [VIEW_GC] = { 'c', "gc" },
    [VIEW_HEAP] = { 'h', "heap" },
    [VIEW_HANDLES] = { 'n', "handles" },
    [VIEW_SOCKETS] = { 'k', "sockets" },
    [VIEW_LISTENERS] = { 'i', "listeners" },
    [VIEW_OBJECTS] = { 'j', "objects" },
    [VIEW_SUSPECTS] = { 'u', "suspects" },
    [VIEW_STACK] = { 't', "stack" },
};

char viewkeys_page_key(enum view_page page)
{
    return pages[page].key;
}

const char *viewkeys_page_word(enum view_page page)
{
    return pages[page].word;
}

/* ---- Moving ------------------------------------------------------------------------ */

/* Where a list of `count` lines, `page` of which are seen, is after a key; `at` if it is none
 * that moves. */
static size_t moved(int key, size_t at, size_t count, size_t page)
{
    size_t last = count > 0 ? count - 1 : 0;
    size_t by = key == VIEW_KEY_PAGE_UP || key == VIEW_KEY_PAGE_DOWN ? page : 1;

    switch (key) {
    case VIEW_KEY_UP:
    case VIEW_KEY_PAGE_UP:
        return at > by ? at - by : 0;
    case VIEW_KEY_DOWN:
    case VIEW_KEY_PAGE_DOWN:
        return at + by < last ? at + by : last;
    case VIEW_KEY_HOME:
        return 0;
    case VIEW_KEY_END:
        return last;
    default:
        return at;
    }
}

static bool is_movement(int key)
{
    return key == VIEW_KEY_UP || key == VIEW_KEY_DOWN || key == VIEW_KEY_PAGE_UP ||
           key == VIEW_KEY_PAGE_DOWN || key == VIEW_KEY_HOME || key == VIEW_KEY_END;
}

/* The next column, forth or back, that the last frame had; before the first one: any. */
static size_t next_column(const struct view *view, size_t from, bool forth)
{
    size_t at = from;

    do {
        at = (at + (forth ? 1 : COLUMNS - 1)) % COLUMNS;
    } while (!view->shown[at] && at != from);
    return at;
}

/* ---- What all but the filter share --------------------------------------------------- */

static bool press_common(struct view *view, int key)
{
    switch (key) {
    case 'q':
        view->quit = true;
        return true;
    case 'p':
        view->paused = !view->paused;
        return true;
    case '+':
        view->interval_ms *= view->interval_ms < SLOWEST_MS ? 2 : 1;
        return true;
    case '-':
        view->interval_ms /= view->interval_ms > FASTEST_MS ? 2 : 1;
        return true;
    case '?':
        view->help = true;
        return true;
    default:
        return false;
    }
}

/* ---- One process --------------------------------------------------------------------- */

static void turn_to(struct view *view, enum view_page page)
{
    view->detail = page;
    view->scroll = 0;
    view->asked++;
}

static void press_detail(struct view *view, int key)
{
    if (is_movement(key)) {
        size_t most = view->lines > view->page ? view->lines - view->page : 0;

        view->scroll = moved(key, view->scroll, most + 1, view->page);
        return;
    }
    for (int i = 0; i < VIEW_PAGES; i++) {
        if (pages[i].key == key)
            turn_to(view, (enum view_page)i);
    }
    if (key == VIEW_KEY_RIGHT)
        turn_to(view, (enum view_page)((view->detail + 1) % VIEW_PAGES));
    else if (key == VIEW_KEY_LEFT)
        turn_to(view, (enum view_page)((view->detail + VIEW_PAGES - 1) % VIEW_PAGES));
    else if (key == 27 || key == VIEW_KEY_BACKSPACE)
        view->opened = false;
    else
        press_common(view, key);
}

static const struct fleet_row *selected_row(const struct view *view)
{
    return view->selected < view->rows ? view->order[view->selected] : NULL;
}

static void enter(struct view *view)
{
    const struct fleet_row *row = selected_row(view);

    if (row == NULL)
        return;
    if (view->group != VIEW_BY_NONE) {
        viewlist_filter_group(view, row);
        return;
    }
    if (strlen(row->name) >= VIEW_NAME)
        return;
    snprintf(view->open, VIEW_NAME, "%s", row->name);
    snprintf(view->open_title, sizeof view->open_title, "%.63s", row->last.service);
    view->opened = true;
    turn_to(view, VIEW_OVERVIEW);
}

/* ---- The table ----------------------------------------------------------------------- */

static void sort_by(struct view *view, size_t column)
{
    view->sort = view->column = column;
}

/* Leave one thing after the other: the filter, the grouping. */
static void back(struct view *view)
{
    if (view->filter[0] != '\0')
        view->filter[0] = '\0';
    else
        view->group = VIEW_BY_NONE;
}

static void regroup(struct view *view)
{
    view->group = (view->group + 1) % (VIEW_GROUPS + view->n_labels);
    view->selected = view->top = 0;
    view->follow[0] = '\0';
}

static void press_command(struct view *view, int key)
{
    switch (key) {
    case 's':
    case '>':
        sort_by(view, next_column(view, view->sort, true));
        break;
    case '<':
        sort_by(view, next_column(view, view->sort, false));
        break;
    case VIEW_KEY_RIGHT:
        view->column = next_column(view, view->column, true);
        break;
    case VIEW_KEY_LEFT:
        view->column = next_column(view, view->column, false);
        break;
    case 'r':
        view->reverse = !view->reverse;
        break;
    case '/':
        view->typing = true;
        break;
    case 'g':
        regroup(view);
        break;
    case ' ':
        if (view->group == VIEW_BY_NONE)
            viewlist_pin(view, selected_row(view));
        break;
    case 'e':
        view->explain = !view->explain;
        break;
    case 'h':
        view->help = true;
        break;
    case 27:
        back(view);
        break;
    case '\r':
    case '\n':
        enter(view);
        break;
    default:
        press_common(view, key);
        break;
    }
}

static void press_table(struct view *view, int key)
{
    const struct fleet_row *row;

    key = key == 'k' ? VIEW_KEY_UP : key == 'j' ? VIEW_KEY_DOWN : key;
    if (!is_movement(key)) {
        press_command(view, key);
        return;
    }
    view->selected = moved(key, view->selected, view->rows, view->page);
    row = selected_row(view);
    /* on the first line the worst stays selected, whoever that is */
    view->follow[0] = '\0';
    if (row != NULL && view->selected > 0 && strlen(row->name) < VIEW_NAME)
        snprintf(view->follow, VIEW_NAME, "%s", row->name);
}

/* ---- The filter ---------------------------------------------------------------------- */

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
    else if (view->opened)
        press_detail(view, key);
    else
        press_table(view, key);
}
