/* SPDX-License-Identifier: MIT */
/*
 * screen: the only file that knows ncurses. It shows what `view` has laid out and adds
 * nothing to it; all text has passed text_clean() before.
 */
#include "screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef lines /* term.h has macros of such names */

/* Reads of nothing from a terminal that claims to have something, before it is gone. */
#define EMPTY_READS 3

/* A crash may be that of the stack. */
#define CRASH_STACK 16384

static SCREEN *terminal;
static volatile sig_atomic_t caught, continued;
static unsigned empty_reads;

/* What gives the terminal back without ncurses, which must not be called from a crash. */
static char farewell[256];
static size_t farewell_len;
static struct termios before;
static bool has_before;

/* ---- Signals ----------------------------------------------------------------------- */

static void on_signal(int signum)
{
    caught = signum;
}

/* Who stopped us, by SIGSTOP too, has changed the terminal since. */
static void on_continue(int signum)
{
    continued = signum;
}

/* The default action is back when this returns into what has crashed. */
static void on_crash(int signum)
{
    ssize_t ignored = write(STDOUT_FILENO, farewell, farewell_len);

    (void)ignored;
    if (has_before)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    raise(signum);
}

static void act_on(const int *signals, size_t count, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < count; i++)
        sigaction(signals[i], &action, NULL);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void catch_signals(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };
    static const int resumed[] = { SIGCONT };
    static char stack[CRASH_STACK];
    stack_t aside = { .ss_sp = stack, .ss_size = sizeof stack };

    sigaltstack(&aside, NULL);
    act_on(ends, COUNT(ends), on_signal, 0);
    act_on(crashes, COUNT(crashes), on_crash, SA_RESETHAND | SA_ONSTACK);
    act_on(resumed, COUNT(resumed), on_continue, 0);
}

static void add_farewell(const char *capability)
{
    size_t len = capability != NULL && capability != (char *)-1 ? strlen(capability) : 0;

    if (farewell_len + len > sizeof farewell)
        return;
    memcpy(farewell + farewell_len, capability != NULL ? capability : "", len);
    farewell_len += len;
}

static void prepare_farewell(void)
{
    farewell_len = 0;
    add_farewell(exit_attribute_mode);
    add_farewell(keypad_local);
    add_farewell(cursor_normal);
    add_farewell(exit_ca_mode);
}

/* ---- Taking and giving back ---------------------------------------------------------- */

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
    init_pair(VIEW_CHOSEN, COLOR_CYAN, -1);
}

const char *screen_open(bool colour)
{
    const char *wrong = check_terminal();

    if (wrong != NULL)
        return wrong;
    has_before = tcgetattr(STDIN_FILENO, &before) == 0;
    terminal = newterm(NULL, stdout, stdin);
    if (terminal == NULL)
        return "cannot use this terminal; use --once for plain output";
    atexit(screen_close);
    prepare_farewell();
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
    has_before = false;
    farewell_len = 0;
}

void screen_size(size_t *width, size_t *height)
{
    *width = (size_t)(COLS > 1 ? COLS : 1);
    *height = (size_t)(LINES > 1 ? LINES : 1);
}

/* ---- Painting ------------------------------------------------------------------------ */

static attr_t attribute_of(enum view_style style)
{
    static const attr_t styles[] = {
        [VIEW_PLAIN] = A_NORMAL, [VIEW_TITLE] = A_BOLD, [VIEW_HEADER] = A_REVERSE,
        [VIEW_WARN] = A_NORMAL,  [VIEW_BAD] = A_BOLD,   [VIEW_FAINT] = A_DIM,
        [VIEW_CHOSEN] = A_BOLD,
    };

    return styles[style];
}

static short pair_of(enum view_style style)
{
    return has_colors() ? (short)style : 0;
}

static void paint_line(int y, const struct view_line *line)
{
    attr_t selected = line->selected ? A_UNDERLINE : A_NORMAL;

    attr_set(attribute_of(line->style) | selected, pair_of(line->style), NULL);
    mvaddstr(y, 0, buf_text(&line->text));
    for (size_t i = 0; i < line->n_marks; i++) {
        const struct view_mark *m = &line->marks[i];

        mvchgat(y, m->from, m->to - m->from, attribute_of(m->style) | selected,
                pair_of(m->style), NULL);
    }
}

/* After a stop the terminal is as somebody else has left it. */
static void take_again(void)
{
    continued = 0;
    reset_prog_mode();
    curs_set(0);
    redrawwin(stdscr);
}

void screen_paint(const struct view_frame *frame)
{
    if (continued != 0)
        take_again();
    erase();
    for (size_t i = 0; i < frame->count; i++)
        paint_line((int)i, &frame->lines[i]);
    attr_set(A_NORMAL, 0, NULL);
    refresh();
}

/* ---- Keys ---------------------------------------------------------------------------- */

static bool has_input(short *events)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    int n = poll(&input, 1, 0);

    *events = n > 0 ? input.revents : 0;
    return n > 0;
}

bool screen_gone(void)
{
    short events;

    if (!has_before) /* it never was a terminal */
        return false;
    if (has_input(&events) && (events & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        return true;
    empty_reads = (events & POLLIN) != 0 ? empty_reads + 1 : 0;
    return empty_reads > EMPTY_READS;
}

int screen_key(void)
{
    static const struct {
        int code;
        int key;
    } keys[] = {
        { ERR, VIEW_KEY_NONE },
        { KEY_LEFT, VIEW_KEY_LEFT },
        { KEY_RIGHT, VIEW_KEY_RIGHT },
        { KEY_ENTER, '\r' },
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

    if (continued == SIGCONT && code == ERR) {
        continued = 1; /* say so once: all is to be painted anew */
        return VIEW_KEY_RESIZE;
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (keys[i].code == code)
            return keys[i].key;
    }
    return code < 0x100 ? code : 0; /* 0: a key that means nothing to us */
}

int screen_signal(void)
{
    return caught;
}
