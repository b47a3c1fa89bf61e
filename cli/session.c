/* SPDX-License-Identifier: MIT */
/*
 * session: from options and words to a round that can run.
 */
#include "session.h"

#include "exitcode.h"
#include "say.h"
#include "sources.h"
#include "token.h"

int session_open(struct session *session, const struct opts *opts, const char *path,
                 char *const *words, int count)
{
    struct poll_config config = { .timeout_ms = opts->timeout_ms };
    struct target_list targets = { 0 };
    struct target_error error;
    char token[TOKEN_BYTES], why[256];

    if (!token_read(opts->token_file, token, why)) {
        say_error("%s", why);
        return EXITCODE_USAGE;
    }
    if (!sources_find(words, count, &targets, &session->local, &error)) {
        say_error("%s", error.text);
        target_fini(&targets);
        return EXITCODE_USAGE;
    }
    config.token = token[0] != '\0' ? token : NULL;
    round_init(&session->round, poll_new(&config), path);
    round_set_targets(&session->round, &targets, 0);
    return EXITCODE_FINE;
}
