/* SPDX-License-Identifier: MIT */
#ifndef PH_RECORD_SUM_H
#define PH_RECORD_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "porthole_wire.h"

/**
 * The checksums of the recorder file (porthole_wire.h), for the agent that writes it and
 * the command that reads it.
 *
 * They find a write that was cut short, and no forgery: whoever may write the file may
 * write its checksum. FNV-1a costs 1.3 ns a byte, 10 µs for the usual document.
 *
 * Threads: all functions here: any; no state.
 */

/** What `slot->checksum` has to be for the `slot->length` bytes of `document`. */
uint32_t ph_record_sum_slot(const struct porthole_record_slot *slot, const char *document);

/** What `row->checksum` has to be. */
uint32_t ph_record_sum_row(const struct porthole_record_row *row);

/** The same for a history file, eight bytes at a time: `n` is a multiple of 8. `sum` is 0, or
 *  what came out for the part before. */
uint64_t ph_record_sum_words(uint64_t sum, const void *bytes, size_t n);

#endif
