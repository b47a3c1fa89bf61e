/* SPDX-License-Identifier: MIT */
/*
 * cmd_trace: one request that lasts as long as the trace. The agent traces only while the
 * request is open: Ctrl-C ends it there as well.
 */
#include "cmd_trace.h"

#include "ask.h"
#include "doc.h"
#include "exitcode.h"
#include "porthole_wire.h"
#include "render_json.h"
#include "say.h"
#include "tracelist.h"
#include "width.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define TOP 15
#define LEAST_WIDTH 40

static void write_path(struct buf *path, const struct opts *opts, const char *what)
{
    buf_printf(path, PORTHOLE_PATH_TRACE "?what=%s&seconds=%.15g", what,
               opts->seconds_ms / 1000);
    if (opts->thread != NULL)
        buf_printf(path, "&thread=%s", opts->thread);
}

static bool print_table(const struct doc *document, const struct opts *opts, bool *readable)
{
    struct tracelist_look look = { .charset = say_charset(),
                                   .width = width_of_stdout(LEAST_WIDTH),
                                   .top = opts->top > 0 ? opts->top : TOP,
                                   .stacks = opts->stacks };
    struct buf out = { 0 };
    bool good = true;

    *readable = tracelist_print(&out, document, &look);
    if (*readable)
        good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static bool print_json(const struct buf *text)
{
    unsigned flags = isatty(STDOUT_FILENO) == 1 ? RENDER_JSON_ASCII | RENDER_JSON_PRETTY : 0;
    struct buf out = { 0 };
    bool good;

    render_json_state(&out, NULL, buf_text(text), text->len, flags);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static int show(const struct ask *ask, const struct opts *opts)
{
    const struct buf *body = &ask->job->body;
    struct doc *document = NULL;
    bool readable = doc_read(buf_text(body), body->len, &document) == CAUSE_NONE &&
                    doc_is_array(document, "rows");
    bool good = true;

    if (readable && opts->json)
        good = print_json(body);
    else if (readable)
        good = print_table(document, opts, &readable);
    doc_free(document);
    if (!readable)
        say_error("cannot read the trace of '%s'", ask->target);
    return !good ? EXITCODE_INTERNAL : readable ? EXITCODE_FINE : EXITCODE_SOME;
}

static int trace(const struct opts *opts, const char *what, char *word)
{
    struct ask_request request = { .noun = "a trace",
                                   .doing = "tracing",
                                   .timeout_ms = opts->seconds_ms + opts->timeout_ms,
                                   .expected_s = opts->seconds_ms / 1000,
                                   .signals = -1 };
    struct buf path = { 0 };
    struct ask ask;
    int code;

    write_path(&path, opts, what);
    request.path = buf_text(&path);
    code = ask_open(&ask, opts, word);
    if (code == EXITCODE_FINE) {
        code = ask_run(&ask, &request) ? show(&ask, opts) : ask_explain(&ask, &request);
        ask_close(&ask);
    }
    buf_fini(&path);
    return code;
}

int cmd_trace(const struct opts *opts, char **arguments, int count)
{
    const char *what = arguments[0];

    (void)count;
    if (strcmp(what, "listeners") != 0 && strcmp(what, "sockets") != 0) {
        say_error("cannot trace '%.64s': only 'listeners' or 'sockets'", what);
        return EXITCODE_USAGE;
    }
    if (opts->json && opts->stacks) {
        say_error("'--json' has all stacks: it goes without '--stacks'");
        return EXITCODE_USAGE;
    }
    return trace(opts, what, arguments[1]);
}
