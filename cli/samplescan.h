/* SPDX-License-Identifier: MIT */
/**
 * A sample from the text of a plainly good /state document, without a tree of its values.
 *
 * Not a second opinion: whatever it is not sure of (an error, an escape, a key that stands
 * twice, a text that is long or not ASCII) it declines, and sample_of() decides. What it does
 * read it reads as that does.
 *
 * Threads: one; what it builds on first use stays.
 */
#ifndef SAMPLESCAN_H
#define SAMPLESCAN_H

#include "cause.h"
#include "sampleput.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * @param cause  CAUSE_NONE, or CAUSE_NOT_PORTHOLE.
 *
 * @return false: declined; `*out` and `*cause` mean nothing.
 *
 * Threads: one.
 */
bool samplescan_read(const char *text, size_t len, struct sample *out, enum cause *cause);

#endif /* SAMPLESCAN_H */
