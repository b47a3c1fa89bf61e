/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEWHEN_H
#define PH_RULEWHEN_H

#include <stdbool.h>

#include "ruledata.h"
#include "ruletext.h"

/**
 * Read what stands behind `when:`; rulefile.h has the grammar. That a figure exists is not
 * looked at: who evaluates the rule knows.
 *
 * @return true, and the rule's trigger with all that belongs to it is filled in; false, said
 *         in `err`.
 *
 * Pure. Threads: any.
 */
bool ph_rulewhen_read(const struct ph_rulepiece *piece, struct ph_rulefile_rule *rule,
                      struct ph_rulefile_error *err);

/** "GROWS", a short word for tables: "grows". Threads: any. */
const char *ph_rulewhen_name(enum ph_when when);

#endif
