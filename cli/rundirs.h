/* SPDX-License-Identifier: MIT */
/**
 * The run directories that the caller may look into: PORTHOLE_RUN_DIR if that is set; else
 * the caller's own, and as root everybody's. A directory counts only if it is no symbolic
 * link and belongs to the user in its name (or root): what lies in another one is a forgery.
 *
 * Threads: one.
 */
#ifndef RUNDIRS_H
#define RUNDIRS_H

#include "buf.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct rundirs_folder {
    const char *path;
    int fd;
    uid_t owner;
};

/**
 * Call `each` for every name in every run directory, in no order.
 *
 * Threads: one.
 */
void rundirs_each(void (*each)(const struct rundirs_folder *folder, const char *name,
                               void *user),
                  void *user);

/**
 * Append where rundirs_each() looks, for messages.
 *
 * Threads: one.
 */
void rundirs_say(struct buf *out);

/**
 * Append the path of the caller's own run directory, which need not be there.
 *
 * Threads: one.
 */
void rundirs_own(struct buf *out);

/**
 * Open a regular file of a run directory for reading. Symbolic links, pipes and files that
 * belong to neither the folder's owner nor root are refused.
 *
 * @return a descriptor, and `*st`; -1 and `*wrong`, a few words, borrowed until the next call.
 *
 * Threads: one.
 */
int rundirs_open(const struct rundirs_folder *folder, const char *name, struct stat *st,
                 const char **wrong);

#endif /* RUNDIRS_H */
