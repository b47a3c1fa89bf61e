/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUNDUP_ASK_H
#define PH_ROUNDUP_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "haul.h"
#include "porthole.h"

/** What is wanted of a roundup. Threads: any, as all here. */
struct ph_roundup_ask {
    struct porthole_objects_ask objects; /* `after` is not used */
    struct ph_place from;                /* go on behind it */
    uint64_t wait_ns;                    /* for the threads */
    uint64_t max_age_ns;                 /* a copy not older will do; 0: none */
    char *texts;                         /* of a copy: ours */
};

/** Copy it, texts and all; false if memory is out. _fini() is due in any case. */
bool ph_roundup_ask_copy(struct ph_roundup_ask *to, const struct ph_roundup_ask *from);
void ph_roundup_ask_fini(struct ph_roundup_ask *ask); /* a no-op on zeroed memory */

/** Would one answer do for both? */
bool ph_roundup_ask_equals(const struct ph_roundup_ask *a, const struct ph_roundup_ask *b);

/** Is what comes all there is, of the type if there is one, so that it does for others? */
bool ph_roundup_ask_is_whole(const struct ph_roundup_ask *ask);

#endif
