/* SPDX-License-Identifier: MIT */
/**
 * JSON out: documents of targets written anew, frames of `top`, lists of `ps`.
 *
 * What is not known is null. Every result is one valid JSON text that ends in a line
 * feed; without RENDER_JSON_PRETTY it is a single line.
 *
 * Threads: one.
 */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include "aggregate.h"
#include "buf.h"
#include "cause.h"
#include "discover.h"
#include "fleet.h"

#include <stddef.h>

enum {
    RENDER_JSON_PRETTY = 1 << 0, /* indent by two spaces */
    RENDER_JSON_ASCII = 1 << 1,  /* escape all but printable ASCII: for terminals */
};

/**
 * Append a target's document, parsed and written again: integers stay integers, the
 * order of keys stays.
 *
 * @param target  NULL, or its name: the result is {"target":NAME,"state":DOCUMENT} then.
 *
 * @return CAUSE_NONE; CAUSE_BAD_JSON, _TRUNCATED or _TOO_BIG with nothing appended.
 *
 * Threads: one.
 */
enum cause render_json_state(struct buf *out, const char *target, const char *text, size_t len,
                             unsigned flags);

/* A frame of `top`. */
struct render_frame {
    struct fleet_row *const *rows;
    size_t count;
    const struct aggregate *groups; /* NULL: none */
    double now_s;
};

/**
 * Append one frame of `top`: {"schema":1,"at":...,"targets":[...],"totals":{...}}, with
 * "groups" before the totals if there are any.
 *
 * Threads: one.
 */
void render_json_frame(struct buf *out, const struct render_frame *frame, unsigned flags);

/**
 * Append the same as lines: {"at":...,"target":...}, {"at":...,"group":...},
 * {"at":...,"totals":{...}}.
 *
 * Threads: one.
 */
void render_json_lines(struct buf *out, const struct render_frame *frame, unsigned flags);

/**
 * Append the list of `ps`: {"schema":1,"processes":[...]}.
 *
 * @param gone  list processes that are gone as well.
 *
 * Threads: one.
 */
void render_json_processes(struct buf *out, const struct discover_list *list, bool gone,
                           unsigned flags);

#endif /* RENDER_JSON_H */
