/* SPDX-License-Identifier: MIT */
#ifndef PH_PUT_H
#define PH_PUT_H

#include <stdint.h>

#include "sink.h"

/**
 * A piece of JSON and a value behind it: ph_put_number(sink, ",\"pid\":", pid). The piece
 * goes out as it is.
 *
 * Threads: whichever thread owns the sink.
 */
void ph_put_text(struct ph_sink *sink, const char *before, const char *value);   /* NULL and
                                                                                  "": null */
void ph_put_string(struct ph_sink *sink, const char *before, const char *value); /* "" too */
void ph_put_number(struct ph_sink *sink, const char *before,
                   uint64_t value); /* unknown: null */
void ph_put_ms(struct ph_sink *sink, const char *before, uint64_t ns);

#endif
