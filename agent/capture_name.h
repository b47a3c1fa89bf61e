/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_NAME_H
#define PH_CAPTURE_NAME_H

#include <stdbool.h>
#include <stdint.h>

#define PH_CAPTURE_NAME_BYTES 96

/**
 * The names of captured files (porthole_wire.h): "4121-20261120T230657906Z-1-stack.json".
 * Those of one process and rule sort by time.
 *
 * Threads: all functions here: any; no state.
 */
struct ph_capture_name {
    unsigned pid;
    unsigned rule;      /* from 1 */
    bool     partial;   /* it is still being written, or its writer died over it */
};

/** Write the name to `out`, which has PH_CAPTURE_NAME_BYTES. Returns `out`.
 *  @param kind  "stack.json", "profile.cpuprofile", …: at most 32 bytes */
const char *ph_capture_name(const struct ph_capture_name *name, uint64_t unix_ns,
                            const char *kind, char *out);

/** Is `text` such a name? Every other text: false, `*out` untouched. */
bool ph_capture_name_parse(const char *text, struct ph_capture_name *out);

#endif
