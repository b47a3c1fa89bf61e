/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_BODY_H
#define CORPUS_BODY_H

#include "draw.h"

/**
 * What a healthy number does beside following the load, in units of the family's size: a
 * cache of one unit fills to 1. Threads: the owner's.
 */
enum body_shape {
    BODY_NONE,
    BODY_SAWTOOTH,      /* up for 10 .. 40 min, down at once */
    BODY_WARM_UP,       /* time constant 30 min */
    BODY_FILL,          /* straight for 6 h, then flat */
    BODY_CACHE,         /* time constant 24 h */
    BODY_NOISE_1H,      /* noise that remembers an hour */
    BODY_NOISE_6H,
    BODY_DRIFT,         /* … 12 h, and never far from its mean */
    BODY_RATCHET,       /* the most it ever needed */
    BODY_STEP,          /* one, for good */
    BODY_STEPS,         /* five, up, for good */
    BODY_NIGHTLY,       /* a job of 2 h each night */
    BODY_BATCH,         /* a job of 1 h each 4 h */
    BODY_STAIRS,        /* four within three hours: code that gets hot */
    BODY_LOGARITHM,     /* ever slower: tables, code caches */
    BODY_FLUSH,         /* fills for 12 h, then is emptied */
    BODY_POOL,          /* up and down with no period */
    BODY_FEW,           /* 0 .. 3 of something */
};

struct body {
    enum body_shape shape;
    double period_d, phase_d;   /* what they mean differs by shape */
    double x, next_d;
    unsigned n;
    struct memory memory;
};

/** `stretch` multiplies time constants. */
void body_begin(struct body *b, enum body_shape shape, double stretch, struct draw *d);

/** `load` is relative to its mean. */
double body_next(struct body *b, struct draw *d, double now_d, double load);

#endif
