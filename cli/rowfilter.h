/* SPDX-License-Identifier: MIT */
/**
 * Which rows are wanted: a piece of text in their names, or LABEL=PATTERN.
 *
 * Threads: any; no state.
 */
#ifndef ROWFILTER_H
#define ROWFILTER_H

#include "fleet.h"

#include <stdbool.h>

/**
 * Whether a row passes.
 *
 * @param filter  NULL or "": all do. "LABEL=PATTERN": that label, as aggregate_label() has it,
 *                matches the shell pattern. Else, in any case of letters: it is part of the
 *                service, component, version, host, ident, target, state or cause.
 *                With ! in front all others pass.
 *
 * Threads: any.
 */
bool rowfilter_passes(const struct fleet_row *row, const char *filter);

#endif /* ROWFILTER_H */
