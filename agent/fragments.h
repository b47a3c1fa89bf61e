/* SPDX-License-Identifier: MIT */
#ifndef PH_FRAGMENTS_H
#define PH_FRAGMENTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole.h"

/**
 * What objects were when they were serialised: frozen bytes, one fragment an object, laid
 * one behind the other in blocks that never move. Filled by one host thread, slice by
 * slice, frozen once its task is done, then shared by everybody who streams them out.
 *
 * Beyond its JSON and its id a fragment takes 48 bytes.
 *
 * Threads: the host thread until the task is done, then any, reading.
 */
struct ph_fragment {
    const char *bytes; /* the id, a NUL, the JSON, a NUL */
    uint64_t born_ns;  /* 0: unknown */
    uint64_t place;
    uint64_t count; /* TYPE only */
    uint32_t json_bytes;
    uint16_t id_bytes;
    uint16_t type; /* ph_fragments_type() */
    uint8_t kind;  /* enum porthole_fragment_kind */
    bool has_nulls;
};

/* Ceilings; what is beyond is dropped and `cut` says so. */
#define PH_FRAGMENTS_MAX (1u << 20)
#define PH_FRAGMENTS_BYTES (256u << 20)
#define PH_FRAGMENT_BLOCK (256u << 10)
#define PH_FRAGMENT_ROWS 4096u /* in one piece of the index */

#define PH_FRAGMENT_KINDS (PORTHOLE_FRAGMENT_SERVICE + 1)

/* Where rows of one sort lie: none before `first`, none from `end` on. */
struct ph_fragments_span {
    uint32_t first, end, n;
};

struct ph_fragments {
    atomic_uint refs;     /* atomic (acq_rel on the last unref) */
    uint64_t taken_ns;    /* when it was complete */
    bool cut;             /* there was more */
    bool failed;          /* memory was out */
    char why[192];        /* of the cut; "": a ceiling, or the limit asked for */
    size_t bytes;         /* memory it holds, index included */
    size_t n, n_objects;
    size_t n_types;
    char *types[PORTHOLE_MAX_TYPES];
    struct ph_fragments_span span[PORTHOLE_MAX_TYPES]; /* of each type's objects */
    struct ph_fragments_span of_kind[PH_FRAGMENT_KINDS];
    struct ph_fragment *rows[PH_FRAGMENTS_MAX / PH_FRAGMENT_ROWS];
    struct ph_fragment_block *block; /* the newest; they are chained */
};

#define PH_NO_TYPE UINT16_MAX

/** Empty, with one reference; NULL if memory is out. Threads: any. */
struct ph_fragments *ph_fragments_new(void);

/** Threads: any. Both accept NULL; _ref returns its argument. */
struct ph_fragments *ph_fragments_ref(struct ph_fragments *f);
void ph_fragments_unref(struct ph_fragments *f);

/** Add a copy. False if there is no room (`cut` is set) or no memory (`failed`, too). */
bool ph_fragments_add(struct ph_fragments *f, const struct porthole_fragment *fragment);

/** The one at `i`, below `n`; lives as long as the whole. */
const struct ph_fragment *ph_fragments_at(const struct ph_fragments *f, size_t i);

/** The number by which fragments know a type; PH_NO_TYPE if there is none of it. */
uint16_t ph_fragments_find_type(const struct ph_fragments *f, const char *name);

/** The name of a fragment's type; "" if it has none. */
const char *ph_fragments_type(const struct ph_fragments *f, const struct ph_fragment *fragment);

/** Its JSON, NUL-terminated. */
const char *ph_fragment_json(const struct ph_fragment *fragment);

#endif
