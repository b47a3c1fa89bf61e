/* SPDX-License-Identifier: MIT */
/**
 * What every command that polls does first: read the token, find the targets.
 *
 * Threads: one.
 */
#ifndef SESSION_H
#define SESSION_H

#include "opts.h"
#include "round.h"
#include "sources.h"

struct session {
    struct round round;
    struct sources sources;
};

/**
 * Make a round of the targets that `words` name (sources_open() says which they are if
 * there are none). Lists that cannot be read yet are said, and may come later.
 *
 * @return EXITCODE_FINE and a session to be given to session_close(); else an exitcode, the
 *         reason is said, and there is nothing to free.
 *
 * Threads: one.
 */
int session_open(struct session *session, const struct opts *opts, const char *path,
                 char *const *words, int count);

/**
 * Make what is known of the targets by now the targets, before a round. Local processes that
 * are gone stay for a minute; what a list no longer names goes at once. Never waits.
 *
 * Threads: one.
 */
void session_refresh(struct session *session);

/**
 * Say on stderr which lists cannot be read, each once until that changes. Not while a screen
 * is open.
 *
 * Threads: one.
 */
void session_say(struct session *session);

/**
 * Say so if there is no target.
 *
 * Threads: one.
 */
void session_say_none(const struct session *session);

/**
 * round_exitcode(), and EXITCODE_SOME if some list cannot be read.
 *
 * Threads: one.
 */
int session_exitcode(const struct session *session);

/**
 * Threads: one.
 */
void session_close(struct session *session);

/* An answer of 500,000 objects of kang has 65 MB. */
#define SESSION_KANG_BYTES ((size_t)256 << 20)

/**
 * The same for commands that read objects: the targets of --sources come before those of
 * `words`, the grammar is kang's, and answers may be long and compressed.
 *
 * Threads: one.
 */
int session_open_kang(struct session *session, const struct opts *opts, const char *path,
                      char *const *words, int count);

#endif /* SESSION_H */
