/* SPDX-License-Identifier: MIT */
/**
 * A history that a test feeds by hand:
 *
 *     TestSuite(history, .init = history_kit_init, .fini = history_kit_fini);
 *
 * What is built into `b` is one state; take() hands it over, and begin() starts the next one.
 */
#ifndef TEST_HISTORY_KIT_H
#define TEST_HISTORY_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "agent/history.h"
#include "agent/snapshot.h"

extern struct ph_history *history;
extern struct ph_builder b;

/* Threads: the test's, all of them. */
void history_kit_init(void);
void history_kit_fini(void);

/** Another history, of at most so many bytes. */
void restart(size_t bytes);

void begin(void);
unsigned take(double now_s);

/** {"process":{"x":value}}, begun and taken. */
unsigned tick(double now_s, const struct ph_metric *metric, uint64_t value);

/** {SECTION:{"n0":0,"n1":1,...}}, gauges, into the state being built. */
void crowd(const char *section, size_t n);

/** The series of that name; NULL if there is none. */
const struct ph_history_series *find(const char *name, int thread);

/** How many there are. */
size_t live(void);

/** What was noted in the present second; NaN if nothing. */
double second_of(const struct ph_rings *rings);
double latest(const char *name, int thread);

#endif /* TEST_HISTORY_KIT_H */
