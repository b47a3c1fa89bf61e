/* SPDX-License-Identifier: MIT */
#ifndef PH_KANG_NAMES_H
#define PH_KANG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "haul.h"
#include "types.h"

#define PH_KANG_TYPES (2 * PORTHOLE_MAX_TYPES) /* what is beyond is not shown */

struct ph_kang_name {
    const char *name; /* borrowed from the types, or from the haul */
    unsigned tails;   /* underscores behind it */
};

/** The types of a kang snapshot. Threads: http thread. */
struct ph_kang_names {
    size_t n;
    struct ph_kang_name all[PH_KANG_TYPES];
};

/** All that are tracked or in the haul, those that mean something in kang's clients with
 *  underscores behind them until they mean nothing and are like no other. */
void ph_kang_names_collect(struct ph_kang_names *names, const struct ph_types *types,
                           const struct ph_haul *haul);

/** Would an id of that name be taken for something else? Also with underscores behind it,
 *  since those get one more: so no two become the same. Threads: any. */
bool ph_kang_id_means_something(const char *id, size_t n);

#endif
