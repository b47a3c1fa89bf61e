/* SPDX-License-Identifier: MIT */
#ifndef PH_PLACE_H
#define PH_PLACE_H

#include "haul.h"

#define PH_PLACE_BYTES 40

/**
 * A place as pollers are told it, "o0-51", and back; false if it is none. They are to hand it
 * back as it is.
 *
 * Threads: any.
 */
void ph_place_write(const struct ph_place *place, char out[PH_PLACE_BYTES]);
bool ph_place_read(const char *text, struct ph_place *out);

#endif
