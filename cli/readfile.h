/* SPDX-License-Identifier: MIT */
/**
 * A whole file that the user named.
 *
 * Threads: one.
 */
#ifndef READFILE_H
#define READFILE_H

#include "buf.h"

/**
 * Whether a word means a file and not a target: there is something of that name that is no
 * folder, or it begins with '/' or '.', or it ends as our files do, and is no URL.
 *
 * Threads: one.
 */
bool readfile_is(const char *word);

/**
 * Append what is in the file.
 *
 * @return false, with a message, if it cannot be read or passes the ceiling of `out`.
 *
 * Threads: one.
 */
bool readfile(const char *name, struct buf *out, char error[256]);

#endif /* READFILE_H */
