/* SPDX-License-Identifier: MIT */
/**
 * What one target answers at /kang/snapshot, read in place: a service, its statistics, and
 * types of objects. Original kang servers and porthole agents send the same.
 *
 * Threads: one.
 */
#ifndef KANGSNAP_H
#define KANGSNAP_H

#include "buf.h"
#include "cause.h"
#include "jsonspan.h"
#include "names.h"
#include "pool.h"

#include <stdbool.h>
#include <stddef.h>

struct kangsnap {
    char *text;               /* all spans stand in it */
    size_t bytes;             /* of it */
    struct slice key;         /* "name.component.ident": which service of which process */
    struct jsonspan service;
    struct jsonspan stats;    /* len 0: not sent */
    struct names types;       /* in the order of the list in the document */
    struct jsonspan *objects; /* of each type; len 0: not there, or not kept */
    bool *any;                /* whether the type has objects */
    double stale_ms;          /* porthole: age of a copy shown instead; NaN: none */
    struct pool pool;
};

#define KANGSNAP_TYPES 100000

/**
 * Read an answer. The body's memory is taken over, or freed if little of it is kept.
 *
 * @param wanted  the one type whose objects are kept; NULL: all are.
 *
 * @return CAUSE_NONE and `*out`, to be given to kangsnap_fini(); else CAUSE_BAD_JSON,
 *         _TRUNCATED, _TOO_BIG, _NO_SERVICE (JSON of another kind), the body as it was.
 *
 * Threads: one.
 */
enum cause kangsnap_take(struct buf *body, const struct slice *wanted, struct kangsnap *out);

/**
 * Threads: one.
 */
void kangsnap_fini(struct kangsnap *snap);

#endif /* KANGSNAP_H */
