/* SPDX-License-Identifier: MIT */
/*
 * session: from options and words to a round that can run.
 */
#include "session.h"

#include "exitcode.h"
#include "mem.h"
#include "say.h"
#include "sources.h"
#include "token.h"

#include <stdlib.h>

/* A local process that is gone stays on the screen for so long. */
#define PATIENCE_S 60

static int begin(struct session *session, const struct opts *opts, struct poll_config config,
                 const char *path, struct target_list *targets)
{
    char token[TOKEN_BYTES], why[256];

    if (!token_read(opts->token_file, token, why)) {
        say_error("%s", why);
        target_fini(targets);
        return EXITCODE_USAGE;
    }
    config.timeout_ms = opts->timeout_ms;
    config.token = token[0] != '\0' ? token : NULL;
    round_init(&session->round, poll_new(&config), path);
    round_set_targets(&session->round, targets, 0);
    return EXITCODE_FINE;
}

static bool find(struct session *session, char *const *words, int count,
                 struct target_list *targets)
{
    struct target_error error;

    if (sources_find(words, count, targets, &session->local, &error))
        return true;
    say_error("%s", error.text);
    target_fini(targets);
    return false;
}

int session_open(struct session *session, const struct opts *opts, const char *path,
                 char *const *words, int count)
{
    struct poll_config config = { 0 };
    struct target_list targets = { 0 };

    if (!find(session, words, count, &targets))
        return EXITCODE_USAGE;
    return begin(session, opts, config, path, &targets);
}

int session_open_kang(struct session *session, const struct opts *opts, const char *path,
                      char *const *words, int count)
{
    struct poll_config config = { .body_limit = SESSION_KANG_BYTES, .compressed = true };
    struct target_list targets = { .kang = true };
    size_t given = opts->sources.count;
    char **all = mem_new(given + (size_t)count, sizeof *all);
    bool good;

    for (size_t i = 0; i < given; i++)
        all[i] = opts->sources.items[i];
    for (int i = 0; i < count; i++)
        all[given + (size_t)i] = words[i];
    good = find(session, all, (int)given + count, &targets);
    free(all);
    return good ? begin(session, opts, config, path, &targets) : EXITCODE_USAGE;
}

void session_refresh(struct session *session)
{
    struct target_list list = { 0 };

    if (!session->local)
        return;
    sources_local(&list);
    round_set_targets(&session->round, &list, PATIENCE_S);
}

void session_close(struct session *session)
{
    round_fini(&session->round);
}
