/* SPDX-License-Identifier: MIT */
/*
 * cmd_counts: five commands that differ in the parts of /state they ask for and in the page
 * they make of them. Nothing here knows a section by name but the table of them.
 */
#include "cmd_counts.h"

#include "census.h"
#include "clock.h"
#include "doc.h"
#include "exitcode.h"
#include "looks.h"
#include "page_gc.h"
#include "page_handles.h"
#include "page_heap.h"
#include "page_listeners.h"
#include "page_sockets.h"
#include "porthole_wire.h"
#include "render_json.h"
#include "round.h"
#include "say.h"
#include "session.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOP 15
#define LEAST_WIDTH 40

/* A local process that is gone is named for so long. */

struct subject {
    const char *name;
    const char *fields; /* of /state, besides those that every page needs */
    void (*write)(struct page *page);
};

static const struct subject listeners = { "listeners", "threads.listeners", page_listeners };
static const struct subject sockets = { "sockets", "sockets,threads.http.agents",
                                        page_sockets };
static const struct subject handles = { "handles", "threads.handles,threads.resources",
                                        page_handles };
static const struct subject gc = {
    "gc", "threads.gc,threads.heap.allocated_bytes,threads.heap.promoted_bytes", page_gc
};
static const struct subject heap = { "heap", "process,threads.heap", page_heap };

/* One command at work. */
struct counts {
    const struct opts *opts;
    const struct subject *subject;
    struct session session;
    struct looks looks;
    bool thread_missing;
    bool failed; /* standard output */
};

/* ---- Options that go together ---------------------------------------------------------- */

static bool check(const struct opts *opts)
{
    const char *wrong = NULL;

    if (opts->exact && opts->watch_ms > 0)
        wrong = "'--exact' stops the loop: it goes without '--watch'";
    else if (opts->force && !opts->exact)
        wrong = "'--force' goes with '--exact'";
    else if (opts->count_given && !(opts->watch_ms > 0))
        wrong = "'--count' goes with '--watch'";
    else if (opts->json && opts->thread != NULL && !opts->exact)
        wrong = "'--json' prints what the target says: it goes without '--thread'";
    if (wrong != NULL)
        say_error("%s", wrong);
    return wrong == NULL;
}

static void write_path(struct buf *path, const struct subject *subject)
{
    buf_puts(path, PORTHOLE_PATH_STATE "?fields=porthole.schema,porthole.version,service,"
                                       "captured,threads.age_ms,threads.loop.state,"
                                       "threads.loop.blocked_ms,");
    buf_puts(path, subject->fields);
}

/* ---- JSON ---------------------------------------------------------------------------- */

/* As `porthole state` has it: the document, or one line for each target. */
static void put_json(struct counts *c, struct round_entry *entry, struct buf *out)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    bool single = c->session.round.count == 1;
    unsigned flags = terminal ? RENDER_JSON_ASCII : 0;

    if (c->opts->pretty || (terminal && single && !(c->opts->watch_ms > 0)))
        flags |= RENDER_JSON_PRETTY;
    entry->job.cause =
        render_json_state(out, single ? NULL : entry->target.name, buf_text(&entry->job.body),
                          entry->job.body.len, flags);
}

/* ---- Pages --------------------------------------------------------------------------- */

static bool has_colour(const struct opts *opts)
{
    const char *plain = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDOUT_FILENO) == 1 && !opts->no_color &&
           (plain == NULL || plain[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

/* Looks from the future are of a clock that was set back. */
static void compare(struct page *page, const struct look *before)
{
    double since_s = before != NULL ? page->now->at_s - before->at_s : NAN;

    if (since_s >= 0) {
        page->before = before;
        page->since_s = since_s;
    }
}

static void put_page(struct counts *c, const struct round_entry *entry, const struct doc *state,
                     struct buf *out)
{
    const struct sample *sample = &entry->row.last;
    struct look_owner owner = { sample->host, sample->started, sample->pid };
    struct look now = { .at_s = sample->captured_unix_s };
    struct page page = {
        .out = out,
        .state = state,
        .target = c->session.round.count > 1 ? entry->target.name : NULL,
        .thread = c->opts->thread,
        .width = width_of_stdout(LEAST_WIDTH),
        .top = c->opts->top > 0 ? c->opts->top : TOP,
        .charset = say_charset(),
        .colour = has_colour(c->opts),
        .now = &now,
        .since_s = NAN,
    };

    compare(&page, looks_last(&c->looks, &owner));
    c->subject->write(&page);
    looks_keep(&c->looks, &owner, &now);
    if (page.thread != NULL && !page.found) {
        say_error("'%s' has no thread %s", entry->target.name, page.thread);
        c->thread_missing = true;
        buf_clear(out);
    }
}

static void put_entry(struct counts *c, struct round_entry *entry, struct buf *out)
{
    const struct buf *body = &entry->job.body;
    struct doc *state = NULL;

    if (c->opts->json) {
        put_json(c, entry, out);
        return;
    }
    entry->job.cause = doc_read(buf_text(body), body->len, &state);
    if (entry->job.cause == CAUSE_NONE)
        put_page(c, entry, state, out);
    doc_free(state);
}

/* ---- Rounds -------------------------------------------------------------------------- */

/* `*first`: nothing was printed so far; else an empty line parts two pages. */
static bool print_round(struct counts *c, bool *first)
{
    struct round *round = &c->session.round;
    bool good = true;

    for (size_t i = 0; i < round->count && good; i++) {
        struct buf out = { 0 };

        if (round->entries[i]->job.cause == CAUSE_NONE)
            put_entry(c, round->entries[i], &out);
        if (out.len > 0 && !*first && !c->opts->json)
            good = say("\n", 1);
        *first = *first && out.len == 0;
        good = good && say(buf_text(&out), out.len);
        buf_fini(&out);
    }
    return good;
}

static void wait_until(struct round *round, double due_s)
{
    double left_s;

    while ((left_s = due_s - clock_now_s()) > 0)
        round_step(round, left_s < 60 ? (int)(left_s * 1000) + 1 : 60000, -1);
}

static bool is_last(const struct counts *c, unsigned frame)
{
    if (!(c->opts->watch_ms > 0))
        return true;
    return c->opts->count > 0 && frame + 1 >= c->opts->count;
}

static int run(struct counts *c)
{
    struct round *round = &c->session.round;
    double due_s = clock_now_s();
    bool first = true;
    int code;

    session_say_none(&c->session);
    for (unsigned frame = 0;; frame++) {
        round_run(round);
        if (!print_round(c, &first))
            return EXITCODE_INTERNAL;
        session_say(&c->session);
        round_say_failures(round);
        if (is_last(c, frame))
            break;
        /* Rounds that were missed, in a long round or a stopped command, are not made up. */
        due_s = fmax(due_s + c->opts->watch_ms / 1000, clock_now_s());
        wait_until(round, due_s);
        session_refresh(&c->session);
    }
    code = session_exitcode(&c->session);
    return code == EXITCODE_FINE && c->thread_missing ? EXITCODE_SOME : code;
}

static int show(const struct subject *subject, const struct opts *opts, char **arguments,
                int count)
{
    struct counts c = { .opts = opts, .subject = subject };
    struct buf path = { 0 };
    int code;

    if (!check(opts))
        return EXITCODE_USAGE;
    write_path(&path, subject);
    code = session_open(&c.session, opts, buf_text(&path), arguments, count);
    if (code == EXITCODE_FINE) {
        looks_init(&c.looks, subject->name, !opts->no_looks);
        code = run(&c);
        looks_fini(&c.looks);
        session_close(&c.session);
    }
    buf_fini(&path);
    return code;
}

int cmd_listeners(const struct opts *opts, char **arguments, int count)
{
    if (!opts->exact)
        return show(&listeners, opts, arguments, count);
    if (!check(opts))
        return EXITCODE_USAGE;
    if (count == 1)
        return census(opts, arguments[0]);
    say_error("'--exact' asks one target: 'porthole listeners --exact TARGET'");
    return EXITCODE_USAGE;
}

int cmd_sockets(const struct opts *opts, char **arguments, int count)
{
    return show(&sockets, opts, arguments, count);
}

int cmd_handles(const struct opts *opts, char **arguments, int count)
{
    return show(&handles, opts, arguments, count);
}

int cmd_gc(const struct opts *opts, char **arguments, int count)
{
    return show(&gc, opts, arguments, count);
}

int cmd_heap(const struct opts *opts, char **arguments, int count)
{
    return show(&heap, opts, arguments, count);
}
