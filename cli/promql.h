/* SPDX-License-Identifier: MIT */
/**
 * Instant queries of Prometheus's HTTP API: how one is asked, and what comes back.
 * VictoriaMetrics, Thanos and Mimir speak the same. Not who is asked, nor what it means.
 *
 * Threads: any; no state.
 */
#ifndef PROMQL_H
#define PROMQL_H

#include "buf.h"
#include "cause.h"
#include "jsonspan.h"

#include <stdbool.h>
#include <stddef.h>

/* Of more labels than these the others are left out. */
#define PROMQL_LABELS 64

/* Both are strings in their quotes. */
struct promql_label {
    struct jsonspan name, value;
};

/* One series of an answer; borrowed from its text. */
struct promql_series {
    struct promql_label labels[PROMQL_LABELS];
    size_t label_count;
    double value;           /* NaN: it is none, or not finite */
    double at_s;            /* Unix seconds for which it was asked */
};

/**
 * Append the path of a query behind the path of the server.
 *
 * @param at_s  Unix seconds to ask for; NaN: now, by the server's clock.
 *
 * Threads: any.
 */
void promql_path(struct buf *out, const char *server_path, const char *query, double at_s);

/**
 * The value of a label, in its quotes; the last if there are several; len 0: none.
 *
 * Threads: any.
 */
struct jsonspan promql_label(const struct promql_series *series, const char *name);

/**
 * Call `each` for every series of an answer.
 *
 * @return CAUSE_NONE; CAUSE_BAD_JSON, _TRUNCATED, _TOO_BIG (too deep); CAUSE_NOT_PORTHOLE if it
 *         is JSON, but not the answer to an instant query whose result is a vector. What came
 *         before the fault was handed out already.
 *
 * Threads: any.
 */
enum cause promql_read(const char *text, size_t len,
                       void (*each)(const struct promql_series *series, void *user),
                       void *user);

/**
 * Append what the server says is wrong with a query: the member "error" of its answer. Not
 * clean, and at most 256 bytes.
 *
 * @return false if it says nothing.
 *
 * Threads: any.
 */
bool promql_error(struct buf *out, const char *text, size_t len);

#endif /* PROMQL_H */
