/* SPDX-License-Identifier: MIT */
/**
 * From what the user named, or did not name, to a list of targets that can be polled.
 *
 * Threads: one.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include "target.h"

#include <stdbool.h>

/**
 * The targets of a command: `words` if there are any, else PORTHOLE_SOURCES, else
 * KANG_SOURCES, else the living local processes (`*local` is set then, and the list may
 * be empty). pid:N of a process that cannot be found keeps a NULL socket and an empty
 * origin: polling it says `no-process`.
 *
 * @return false with a message; the list is to be freed either way.
 *
 * Threads: one.
 */
bool sources_find(char *const *words, int count, struct target_list *list, bool *local,
                  struct target_error *error);

/**
 * Append the living local processes, each as pid:N.
 *
 * Threads: one.
 */
void sources_local(struct target_list *list);

#endif /* SOURCES_H */
