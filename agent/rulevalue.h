/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEVALUE_H
#define PH_RULEVALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "ruletext.h"

/**
 * Words and numbers of a rule file. Pure; numbers are read by hand, strtod() has a locale of
 * its own.
 */

/* What is left of a piece. */
struct ph_rulewords {
    const struct ph_rulepiece *piece;
    struct ph_rulefile_error *err;
    size_t at;
};

#define PH_RULEWORD_BYTES 512u

struct ph_ruleword {
    char   text[PH_RULEWORD_BYTES];
    size_t at;                  /* in the piece */
};

/**
 * The next word: up to a blank, or to a comparison; or a comparison alone. In brackets both
 * are as good as any letter. Behind the last one it is "", and `at` the end.
 *
 * @return false if it is too long, which is said.
 *
 * Threads: any, as all functions here.
 */
bool ph_rulewords_next(struct ph_rulewords *words, struct ph_ruleword *out);

/** Complain of a word; returns false. */
bool ph_ruleword_bad(const struct ph_rulewords *words, const struct ph_ruleword *word,
                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Digits with a point, at most 15 of them; `*rest` is what follows. A sign is allowed if
 *  `sign`. */
bool ph_rulevalue_number(const char *text, bool sign, double *value, const char **rest);

/** Seconds of "5", "5s", "500ms", "2m", "2min", "1.5h", "1d"; false: it is none of these. */
bool ph_rulevalue_duration(const char *text, double *seconds);

/** The factor of "k" or "Gi"; 0: it is none. */
double ph_rulevalue_scale(const char *suffix);

/** Seconds of "ms" .. "day"; 0: it is no unit of time. */
double ph_rulevalue_unit(const char *unit);

/**
 * The name that was meant by a misspelt `word`; NULL: nothing is near.
 */
const char *ph_rulevalue_near(const char *word, const char *const *names, size_t n);

#endif
