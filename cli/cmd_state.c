/* SPDX-License-Identifier: MIT */
/*
 * cmd_state: documents and bodies, printed whole. On a terminal nothing a target sends
 * may be more than text; into a pipe goes what it sent.
 */
#include "cmd_state.h"

#include "exitcode.h"
#include "porthole_wire.h"
#include "render_json.h"
#include "round.h"
#include "say.h"
#include "session.h"

#include <string.h>
#include <unistd.h>

static unsigned json_flags(const struct opts *opts, bool single)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    unsigned flags = terminal ? RENDER_JSON_ASCII : 0;

    return opts->pretty || (terminal && single) ? flags | RENDER_JSON_PRETTY : flags;
}

/* Print all good documents; what cannot be written anew is one more failure. */
static bool print_states(struct round *round, const struct opts *opts)
{
    bool single = round->count == 1;
    bool good = true;

    for (size_t i = 0; i < round->count && good; i++) {
        struct round_entry *e = round->entries[i];
        struct buf out = { 0 };

        if (e->job.cause == CAUSE_NONE) {
            e->job.cause =
                render_json_state(&out, single ? NULL : e->target.name, buf_text(&e->job.body),
                                  e->job.body.len, json_flags(opts, single));
            good = say(buf_text(&out), out.len);
        }
        buf_fini(&out);
    }
    return good;
}

int cmd_state(const struct opts *opts, char **arguments, int count)
{
    struct session session;
    struct round *round = &session.round;
    int code = session_open(&session, opts, PORTHOLE_PATH_STATE, arguments, count);

    if (code != EXITCODE_FINE)
        return code;
    session_say_none(&session);
    round_run(round);
    if (print_states(round, opts)) {
        round_say_failures(round);
        code = session_exitcode(&session);
    } else {
        code = EXITCODE_INTERNAL;
    }
    session_close(&session);
    return code;
}

/* ---- get --------------------------------------------------------------------------- */

static bool print_body(const struct buf *body)
{
    struct buf clean = { 0 };
    bool good;

    if (isatty(STDOUT_FILENO) != 1)
        return say(buf_text(body), body->len);
    text_clean_lines(&clean, buf_text(body), body->len, say_charset());
    if (clean.len > 0 && clean.data[clean.len - 1] != '\n')
        buf_puts(&clean, "\n");
    good = say(buf_text(&clean), clean.len);
    buf_fini(&clean);
    return good;
}

static int get(struct round *round)
{
    struct round_entry *e = round->entries[0];

    round_begin(round);
    while (round_step(round, 1000, -1) > 0)
        continue;
    /* no round_finish(): the body need not be a /state document */
    if (e->job.status > 0 && !print_body(&e->job.body))
        return EXITCODE_INTERNAL;
    round_say_failures(round);
    if (e->job.cause == CAUSE_NONE)
        return EXITCODE_FINE;
    return e->job.status > 0 ? EXITCODE_SOME : EXITCODE_NONE;
}

static bool is_path(const char *path)
{
    for (const char *c = path; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7F || *c == '#')
            return false;
    }
    return path[0] == '/';
}

int cmd_get(const struct opts *opts, char **arguments, int count)
{
    const char *path = count > 1 ? arguments[1] : "/";
    struct session session;
    struct round *round = &session.round;
    int code;

    if (!is_path(path)) {
        say_error("bad path '%s': it must begin with '/' and be fit for a URL", path);
        return EXITCODE_USAGE;
    }
    code = session_open(&session, opts, path, arguments, 1);
    if (code != EXITCODE_FINE)
        return code;
    if (round->count != 1) {
        say_error("'porthole get' asks one target, and '%s' names %zu", arguments[0],
                  round->count);
        session_close(&session);
        return EXITCODE_USAGE;
    }
    if (count > 1)
        round->entries[0]->job.path = path; /* wins over a path in the target */
    code = get(round);
    session_close(&session);
    return code;
}
