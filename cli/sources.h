/* SPDX-License-Identifier: MIT */
/**
 * From what the user named, or did not name, to a list of targets that can be polled, again
 * and again.
 *
 * Threads: one.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include "sdask.h"
#include "target.h"

#include <stdbool.h>

struct sd;

struct sources {
    struct sd *sd;
    bool local;         /* nobody named a target: the living local processes */
};

/**
 * The targets of a command: `words` if there are any, else PORTHOLE_SOURCES, else
 * KANG_SOURCES, else the living local processes.
 *
 * @param sources  `sd` is taken over, also on failure; it is empty.
 *
 * Waits for lists that have to be fetched, but not beyond the timeout.
 *
 * @return false with a message; sources_close() is to be called either way.
 *
 * Threads: one.
 */
bool sources_open(struct sources *sources, struct sd *sd, char *const *words, int count,
                  struct target_error *error);

/**
 * Zeroed memory: does nothing.
 *
 * Threads: one.
 */
void sources_close(struct sources *sources);

/**
 * The targets as they are now. pid:N of a process that cannot be found keeps a NULL socket
 * and an empty origin: polling it says `no-process`.
 *
 * @param list  empty.
 *
 * @return false, nothing appended, if they are known to be the same as at the last call.
 *
 * Threads: one.
 */
bool sources_take(struct sources *sources, struct target_list *list);

/**
 * The one target that a name names: what a row is called.
 *
 * @param list  empty; to be freed either way.
 *
 * @return false with a message, if it names none, or several.
 *
 * Threads: one.
 */
bool sources_find_one(const char *name, struct target_list *list, struct target_error *error);

/**
 * What there is to say about lists that cannot be read, each thing once.
 *
 * @return false: nothing (more).
 *
 * Threads: one.
 */
bool sources_says(struct sources *sources, struct sdsays *says);

/**
 * Why the last look at a list failed, for as long as it is the last one.
 *
 * @param which  of those that failed, from 0 on.
 *
 * @return false: there are not so many.
 *
 * Threads: one.
 */
bool sources_failure(const struct sources *sources, size_t which, struct sdsays *says);

/**
 * Whether the last look at some list failed.
 *
 * Threads: one.
 */
bool sources_are_failing(const struct sources *sources);

/**
 * Whether some list never could be read: targets are missing.
 *
 * Threads: one.
 */
bool sources_are_partial(const struct sources *sources);

#endif /* SOURCES_H */
