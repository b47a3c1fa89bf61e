/* SPDX-License-Identifier: MIT */
/**
 * Recorded numbers and rules, and when each fires: the same for the command (cli_rulecases.c)
 * and for the agent (capture_watch_test.c), so that a rule file means the same to both.
 *
 * Threads: none.
 */
#ifndef TEST_RULECASES_H
#define TEST_RULECASES_H

#include <stddef.h>

struct rulecase {
    const char *rule;       /* what a file says below its name, without `do` */
    const char *figure;     /* of which there are numbers */
    const char *limit;      /* and another one, which is `most`; NULL: none */
    double most;
    double (*value)(double s, unsigned seed);   /* NaN: it was not known then */
    unsigned seed;
    unsigned step_s;
    unsigned end_s;
    const char *fires;      /* "300 1200": the seconds */
};

extern const struct rulecase rulecases[];
extern const size_t rulecases_n;

#endif
