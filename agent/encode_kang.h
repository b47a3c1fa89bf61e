/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_KANG_H
#define PH_ENCODE_KANG_H

#include <stdbool.h>

#include "board.h"
#include "collect.h"
#include "current.h"
#include "haul.h"
#include "request.h"
#include "types.h"

/** What kang's answers tell besides objects. */
struct ph_kang_env {
    const struct ph_identity *identity;
    const struct ph_types *types;
    struct ph_board *board;
    struct ph_current *current;
};

/**
 * The answer of /kang/snapshot, or /kang/schema, streamed. Takes a reference on the haul; NULL
 * if memory is out.
 *
 * Threads: http thread.
 */
struct ph_feed *ph_encode_kang(struct ph_haul *haul, const struct ph_kang_env *env,
                               bool schema);

#endif
