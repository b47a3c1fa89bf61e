/* SPDX-License-Identifier: MIT */
/**
 * What `profile` and `flame` share: taking a profile of a target, and telling what is in
 * one.
 *
 * Threads: one.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "buf.h"
#include "opts.h"
#include "treefile.h"

/**
 * Ask the target named `word` for a profile, as the options have it.
 *
 * @param text  the .cpuprofile or .heapprofile as it came, to be given to buf_fini().
 *
 * @return EXITCODE_FINE; else an exitcode, and the reason is said.
 *
 * Threads: one.
 */
int profile_take(const struct opts *opts, char *word, struct buf *text);

/**
 * Append what a profile holds: a line of figures, and one for each of its five hottest
 * functions with its share of all. Clean.
 *
 * Threads: any.
 */
void profile_describe(struct buf *out, const struct treefile *profile, const char *file);

/**
 * Write a result as outfile_save() does, and say what went wrong if something did.
 *
 * @return an exitcode.
 *
 * Threads: one.
 */
int profile_write(const char *name, bool replace, const struct buf *text);

#endif /* PROFILE_H */
