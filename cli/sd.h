/* SPDX-License-Identifier: MIT */
/**
 * Service discovery: everything the user may name as targets, kept up to date.
 *
 *     what target.h knows     @FILE     http_sd:URL     dns+srv:NAME     dns+a:NAME:PORT
 *
 * Each list that can change is watched by a thread of its own, so that a name server that
 * hangs delays neither the screen nor another list. What a list said last counts until it
 * says something else: a file half written or a server that is down takes no target away.
 *
 * Threads: one, the owner's; the threads of this module only look, and hand finished lists
 * over.
 */
#ifndef SD_H
#define SD_H

#include "sdask.h"
#include "target.h"

#include <stdbool.h>

struct sd;

/**
 * @param timeout_ms  of one look at a list.
 * @param kang        see struct target_list.
 *
 * @return to be given to sd_free().
 *
 * Threads: one.
 */
struct sd *sd_new(double timeout_ms, bool kang);

/**
 * Stop watching and free. A thread that is stuck in a look-up is left to end by itself.
 * NULL is allowed.
 *
 * Threads: one.
 */
void sd_free(struct sd *sd);

/**
 * Add what `spec`, a list with commas, names. Files are read here, the first time.
 *
 * @return false, with a message that names what is at fault.
 *
 * Threads: one.
 */
bool sd_add(struct sd *sd, const char *spec, struct target_error *error);

/**
 * Wait until every list has been looked at once, but not longer than the timeout.
 *
 * Threads: one.
 */
void sd_wait(struct sd *sd);

/**
 * All targets as they are known now, in the order in which they were named; at most
 * TARGET_CEILING. One whose name stands in several lists, or twice in one, is there once, as
 * the first says. From the second call on, files are watched as well.
 *
 * @param list  empty.
 *
 * @return false, nothing appended, if they are as they were at the last call.
 *
 * Threads: one.
 */
bool sd_take(struct sd *sd, struct target_list *list);

/**
 * What there is to say about the lists, each thing once.
 *
 * @return false: nothing (more).
 *
 * Threads: one.
 */
bool sd_says(struct sd *sd, struct sdsays *says);

/**
 * Why the last look at a list failed, for as long as it is the last one.
 *
 * @param which  of those that failed, from 0 on.
 *
 * @return false: there are not so many.
 *
 * Threads: one.
 */
bool sd_failure(struct sd *sd, size_t which, struct sdsays *says);

/**
 * Whether the last look at some list failed.
 *
 * Threads: one.
 */
bool sd_is_failing(struct sd *sd);

/**
 * Whether there is some list that never could be read: what sd_take() gives lacks it.
 *
 * Threads: one.
 */
bool sd_is_partial(struct sd *sd);

#endif /* SD_H */
