/* SPDX-License-Identifier: MIT */
#ifndef PH_VERDICT_H
#define PH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "growth.h"
#include "rings.h"

/**
 * Does a number grow for good? Judged from the buckets of its rings, level by level, each
 * time a bucket of that level closes. Pure: the agent, the command (`porthole suspects
 * --series`) and the corpus run the same code.
 */

enum ph_tendency { PH_UNKNOWN, PH_STABLE, PH_SETTLING, PH_STEPWISE, PH_GROWING };

/** How sure, and how pressing. PH_URGENT: it reaches its limit within hours. */
enum ph_grade { PH_NO_GRADE, PH_SUSPECT, PH_CONFIRMED, PH_URGENT };

/** What growth has to pass, in the order in which it is looked at. */
enum ph_gate {
    PH_GATE_DATA,       /* enough buckets */
    PH_GATE_TREND,      /* it rises, beyond what chance does */
    PH_GATE_SETTLING,   /* and no less at the end */
    PH_GATE_NOISE,      /* also if neighbours in time are alike */
    PH_GATE_EFFECT,     /* by an amount that matters */
    PH_GATE_LOAD,       /* not merely because there is more to do */
    PH_GATE_STEPS,      /* all along, not in a few steps */
    PH_GATE_PERSISTS,   /* for some buckets in a row */
    PH_GATES
};

struct ph_verdict {
    enum ph_tendency tendency;
    enum ph_grade    grade;
    uint32_t passed, failed;    /* bits 1 << gate; one that was not reached is in neither */
    double   confidence;        /* 0 .. 1: one-sided, of the trend alone */
    double   slope_per_h;       /* NaN where there is none, as below */
    double   low_per_h, high_per_h; /* its 95 % interval */
    double   value;             /* where it is now, by the fit */
    double   since_s;           /* when the growth began, on the rings' clock */
    double   window_s;          /* how much of the time the verdict rests on */
    double   limit;             /* as given; NaN: none */
    double   reaches_limit_s;   /* from now; NaN: does not, or no limit */
    unsigned level;             /* index into ph_level_s */
};

/** One number's judge. Zeroed by ph_judge_init(); no pointers: may be copied and stored. */
struct ph_judge {
    enum ph_growth_kind kind;
    struct ph_verdict   verdict;            /* the present one, of all levels */
    struct ph_verdict   at_level[PH_LEVELS];
    uint16_t            passes[PH_LEVELS];  /* in a row */
    uint16_t            fails[PH_LEVELS];
    uint16_t            sure[PH_LEVELS];    /* passes in a row as PH_CONFIRMED */
    double              most_before;        /* in the last days, but for the last hours; NaN */
    double              most_lately[2];     /* by level 2 and 3, but for the last hour; NaN */
};

void ph_judge_init(struct ph_judge *judge, enum ph_growth_kind kind);

/** Which part of a bucket counts for a kind. Threads: any, as all here. */
enum ph_part ph_growth_part(enum ph_growth_kind kind);

/**
 * A bucket of the stretch's level has closed.
 *
 * @return true if judge->verdict has got another tendency or grade by it.
 *
 * No allocation.
 */
bool ph_judge_closed(struct ph_judge *judge, const struct ph_stretch *stretch);

/** "growing", "suspect", "trend" …; NULL for PH_NO_GRADE. */
const char *ph_tendency_name(enum ph_tendency tendency);
const char *ph_grade_name(enum ph_grade grade);
const char *ph_gate_name(enum ph_gate gate);

#endif
