/* SPDX-License-Identifier: MIT */
/*
 * census: an estimate, the decision, the count. What the agent refuses is refused here with
 * the option that overrules it; nothing is ever forced by itself.
 */
#include "census.h"

#include "amount.h"
#include "ask.h"
#include "doc.h"
#include "exitcode.h"
#include "pagetable.h"
#include "porthole_wire.h"
#include "render_json.h"
#include "say.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define TOP 15
#define ROWS_MOST 10000
#define LEAST_WIDTH 40
#define DEADLINE_MS 15000 /* it may have to wait for its thread */

/* ---- Asking -------------------------------------------------------------------------- */

static void write_path(struct buf *path, const struct opts *opts)
{
    buf_puts(path, PORTHOLE_PATH_LISTENERS "?");
    if (opts->thread != NULL)
        buf_printf(path, "thread=%s&", opts->thread);
}

static struct doc *read_document(const struct ask *ask)
{
    struct doc *document = NULL;

    doc_read(buf_text(&ask->job->body), ask->job->body.len, &document);
    return document;
}

/* Seconds the loop will stand still; NaN: it does not say. */
static int ask_estimate(struct ask *ask, const struct opts *opts, struct doc **estimate)
{
    struct ask_request request = { .noun = "an estimate",
                                   .doing = "estimating",
                                   .timeout_ms = opts->timeout_ms,
                                   .expected_s = NAN,
                                   .signals = -1 };
    struct buf path = { 0 };
    int code = EXITCODE_FINE;

    write_path(&path, opts);
    buf_puts(&path, "estimate");
    request.path = buf_text(&path);
    if (!ask_run(ask, &request)) {
        code = ask_explain(ask, &request);
    } else {
        *estimate = read_document(ask);
        if (!doc_is_object(*estimate, "estimate")) {
            say_error("cannot read the estimate of '%s'", ask->target);
            code = EXITCODE_SOME;
        }
    }
    buf_fini(&path);
    return code;
}

/* ---- Deciding ------------------------------------------------------------------------ */

/* "about 0.4 s" */
static void put_stall(struct buf *out, double loop_s)
{
    if (isnan(loop_s))
        buf_puts(out, "a time that it does not know");
    else if (loop_s < 0.095)
        buf_printf(out, "about %.2f s", loop_s);
    else if (loop_s < 9.95)
        buf_printf(out, "about %.1f s", loop_s);
    else
        buf_printf(out, "about %.0f s", loop_s);
}

static bool consider(const struct ask *ask, const struct opts *opts, const struct doc *estimate)
{
    double loop_s = doc_number(estimate, "estimate.loop_s", 1e6);
    const char *reason = doc_text(estimate, "reason", NULL);
    const char *thread = doc_text(estimate, "thread.name", NULL);
    bool go = doc_is_true(estimate, "allowed") || opts->force;
    struct buf stall = { 0 };

    put_stall(&stall, loop_s);
    if (thread[0] == '\0')
        thread = "its thread";
    if (go)
        say_error("the loop of %.64s will stand still for %s", thread, buf_text(&stall));
    else
        say_error("refused by '%s': the loop of %.64s would stand still for %s%s%.256s%s; use "
                  "--force to count all the same",
                  ask->target, thread, buf_text(&stall), reason[0] != '\0' ? " (" : "", reason,
                  reason[0] != '\0' ? ")" : "");
    buf_fini(&stall);
    return go;
}

/* ---- Showing ------------------------------------------------------------------------- */

PAGE_TEXTUAL(emitter, "emitter")
PAGE_TEXTUAL(event, "event")
PAGE_NUMBER(listeners, amount_count, "listeners", DOC_COUNT_MOST)
PAGE_NUMBER(most, amount_count, "most_on_one", DOC_COUNT_MOST)
PAGE_NUMBER(emitters, amount_count, "emitters", DOC_COUNT_MOST)

static const struct table_column columns[] = {
    PAGE_WORDS("EMITTER", 20, emitter),         PAGE_WORDS("EVENT", 10, event),
    PAGE_FIGURES("LISTENERS", 5, 0, listeners), PAGE_FIGURES("MOST ON ONE", 5, 0, most),
    PAGE_FIGURES("EMITTERS", 5, 0, emitters),
};

static const struct pagetable_list kinds = {
    .name = "rows",
    .noun = "kinds",
    .parts = { "emitter", "event" },
    .figure = "listeners",
    .columns = columns,
    .count = sizeof columns / sizeof columns[0],
};

static void put_summary(struct page *page)
{
    const struct doc *document = page->state;
    struct buf line = { 0 };

    amount_grouped(&line, doc_number(document, "listeners", DOC_COUNT_MOST));
    buf_puts(&line, " listeners on ");
    amount_grouped(&line, doc_number(document, "emitters", DOC_COUNT_MOST));
    buf_puts(&line, " emitters of thread '");
    page_text(&line, page, document, "thread.name");
    buf_puts(&line, "', counted; its loop stood still for ");
    amount_ms(&line, doc_number(document, "cost.loop_ms", DOC_MS_MOST));
    page_line(page, &line);
    buf_fini(&line);
}

static int print_table(const struct doc *document, const struct opts *opts)
{
    struct look now = { .at_s = NAN };
    struct buf out = { 0 };
    struct page page = { .out = &out,
                         .state = document,
                         .width = width_of_stdout(LEAST_WIDTH),
                         .top = opts->top > 0 ? opts->top : TOP,
                         .charset = say_charset(),
                         .now = &now,
                         .since_s = NAN };
    bool good;

    put_summary(&page);
    pagetable(&page, document, &kinds);
    good = say(buf_text(&out), out.len);
    look_fini(&now);
    buf_fini(&out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

static int print_json(const struct buf *text, const struct opts *opts)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    unsigned flags = (terminal ? RENDER_JSON_ASCII : 0u) |
                     (terminal || opts->pretty ? RENDER_JSON_PRETTY : 0u);
    struct buf out = { 0 };
    bool good;

    render_json_state(&out, NULL, buf_text(text), text->len, flags);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

/* ---- Counting ------------------------------------------------------------------------ */

static int show(const struct ask *ask, const struct opts *opts)
{
    struct doc *document = read_document(ask);
    int code = EXITCODE_SOME;

    if (!doc_is_array(document, "rows"))
        say_error("cannot read the census of '%s'", ask->target);
    else if (opts->json)
        code = print_json(&ask->job->body, opts);
    else
        code = print_table(document, opts);
    doc_free(document);
    return code;
}

static int count(struct ask *ask, const struct opts *opts, double loop_s)
{
    struct ask_request request = { .noun = "a census of listeners",
                                   .doing = "counting listeners",
                                   .timeout_ms = opts->timeout_ms,
                                   .expected_s = loop_s,
                                   .signals = -1 };
    struct buf path = { 0 };
    int code;

    if (!opts->timeout_given)
        request.timeout_ms = DEADLINE_MS + (isnan(loop_s) ? 0 : 3000 * loop_s);
    write_path(&path, opts);
    buf_printf(&path, "top=%u%s",
               opts->json        ? ROWS_MOST
               : opts->top > TOP ? opts->top
                                 : TOP,
               opts->force ? "&force" : "");
    if (opts->timeout_given)
        buf_printf(&path, "&wait_ms=%.0f", fmin(fmax(opts->timeout_ms * 0.8, 50), 60000));
    request.path = buf_text(&path);
    code = ask_run(ask, &request) ? show(ask, opts) : ask_explain(ask, &request);
    buf_fini(&path);
    return code;
}

int census(const struct opts *opts, char *word)
{
    struct doc *estimate = NULL;
    struct ask ask;
    int code = ask_open(&ask, opts, word);

    if (code != EXITCODE_FINE)
        return code;
    code = ask_estimate(&ask, opts, &estimate);
    if (code == EXITCODE_FINE)
        code = consider(&ask, opts, estimate)
                   ? count(&ask, opts, doc_number(estimate, "estimate.loop_s", 1e6))
                   : EXITCODE_SOME;
    doc_free(estimate);
    ask_close(&ask);
    return code;
}
