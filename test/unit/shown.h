/* SPDX-License-Identifier: MIT */
/**
 * What a part of the state looks like in both formats.
 */
#ifndef TEST_SHOWN_H
#define TEST_SHOWN_H

#include <jansson.h>

#include "agent/snapshot.h"

/** Begin a snapshot to build into. Threads: the test's, as all below. */
struct ph_builder *shown_begin(void);

/** The end of it: the JSON, parsed; the caller's. Fails the test if there is none. */
json_t *shown_json(void);

/** The same as Prometheus text, until the next call. After shown_json(). */
const char *shown_prom(void);

/** Take `path` ("server.active", "top.0.event") apart; borrowed, NULL if it is not there. */
json_t *shown_at(json_t *root, const char *path);

/** The number there; -1 for null, or none. */
double shown_number(json_t *root, const char *path);

#endif /* TEST_SHOWN_H */
