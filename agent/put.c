/* SPDX-License-Identifier: MIT */
/* Owns the small change of hand-made JSON. */
#include "put.h"

#include "clock.h"
#include "porthole.h"
#include "text.h"

void ph_put_string(struct ph_sink *sink, const char *before, const char *value)
{
    ph_sink_text(sink, before);
    ph_text_json(sink, value);
}

void ph_put_text(struct ph_sink *sink, const char *before, const char *value)
{
    ph_sink_text(sink, before);
    if (value && value[0])
        ph_text_json(sink, value);
    else
        ph_sink_text(sink, "null");
}

void ph_put_number(struct ph_sink *sink, const char *before, uint64_t value)
{
    ph_sink_text(sink, before);
    if (value == PORTHOLE_UNKNOWN)
        ph_sink_text(sink, "null");
    else
        ph_sink_u64(sink, value);
}

void ph_put_ms(struct ph_sink *sink, const char *before, uint64_t ns)
{
    ph_sink_text(sink, before);
    ph_sink_real(sink, ph_clock_ms(ns));
}
