/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_STACK_H
#define PH_ENCODE_STACK_H

#include "result.h"
#include "sink.h"

/**
 * The stack in a task's result, in the forms it is told in.
 *
 * Threads: any; the result is frozen.
 */

/** `"frames":[…],"frames_truncated":false`, members of an object. */
void ph_encode_frames(const struct ph_result *result, struct ph_sink *sink);

/** "    at spin (/app/x.js:3:5)\n", a line for each. */
void ph_encode_frames_text(const struct ph_result *result, struct ph_sink *sink);

/** "spin (/app/x.js:3:5)" of the innermost frame, cut to `cap`; "" without frames. Returns
 *  `out`. */
const char *ph_encode_top_frame(const struct ph_result *result, char *out, size_t cap);

/** "js", "wasm", … */
const char *ph_frame_kind_name(unsigned kind);

#endif
