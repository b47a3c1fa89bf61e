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

#include <stdbool.h>

struct session {
    struct round round;
    bool local;         /* nobody named a target: these are the local processes */
};

/**
 * Make a round of the targets that `words` name (sources_find() says which they are if
 * there are none).
 *
 * @return EXITCODE_FINE and a session whose round is to be given to round_fini();
 *         else an exitcode, the reason is said, and there is nothing to free.
 *
 * Threads: one.
 */
int session_open(struct session *session, const struct opts *opts, const char *path,
                 char *const *words, int count);

/**
 * Find the targets anew, if that is due, before a round. Those that are no longer named stay
 * until they have not answered for a minute.
 *
 * Threads: one.
 */
void session_refresh(struct session *session);

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
