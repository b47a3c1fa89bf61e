/* SPDX-License-Identifier: MIT */
#ifndef PH_RULETEXT_H
#define PH_RULETEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "ruledata.h"

/**
 * The lines of a rule file: as much of YAML as it needs, each value with the place of each of
 * its bytes in the file, so that who reads on can name it. What YAML would read in another way
 * than we do is an error here. Knows nothing of rules. Pure.
 */
#define PH_RULETEXT_BYTES 1024u     /* of a line */

/* A key, or a value without its quotes and escapes. */
struct ph_rulepiece {
    char     text[PH_RULETEXT_BYTES];
    unsigned short column[PH_RULETEXT_BYTES];   /* of each byte, in characters; the last is
                                                   that of the NUL: behind it all */
    size_t   len;
    unsigned line;
};

struct ph_ruleline {
    unsigned indent;                /* blanks before it */
    bool     item;                  /* "- VALUE"; else "KEY:" or "KEY: VALUE" */
    struct ph_rulepiece key;        /* of an item: empty, at its '-' */
    struct ph_rulepiece value;      /* may be empty */
};

/* Zeroed but for the first three: at the beginning. */
struct ph_ruletext {
    const char *text;               /* a NUL behind its end */
    size_t len;
    struct ph_rulefile_error *err;
    size_t at;
    unsigned line;                  /* the last one read */
    bool   begun;                   /* something but comments has been read */
};

enum ph_ruletext_answer { PH_RULETEXT_LINE, PH_RULETEXT_END, PH_RULETEXT_BAD };

/**
 * Say what is wrong with the piece from its byte `at` on.
 *
 * @return false, for the caller to return.
 *
 * Threads: any.
 */
bool ph_rulepiece_bad(struct ph_rulefile_error *err, const struct ph_rulepiece *piece,
                      size_t at, const char *format, ...) __attribute__((format(printf, 4, 5)));

/**
 * Are all bytes UTF-8 that may stand in YAML? If not, `err` says where.
 *
 * Threads: any.
 */
bool ph_ruletext_check(const char *text, size_t len, struct ph_rulefile_error *err);

/**
 * The next line that holds something. The text has passed ph_ruletext_check().
 *
 * Threads: any.
 */
enum ph_ruletext_answer ph_ruletext_next(struct ph_ruletext *text, struct ph_ruleline *out);

#endif
