/* SPDX-License-Identifier: MIT */
/*
 * ask: drives one request through the poller. What an agent says in an error is shown as
 * text and never decides anything but the words around it.
 */
#include "ask.h"

#include "doc.h"
#include "exitcode.h"
#include "interrupt.h"
#include "progress.h"
#include "say.h"

#include <string.h>

#define STEP_MS 125

int ask_open(struct ask *ask, const struct opts *opts, char *word)
{
    struct round *round = &ask->session.round;
    int code = session_open(&ask->session, opts, "/", &word, 1);

    if (code != EXITCODE_FINE)
        return code;
    if (round->count != 1) {
        say_error("one target is needed, and '%s' names %zu", word, round->count);
        round_fini(round);
        return EXITCODE_USAGE;
    }
    ask->target = round->entries[0]->target.name;
    ask->job = &round->entries[0]->job;
    return EXITCODE_FINE;
}

bool ask_run(struct ask *ask, const struct ask_request *request)
{
    struct progress progress = { .what = request->doing, .expected_s = request->expected_s };
    struct round *round = &ask->session.round;
    struct poll_job *job = ask->job;

    job->path = request->path;
    job->timeout_ms = request->timeout_ms;
    job->take = request->take;
    job->to = request->to;
    progress_begin(&progress);
    round_begin(round);
    while (!interrupt_came() && round_step(round, STEP_MS, request->signals) > 0)
        progress_show(&progress, job->received);
    progress_end(&progress);
    if (job->done && job->cause == CAUSE_NONE && !job->is_porthole)
        job->cause = CAUSE_NOT_PORTHOLE;
    return job->done && job->cause == CAUSE_NONE;
}

void ask_close(struct ask *ask)
{
    session_close(&ask->session);
}

/* ---- What went wrong --------------------------------------------------------------- */

/* What the user can do about a status, behind what the agent says about it. */
static void advise(const struct ask *ask, const char *noun, const char *message)
{
    const struct poll_job *job = ask->job;

    switch (job->status) {
    case 401:
    case 403:
        say_error("cannot get %s of '%s': %s; give its token by --token-file or "
                  "PORTHOLE_TOKEN, or use its unix socket (pid:N on its own machine)",
                  noun, ask->target, message);
        break;
    case 429:
        say_error("cannot get %s of '%s': %s; try again in %u s", noun, ask->target, message,
                  job->retry_after_s > 0 ? job->retry_after_s : 1);
        break;
    case 409:
        say_error("cannot get %s of '%s': %s; use --force to take it all the same", noun,
                  ask->target, message);
        break;
    case 503:
        say_error("cannot get %s of '%s': %s; 'porthole stack' says what it is doing", noun,
                  ask->target, message);
        break;
    default:
        say_error("cannot get %s of '%s': %s", noun, ask->target, message);
        break;
    }
}

static const char *plain_words(int status)
{
    switch (status) {
    case 401:
    case 403:
        return "it wants a token";
    case 404:
        return "it has no such path; its porthole may be older than this command";
    case 429:
        return "it is busy with another capture";
    default:
        return "it answers with an error";
    }
}

static int explain_status(const struct ask *ask, const char *noun)
{
    const struct poll_job *job = ask->job;
    struct doc *error = NULL;
    const char *message = "";

    if (doc_read(buf_text(&job->body), job->body.len, &error) == CAUSE_NONE)
        message = doc_text(error, "error.message", NULL);
    advise(ask, noun, message[0] != '\0' ? message : plain_words(job->status));
    doc_free(error);
    return job->status == 400 ? EXITCODE_USAGE : EXITCODE_SOME;
}

int ask_explain(const struct ask *ask, const struct ask_request *request)
{
    const struct poll_job *job = ask->job;
    char word[CAUSE_BYTES];

    if (!job->done)
        return EXITCODE_INTERNAL;
    if (job->cause == CAUSE_HTTP)
        return explain_status(ask, request->noun);
    cause_word(word, job->cause, job->status);
    if (job->status > 0)
        say_error("cannot get %s of '%s': %s", request->noun, ask->target, word);
    else
        say_error("cannot reach '%s': %s", ask->target, word);
    return job->status > 0 ? EXITCODE_SOME : EXITCODE_NONE;
}
