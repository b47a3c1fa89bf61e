/* SPDX-License-Identifier: MIT */
#ifndef PH_SINK_H
#define PH_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Append-only bytes with a ceiling and sticky failure: after one refusal (ceiling or
 * allocation) nothing more is appended, so a writer checks `failed` once, at its end.
 * A zeroed sink with a `max` is valid and empty.
 */
struct ph_sink {
    char  *bytes;
    size_t len;
    size_t cap;
    size_t max;     /* ceiling declared at creation */
    bool   failed;
};

/* Threads: all functions here: whichever thread owns the sink. */

void ph_sink_init(struct ph_sink *sink, size_t max);

/** Free the bytes. A no-op on zeroed memory. */
void ph_sink_fini(struct ph_sink *sink);

/** Hand the bytes to the caller (free()); the sink is empty afterwards. NULL if failed. */
char *ph_sink_take(struct ph_sink *sink, size_t *len);

void ph_sink_put(struct ph_sink *sink, const char *bytes, size_t n);
void ph_sink_text(struct ph_sink *sink, const char *text);
void ph_sink_char(struct ph_sink *sink, char c);
void ph_sink_u64(struct ph_sink *sink, uint64_t value);

/**
 * Append a number as JSON and Prometheus both read it: the shortest of up to six decimals that
 * tells the figure, whatever the host's locale. NaN and infinities are the caller's
 * business: they come out as 0.
 */
void ph_sink_real(struct ph_sink *sink, double value);

#endif
