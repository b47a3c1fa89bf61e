/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEDATA_H
#define PH_RULEDATA_H

#include <stdbool.h>
#include <stddef.h>

/**
 * What a rule file says, as plain data; rulefile.h has the language.
 *
 * Threads: none.
 */
enum ph_when {
    PH_WHEN_THRESHOLD,
    PH_WHEN_RATE,
    PH_WHEN_GROWS,
    PH_WHEN_VERDICT,
    PH_WHEN_OUTLIER,
    PH_WHEN_BLOCKED,
    PH_WHEN_ABSENT,
    PH_WHEN_RESTARTED,
    PH_WHEN_NEAR_HEAP_LIMIT,
    PH_WHENS
};

enum ph_op { PH_OP_ABOVE, PH_OP_AT_LEAST, PH_OP_BELOW, PH_OP_AT_MOST };

enum ph_severity { PH_SEVERITY_INFO, PH_SEVERITY_WARNING, PH_SEVERITY_CRITICAL };

enum ph_do {
    PH_DO_EXEC,
    PH_DO_WEBHOOK,
    PH_DO_ALERTMANAGER,
    PH_DO_STDOUT,
    PH_DO_CAPTURE,
    PH_DOS
};

#define PH_RULEFILE_RULES 128u
#define PH_RULEFILE_DOS 8u
#define PH_RULEFILE_WHERES 8u
#define PH_RULEFILE_WORDS 16u
#define PH_RULEFILE_BYTES (1u << 18)    /* of a file */

struct ph_rulefile_where {
    char label[64];
    char pattern[128];
    bool differs;           /* != */
};

struct ph_rulefile_do {
    enum ph_do kind;
    unsigned line, column;
    char     text[512];     /* of a webhook or Alertmanager the URL, of a capture its action; of
                               exec its words, each ended by a NUL */
    unsigned words;         /* of exec */
    double   lasts_s;       /* of a profile */
};

struct ph_rulefile_rule {
    char     name[64];
    unsigned line;
    unsigned when_column;   /* of the trigger, with when_line, for messages of what reads on */
    unsigned when_line;
    char     trigger[192];  /* as written */
    enum ph_when when;
    char     figure[128];   /* THRESHOLD, RATE, GROWS, OUTLIER; as written */
    enum ph_op op;
    double   value;         /* in the unit of the figure; per second of RATE; per hour of GROWS;
                               seconds of BLOCKED; z of OUTLIER */
    bool     percent;       /* of THRESHOLD: value is a share (0.85) of the figure's limit */
    double   over_s;        /* GROWS */
    int      grade;         /* VERDICT: enum ph_grade of verdict.h */
    char     of[128];       /* VERDICT: "": any */
    struct ph_rulefile_where where[PH_RULEFILE_WHERES];
    size_t   n_where;
    double   for_s;
    unsigned misses;        /* 0: not said */
    double   cooldown_s;
    enum ph_severity severity;
    char     says[256];     /* "": not said */
    char     thread[16];    /* "": not said */
    unsigned limit;         /* 0: not said */
    struct ph_rulefile_do action[PH_RULEFILE_DOS];
    size_t   n_do;
};

struct ph_rulefile {
    struct ph_rulefile_rule *rule;  /* by malloc; ph_rulefile_fini() */
    size_t n;
};

struct ph_rulefile_error {
    unsigned line;          /* from 1; 0: the file as a whole */
    unsigned column;        /* from 1, in characters */
    char     text[192];     /* "no figure is called 'sokets.total'; is it 'sockets.total'?" */
};

#endif
