/* SPDX-License-Identifier: MIT */
#ifndef PH_OBJECTS_ASK_H
#define PH_OBJECTS_ASK_H

#include "porthole.h"

/**
 * Copy what is asked about objects, texts and all.
 *
 * @return where the texts lie, for free() when `to` is not used any more; NULL if memory is
 *         out, and `to` is untouched.
 *
 * Threads: any.
 */
char *ph_objects_ask_copy(struct porthole_objects_ask *to,
                          const struct porthole_objects_ask *from);

#endif
