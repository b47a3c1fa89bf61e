/* SPDX-License-Identifier: MIT */
/*
 * cmd_stack: /stack and /blocks of many targets. The agent is given a little less time than
 * the target, so that its "unreachable, because ..." arrives before our own deadline.
 */
#include "cmd_stack.h"

#include "answer.h"
#include "exitcode.h"
#include "maps.h"
#include "porthole_wire.h"
#include "render_json.h"
#include "round.h"
#include "say.h"
#include "session.h"
#include "stacks.h"
#include "trace.h"
#include "units.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 96

/* Left of the target's time for the way there and back: a fifth, at most so much. */
#define MARGIN_MS 500

/* What the agent accepts as wait_ms. */
#define LEAST_WAIT_MS 50
#define MOST_WAIT_MS 60000

/* ---- What to ask --------------------------------------------------------------------- */

static double wait_ms(double timeout_ms)
{
    double margin = timeout_ms / 5 < MARGIN_MS ? timeout_ms / 5 : MARGIN_MS;
    double wait = timeout_ms - margin;

    return wait < LEAST_WAIT_MS ? LEAST_WAIT_MS : wait > MOST_WAIT_MS ? MOST_WAIT_MS : wait;
}

static bool check(const struct opts *opts)
{
    unsigned id;

    if (opts->thread != NULL && !units_parse_count(opts->thread, 0, 999999999, &id)) {
        say_error("bad value '%s' for '--thread': not the id of a thread", opts->thread);
        return false;
    }
    if (opts->json && opts->source_maps) {
        say_error("'--json' prints what the target says: it goes without '--source-maps'");
        return false;
    }
    return true;
}

static void make_path(char out[PATH_BYTES], const struct opts *opts)
{
    const char *thread = opts->thread;
    char query[32] = "";

    if (thread != NULL)
        snprintf(query, sizeof query, "%sthread=%s", opts->blocks ? "?" : "&", thread);
    if (opts->blocks)
        snprintf(out, PATH_BYTES, PORTHOLE_PATH_BLOCKS "%s", query);
    else
        snprintf(out, PATH_BYTES, PORTHOLE_PATH_STACK "?wait_ms=%.0f%s",
                 wait_ms(opts->timeout_ms), query);
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void put_quoted(struct buf *out, const char *text)
{
    struct buf clean = { 0 };

    text_clean(&clean, text, strlen(text), TEXT_UTF8);
    buf_puts(out, "\"");
    for (const char *c = buf_text(&clean); *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buf_puts(out, "\\");
        buf_add(out, c, 1);
    }
    buf_puts(out, "\"");
    buf_fini(&clean);
}

static enum cause put_json(struct buf *out, const struct round_entry *entry,
                           const struct opts *opts, bool single)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    bool pretty = opts->pretty || (terminal && single);
    struct buf whole = { 0 };
    enum cause cause;

    if (!single) {
        buf_puts(&whole, "{\"target\":");
        put_quoted(&whole, entry->target.name);
        buf_printf(&whole, ",\"%s\":", opts->blocks ? "blocks" : "stack");
    }
    buf_add(&whole, buf_text(&entry->job.body), entry->job.body.len);
    if (!single)
        buf_puts(&whole, "}");
    cause = render_json_state(out, NULL, buf_text(&whole), whole.len,
                              (terminal ? RENDER_JSON_ASCII : 0u) |
                                  (pretty ? RENDER_JSON_PRETTY : 0u));
    buf_fini(&whole);
    return cause;
}

/* ---- Text ---------------------------------------------------------------------------- */

static bool put_text(struct buf *out, const struct doc *document, const struct opts *opts,
                     const struct trace_look *look)
{
    return opts->blocks ? stacks_blocks(out, document, look)
                        : stacks_print(out, document, look);
}

static void say_map(const char *file, const char *why, void *user)
{
    (void)user;
    say_error("cannot use the source map of '%s': %s", file, why);
}

/* ---- All targets --------------------------------------------------------------------- */

/* Append one target's answer, or make what is wrong with it the job's cause. */
static void put_answer(struct buf *out, struct round_entry *entry, const struct opts *opts,
                       const struct trace_look *look)
{
    struct doc *document = answer_read(&entry->job);
    struct buf text = { 0 };

    if (document == NULL)
        return;
    /* JSON as well is printed only of what can be shown */
    if (!put_text(&text, document, opts, look))
        entry->job.cause = CAUSE_NOT_PORTHOLE;
    else if (opts->json)
        entry->job.cause = put_json(out, entry, opts, look->target == NULL);
    else
        buf_add(out, buf_text(&text), text.len);
    buf_fini(&text);
    doc_free(document);
}

static bool print_all(struct round *round, const struct opts *opts)
{
    struct trace_look look = { .charset = say_charset(),
                               .maps = opts->source_maps ? maps_new() : NULL };
    bool good = true, first = true;

    for (size_t i = 0; i < round->count && good; i++) {
        struct round_entry *entry = round->entries[i];
        struct buf out = { 0 };

        look.target = round->count > 1 ? entry->target.name : NULL;
        put_answer(&out, entry, opts, &look);
        if (out.len > 0 && !first && !opts->json)
            good = say("\n", 1);
        first = first && out.len == 0;
        good = good && say(buf_text(&out), out.len);
        buf_fini(&out);
    }
    if (look.maps != NULL)
        maps_failures(look.maps, say_map, NULL);
    maps_free(look.maps);
    return good;
}

int cmd_stack(const struct opts *opts, char **arguments, int count)
{
    struct session session;
    struct round *round = &session.round;
    char path[PATH_BYTES];
    int code;

    if (!check(opts))
        return EXITCODE_USAGE;
    make_path(path, opts);
    code = session_open(&session, opts, path, arguments, count);
    if (code != EXITCODE_FINE)
        return code;
    session_say_none(&session);
    answer_run(round);
    if (print_all(round, opts)) {
        answer_say_failures(round);
        code = session_exitcode(&session);
    } else {
        code = EXITCODE_INTERNAL;
    }
    session_close(&session);
    return code;
}
