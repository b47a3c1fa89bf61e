/* SPDX-License-Identifier: MIT */
/**
 * A history that a test writes, tick by tick, and judges that say what the test wants. The
 * readers of agent/history.h and ph_judge_closed() are wrapped by the linker: for a history
 * that is not a fake, and while the fake judge is not on, the real ones answer.
 */
#ifndef TEST_FAKE_HISTORY_H
#define TEST_FAKE_HISTORY_H

#include "agent/history.h"
#include "agent/verdict.h"

/** A new, empty one; `born_s` as in ph_history_born_s(). Threads: the test's, as all below. */
struct ph_history *fake_history(double born_s);

/** A series and its value now; it is made when it is first named. */
void fake_value(const char *name, int thread, enum ph_kind kind, double value);

/** The load now. */
void fake_load(double value);

/** Let `seconds` go by, in steps of 15; every value stays. @return the levels that ended. */
unsigned fake_pass(unsigned seconds);

/** The place of a series is given to another one. */
void fake_replace(const char *name, int thread, const char *by);

/** From now on the judges say this of the series: growing by so much an hour. */
void fake_verdict(const char *name, int thread, enum ph_grade grade, double per_h);

/** How often a judge was asked, ever; and what the last one was given. */
size_t fake_judged(void);
const struct ph_stretch *fake_stretch(void);

#endif /* TEST_FAKE_HISTORY_H */
