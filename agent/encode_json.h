/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_JSON_H
#define PH_ENCODE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"
#include "snapshot.h"

/** The whole state, compact, with a newline at the end. Threads: any. */
void ph_encode_json(const struct ph_snapshot *snapshot, struct ph_sink *out);

#define PH_JSON_FIELDS 64 /* ceiling of ?fields= */

/**
 * A part of the state.
 *
 * @param node    where to begin; 0 is everything.
 * @param fields  NULL for all, or "process,threads.gc": dotted paths below `node` by
 *                comma. Items of a list keep what identifies them.
 * @param pretty  indent by two spaces.
 *
 * @return false if `fields` names more than PH_JSON_FIELDS paths.
 *
 * Threads: any.
 */
bool ph_encode_json_part(const struct ph_snapshot *snapshot, uint32_t node, const char *fields,
                         bool pretty, struct ph_sink *out);

#endif
