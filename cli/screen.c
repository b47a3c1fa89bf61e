/* SPDX-License-Identifier: MIT */
/*
 * screen: the only file that knows ncurses. It shows what `view` has laid out and adds
 * nothing to it; all text has passed text_clean() before.
 */
#include "screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#undef lines /* term.h has macros of such names */

static SCREEN *terminal;
static volatile sig_atomic_t caught;

static void on_signal(int signum)
{
    caught = signum;
}

static void catch_signals(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal };

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}

/* newterm() would print to stderr and initscr() would exit: ask terminfo first. */
static const char *check_terminal(void)
{
    const char *name = getenv("TERM");
    int result = 0;
    bool moves;

    if (name == NULL || name[0] == '\0')
        return "TERM is not set; use --once for plain output";
    if (setupterm(NULL, STDOUT_FILENO, &result) != OK)
        return "the terminal named by TERM is unknown; use --once for plain output";
    moves = cursor_address != NULL && clear_screen != NULL;
    del_curterm(cur_term); /* newterm() makes its own */
    if (!moves)
        return "the terminal named by TERM cannot move its cursor; use --once for plain output";
    return NULL;
}

static void start_colours(void)
{
    start_color();
    use_default_colors();
    init_pair(VIEW_TITLE, COLOR_CYAN, -1);
    init_pair(VIEW_WARN, COLOR_YELLOW, -1);
    init_pair(VIEW_BAD, COLOR_RED, -1);
}

const char *screen_open(bool colour)
{
    const char *wrong = check_terminal();

    if (wrong != NULL)
        return wrong;
    terminal = newterm(NULL, stdout, stdin);
    if (terminal == NULL)
        return "cannot use this terminal; use --once for plain output";
    atexit(screen_close);
    catch_signals();
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    if (colour && has_colors())
        start_colours();
    return NULL;
}

void screen_close(void)
{
    if (terminal == NULL)
        return;
    endwin();
    delscreen(terminal);
    terminal = NULL;
}

void screen_size(size_t *width, size_t *height)
{
    *width = (size_t)(COLS > 1 ? COLS : 1);
    *height = (size_t)(LINES > 1 ? LINES : 1);
}

static attr_t attributes(const struct view_line *line)
{
    static const attr_t styles[] = {
        [VIEW_PLAIN] = A_NORMAL, [VIEW_TITLE] = A_BOLD, [VIEW_HEADER] = A_REVERSE,
        [VIEW_WARN] = A_NORMAL,  [VIEW_BAD] = A_BOLD,   [VIEW_FAINT] = A_DIM,
    };
    attr_t a = styles[line->style] | (line->selected ? A_UNDERLINE : A_NORMAL);

    return has_colors() ? a | (attr_t)COLOR_PAIR(line->style) : a;
}

void screen_paint(const struct view_frame *frame)
{
    erase();
    for (size_t i = 0; i < frame->count; i++) {
        attrset((int)attributes(&frame->lines[i]));
        mvaddstr((int)i, 0, buf_text(&frame->lines[i].text));
    }
    attrset((int)A_NORMAL);
    refresh();
}

int screen_key(void)
{
    static const struct {
        int code;
        int key;
    } keys[] = {
        { ERR, VIEW_KEY_NONE },
        { KEY_UP, VIEW_KEY_UP },
        { KEY_DOWN, VIEW_KEY_DOWN },
        { KEY_PPAGE, VIEW_KEY_PAGE_UP },
        { KEY_NPAGE, VIEW_KEY_PAGE_DOWN },
        { KEY_HOME, VIEW_KEY_HOME },
        { KEY_END, VIEW_KEY_END },
        { KEY_BACKSPACE, VIEW_KEY_BACKSPACE },
        { KEY_RESIZE, VIEW_KEY_RESIZE },
    };
    int code = getch();

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].code == code)
            return keys[i].key;
    }
    return code < 0x100 ? code : 0; /* 0: a key that means nothing to us */
}

int screen_signal(void)
{
    return caught;
}
