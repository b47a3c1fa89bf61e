/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUNDUP_H
#define PH_ROUNDUP_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "haul.h"
#include "objects.h"
#include "roundup_ask.h"
#include "shelf.h"
#include "types.h"

/**
 * Asking around for objects: every thread for what it tracks and, where it has some, for
 * what it computes, and the agent itself for what is published. It is shared by everybody
 * who asks for the same meanwhile, and dropped when nobody does any more.
 *
 * Threads: http thread, as all here. Nothing waits: look when the bell has rung, and when
 * ph_roundup_due() has passed.
 */
struct ph_roundup;

#define PH_ROUNDUPS 8u /* under way; a thread's mail holds two tasks for each */
#define PH_HAULS 512u  /* those, and what is being sent */
#define PH_HAULS_BYTES (256u << 20) /* with more being sent nobody new is let in */

/** Where all of them are known. Zeroed memory with the first three is an empty one. */
struct ph_roundups {
    struct ph_board *board;
    struct ph_objects *objects;
    const struct ph_types *types; /* those that are tracked; NULL: any may be */
    struct ph_shelf shelf;
    struct ph_roundup *under_way[PH_ROUNDUPS]; /* borrowed */
    size_t n;
    struct ph_hauls hauls;
};

void ph_roundups_fini(struct ph_roundups *roundups); /* all have been given back */

/**
 * What is under way already, or a new one.
 *
 * @return one reference; NULL if too many are under way (`*busy`) or memory is out.
 */
struct ph_roundup *ph_roundup_get(struct ph_roundups *roundups,
                                  const struct ph_roundup_ask *ask, bool *busy);
void ph_roundup_unref(struct ph_roundup *roundup); /* accepts NULL */

/** Get on with it. Is everything there, or given up? Once true, it stays as it is. */
bool ph_roundup_tend(struct ph_roundup *roundup, uint64_t now_ns);

/** When to look again if no bell rings. */
uint64_t ph_roundup_due(const struct ph_roundup *roundup);

/** What was asked. Borrowed. */
const struct ph_roundup_ask *ph_roundup_asked(const struct ph_roundup *roundup);

/** What came; when ready. Borrowed. */
struct ph_haul *ph_roundup_haul(struct ph_roundup *roundup);

#endif
