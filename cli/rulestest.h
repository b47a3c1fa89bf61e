/* SPDX-License-Identifier: MIT */
/**
 * Rules tried out on recorded numbers: what would have been told, and when.
 *
 * Threads: one.
 */
#ifndef RULESTEST_H
#define RULESTEST_H

#include "agent/rulefile.h"
#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

struct rulestest_result {
    size_t rows;
    size_t fired;
    size_t unread;          /* rules whose figures the file does not have */
};

/**
 * Run `rules` over CSV with a column 'seconds' and columns named like figures, with or without
 * "threads.".
 *
 * @param name   of the file, for messages.
 * @param rules  taken over.
 * @param json   a line of JSON for every transition, else a line of text; appended to `out`.
 *
 * @return false with `error`: FILE:LINE and what is wrong, uncleaned.
 *
 * Threads: one.
 */
struct rulestest {
    const char *name;
    const char *text;
    size_t len;
    bool json;
};

bool rulestest_run(const struct rulestest *test, struct ph_rulefile *rules, struct buf *out,
                   struct rulestest_result *result, char error[512]);

#endif /* RULESTEST_H */
