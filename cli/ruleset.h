/* SPDX-License-Identifier: MIT */
/**
 * The rules of a run: a file's, or those built in. What the parser cannot know is checked here:
 * that figures exist, that a percentage is one of something, and that alerts can be sent where
 * they shall go.
 *
 * Threads: one.
 */
#ifndef RULESET_H
#define RULESET_H

#include "agent/rulefile.h"
#include "buf.h"

#include <stdbool.h>

/* The built-in rules, as a file to start from. */
extern const char ruleset_builtin[];

#define RULESET_ERROR 512

/**
 * Read a file.
 *
 * @param name  NULL: the built-in rules.
 *
 * @return true and `*out`, to be given to ph_rulefile_fini(); false, with "FILE:LINE:COLUMN:
 *         what is wrong", uncleaned.
 *
 * Threads: one.
 */
bool ruleset_load(const char *name, struct ph_rulefile *out, char error[RULESET_ERROR]);

/**
 * Whether the first word of a command line names a rule file and not a target.
 *
 * Threads: one.
 */
bool ruleset_is(const char *word);

#endif /* RULESET_H */
