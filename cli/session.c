/* SPDX-License-Identifier: MIT */
/*
 * session: from options and words to a round that can run.
 */
#include "session.h"

#include "exitcode.h"
#include "mem.h"
#include "say.h"
#include "sd.h"
#include "token.h"

#include <stdlib.h>

/* A local process that is gone stays on the screen for so long. */
#define PATIENCE_S 60

static int begin(struct session *session, const struct opts *opts, struct poll_config config,
                 const char *path)
{
    char token[TOKEN_BYTES], why[256];
    struct target_list targets = { 0 };

    if (!token_read(opts->token_file, token, why)) {
        say_error("%s", why);
        sources_close(&session->sources);
        return EXITCODE_USAGE;
    }
    config.timeout_ms = opts->timeout_ms;
    config.token = token[0] != '\0' ? token : NULL;
    round_init(&session->round, poll_new(&config), path);
    sources_take(&session->sources, &targets);
    round_set_targets(&session->round, &targets, 0);
    session_say(session);
    return EXITCODE_FINE;
}

static bool find(struct session *session, const struct opts *opts, bool kang,
                 char *const *words, int count)
{
    struct target_error error;

    if (sources_open(&session->sources, sd_new(opts->timeout_ms, kang), words, count, &error))
        return true;
    say_error("%s", error.text);
    sources_close(&session->sources);
    return false;
}

int session_open(struct session *session, const struct opts *opts, const char *path,
                 char *const *words, int count)
{
    struct poll_config config = { 0 };

    if (!find(session, opts, false, words, count))
        return EXITCODE_USAGE;
    return begin(session, opts, config, path);
}

int session_open_kang(struct session *session, const struct opts *opts, const char *path,
                      char *const *words, int count)
{
    struct poll_config config = { .body_limit = SESSION_KANG_BYTES, .compressed = true };
    size_t given = opts->sources.count;
    char **all = mem_new(given + (size_t)count, sizeof *all);
    bool good;

    for (size_t i = 0; i < given; i++)
        all[i] = opts->sources.items[i];
    for (int i = 0; i < count; i++)
        all[given + (size_t)i] = words[i];
    good = find(session, opts, true, all, (int)given + count);
    free(all);
    return good ? begin(session, opts, config, path) : EXITCODE_USAGE;
}

void session_refresh(struct session *session)
{
    struct target_list list = { 0 };

    if (sources_take(&session->sources, &list))
        round_set_targets(&session->round, &list, session->sources.local ? PATIENCE_S : 0);
}

void session_say(struct session *session)
{
    struct sdsays says;

    while (sources_says(&session->sources, &says))
        say_error("%s", says.text);
}

void session_say_none(const struct session *session)
{
    if (session->round.count > 0)
        return;
    if (session->sources.local)
        say_error("no target given, and no local process carries an agent");
    else if (!sources_are_partial(&session->sources))
        say_error("what was named holds no target");
}

int session_exitcode(const struct session *session)
{
    int code = round_exitcode(&session->round);

    return code == EXITCODE_FINE && sources_are_failing(&session->sources) ? EXITCODE_SOME
                                                                           : code;
}

void session_close(struct session *session)
{
    round_fini(&session->round);
    sources_close(&session->sources);
}
