/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_GENERATOR_H
#define CORPUS_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "body.h"
#include "draw.h"
#include "family.h"
#include "traffic.h"

/**
 * One process of a family: what its agent sees, each 15 seconds for up to a week. The same
 * family, set and seed give the same numbers, to the last bit, on every machine.
 *
 * Threads: the owner's.
 */

/** The ranges from which a process takes its ways. The set "score" is never looked at while
 *  the detector is being made; what is tuned is tuned with "tune" and "hard", whose ranges are
 *  about twice as wide: what holds there does not hold for one sort of noise only. */
struct set {
    const char *name;
    uint64_t seed;
    double garbage_mb[3];       /* mean that floats above the floor at a collection, in turn */
    double gc_s[2];             /* between full collections at mean load */
    double idle_gc_s[2];        /* … and with nothing to do */
    double stretch[2];          /* of time constants */
    double size[2];             /* of working sets, caches, steps */
    double swing[2];            /* of the day */
    double coupling[2];         /* how loosely memory follows the load: sd */
    double coupling_h;          /* … and for how long */
    double bend[2];             /* how crookedly: 0 straight */
    double load_noise;
    double wander[2];           /* of the load, over hours: sd */
    double chunk[2];            /* of an hourly leak, relative to the mean */
};

/** NULL: no such set. */
const struct set *set_named(const char *name);

struct sample {
    double t_s;         /* on the process's clock */
    double value;       /* NaN: none in this step */
    double load;        /* work per second; NaN: not known */
};

struct process {
    const struct family *family;
    const struct set *set;
    struct draw draw;
    struct traffic traffic;
    struct body body;
    struct memory coupling, quick, wander;
    uint64_t step;
    double begin_s, days, limit;        /* limit NaN: none */
    double base, unit, following;       /* in bytes or pieces */
    double bend, loose, wandering;      /* see struct set */
    double lag_d, lagged, rps;
    double garbage, gc_s, idle_gc_s, gc_due;
    double rate_per_d, onset_d;         /* of the leak */
    double next_chunk_d, leaked;
    double gap_begin_d, gap_end_d;
    FILE *recording;                    /* instead of all that; NULL */
};

void process_begin(struct process *p, const struct family *family, const struct set *set,
                   unsigned seed);

/** False: it has ended. p->leaked is how much has leaked by then. */
bool process_next(struct process *p, struct sample *sample);

#endif
