/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_CROWD_H
#define CORPUS_CROWD_H

#include <stdbool.h>
#include <stddef.h>

#include "score.h"

/** Some of the outcomes, and what can be asked about them. Threads: main, all below. */
struct crowd {
    const struct outcome **of;
    size_t n;
};

const struct family *family_of(const struct outcome *o);

/** Those for which `wanted` is true, of any `family` or, unless NULL, one. Free with
 *  crowd_free(). Memory that is out ends the program. */
struct crowd crowd_pick(const struct outcome *all, size_t n,
                        bool (*wanted)(const struct outcome *, const void *), const void *arg);
void crowd_free(struct crowd *crowd);

/** The q-quantile (0 .. 1) of a number; infinite ones count, NaN ones do not. NaN of none. */
double crowd_quantile(const struct crowd *crowd, double (*of)(const struct outcome *),
                      double q);

/** The share for which it is true; NaN of none. */
double crowd_share(const struct crowd *crowd, bool (*is)(const struct outcome *));
double crowd_sum(const struct crowd *crowd, double (*of)(const struct outcome *));

/** Numbers of an outcome. */
double hours_to_suspect(const struct outcome *o);
double hours_to_confirmed(const struct outcome *o);
double hours_to_urgent(const struct outcome *o);
double error_when_confirmed(const struct outcome *o);
double error_at_end(const struct outcome *o);

#endif
