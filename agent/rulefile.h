/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEFILE_H
#define PH_RULEFILE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Rule files: what is trouble, and what to do about it. One language for `porthole check`,
 * `porthole watch`, `porthole rules` and the agent's own captures. What is written is YAML, of
 * which only this much is understood, so that every mistake can be named by line and column:
 *
 *     # a comment, also behind a value
 *     sockets-grow:                       a rule; letters, digits, '-', '_'
 *       when: sockets.tcp.established grows > 100/h over 30m
 *       where: service=api, version!=1.4.*, dc=fra*      all of it; * and ? stand for any text
 *       for: 10m                          it must hold so long; default 0
 *       misses: 3                         ... and in so many rounds in a row; default 1,
 *                                         of absent 3
 *       cooldown: 1h                      at least so long between two firings of a target
 *       severity: warning                 info, warning (default), critical
 *       says: "{service} {target}: {says}"
 *       thread: main                      of captures: main, any, or an id
 *       limit: 3                          files a capture keeps: 1 .. 16
 *       do:                               any number; or one on the same line
 *         - exec /usr/local/bin/page "a word"
 *         - webhook https://hooks.example/x
 *         - alertmanager http://127.0.0.1:9093
 *         - stdout                        a line of JSON
 *         - capture stack                 stack, histogram, profile [DURATION]: by the agent
 *
 *     TRIGGER = FIGURE OP VALUE           OP: > >= < <=. VALUE% is a share of FIGURE's limit,
 *                                         or of 1 where FIGURE is a share
 *             | FIGURE rate OP VALUE      of a counter, per second
 *             | FIGURE grows > VALUE/UNIT [over DURATION]   s, min, h, day; default 30m. The
 *                                         lower end of the 95 % interval of its slope
 *             | verdict GRADE [of NAME]   suspect, confirmed, urgent, or worse; NAME is a class
 *                                         or a series, with * and ?
 *             | outlier FIGURE [> Z]      its slope is unlike that of its peers; default 5
 *             | blocked > DURATION | absent | restarted | near-heap-limit
 *     FIGURE  = the path of a number in /state; "threads." may be left out
 *     VALUE   = a number with k M G T (powers of 1000), Ki Mi Gi Ti (of 1024), or DURATION,
 *               in the unit of FIGURE: ms where its name ends so, else seconds
 *
 * Pure: text in, table out. Threads: any; no state.
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

/**
 * @param text  need not end with a NUL; not UTF-8, or longer than PH_RULEFILE_BYTES: an error.
 *
 * @return true and `*out`, to be given to ph_rulefile_fini(); false, with the first mistake,
 * and         nothing to free. A want of memory is an error of line 0.
 */
bool ph_rulefile_parse(const char *text, size_t len, struct ph_rulefile *out,
                       struct ph_rulefile_error *err);

void ph_rulefile_fini(struct ph_rulefile *file);

/** Does `text` match a pattern with * and ? ? */
bool ph_rulefile_matches(const char *pattern, const char *text);

/** "warning" */
const char *ph_rulefile_severity(enum ph_severity severity);

#endif
