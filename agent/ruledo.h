/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEDO_H
#define PH_RULEDO_H

#include <stdbool.h>

#include "ruledata.h"
#include "ruletext.h"

/**
 * Read one action of a rule; rulefile.h has the grammar. What a program gets is cut into words
 * here, never by a shell.
 *
 * @return false, said in `err`.
 *
 * Pure. Threads: any.
 */
bool ph_ruledo_read(const struct ph_rulepiece *piece, struct ph_rulefile_do *out,
                    struct ph_rulefile_error *err);

#endif
