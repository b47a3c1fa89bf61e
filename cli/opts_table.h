/* SPDX-License-Identifier: MIT */
/**
 * The one table that knows the options: parsing and help read it.
 *
 * Threads: any; no state.
 */
#ifndef OPTS_TABLE_H
#define OPTS_TABLE_H

#include "opts.h"

enum opts_kind { FLAG, ONCE, COUNT, NUMBER, AMOUNT, DURATION, ID, STRING, LIST };

struct opts_row {
    const char *name;
    const char *argument; /* NULL: takes none */
    enum opts_kind kind;
    unsigned commands;
    size_t offset;
    const char *help;
};

#define OPTS_FIELD(name) offsetof(struct opts, name)

/* What looks for longer than an answer takes, and writes a file. */
#define OPTS_CAPTURES (OPTS_PROFILE | OPTS_FLAME | OPTS_HISTOGRAM | OPTS_SNAPSHOT)

/* What reads objects. */
#define OPTS_READS (OPTS_KANG | OPTS_OBJECTS | OPTS_LINKS)

/* Tables of counts: those that are of threads, and all. */
#define OPTS_THREADS (OPTS_LISTENERS | OPTS_HANDLES | OPTS_GC | OPTS_HEAP)
#define OPTS_COUNTS (OPTS_THREADS | OPTS_SOCKETS)

#define OPTS_POLLS                                                                           \
    (OPTS_STATE | OPTS_GET | OPTS_TOP | OPTS_STACK | OPTS_CAPTURES | OPTS_DIFF | OPTS_READS | \
     OPTS_COUNTS | OPTS_TRACE | OPTS_SUSPECTS | OPTS_HISTORY | OPTS_CHECK | OPTS_WATCH | \
     OPTS_TARGETS)

#define OPTS_ROWS 47

extern const struct opts_row opts_table[OPTS_ROWS];

/* All short forms, as getopt_long() wants them. */
#define OPTS_LETTERS ":o:h:lf:"

/**
 * The number of the option called `name`, which is in the table.
 *
 * Threads: any.
 */
size_t opts_row(const char *name);

/**
 * The letter of an option; NUL: it has none. Several options may share one.
 *
 * Threads: any.
 */
char opts_letter(size_t row);

#endif /* OPTS_TABLE_H */
