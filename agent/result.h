/* SPDX-License-Identifier: MIT */
#ifndef PH_RESULT_H
#define PH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole.h"
#include "sink.h"

/**
 * What a task brings back from its host thread: flat rows and one pool of text, filled by
 * that thread, frozen once the task is done. Text is referred to by its place in the pool.
 *
 * Threads: the host thread until the task is done, then any, reading.
 */
struct ph_result_frame {
    uint32_t function, file; /* text */
    uint32_t line, column;   /* from 1; 0: unknown */
    uint8_t kind;            /* enum porthole_frame_kind */
    bool constructor;
};

struct ph_result_row {
    uint64_t count, bytes; /* bytes may be PORTHOLE_UNKNOWN */
    uint32_t name;         /* text */
};

struct ph_result_node {
    uint64_t hits, self_bytes;
    uint32_t id, parent;     /* ids; parent 0: the root */
    uint32_t function, file; /* text */
    uint32_t script_id, line, column;
};

struct ph_result_sample {
    uint64_t at_us;
    uint32_t node;
};

struct ph_result_allocation {
    uint64_t size, count;
    uint32_t node;
};

struct ph_result_listeners {
    uint64_t listeners, emitters, most_on_one;
    uint32_t emitter, event; /* text */
};

/* Ceilings; what is beyond is dropped and `cut` says so. */
#define PH_RESULT_FRAMES 256u
#define PH_RESULT_ROWS 20001u
#define PH_RESULT_NODES 262144u
#define PH_RESULT_SAMPLES 1000000u
#define PH_RESULT_ALLOCATIONS 262144u
#define PH_RESULT_LISTENERS 20001u
#define PH_RESULT_JSON (8u << 20)
#define PH_RESULT_TEXT (16u << 20)
#define PH_RESULT_INTERNED 256u

struct ph_result {
    /* Arrays of the structs above, and the pool. A failed one has lost something. */
    struct ph_sink frames, rows, nodes, samples, allocations, listeners, text;
    struct ph_sink json;                   /* one checked JSON value, or empty */
    uint64_t emitters;                     /* PORTHOLE_UNKNOWN until told */
    uint32_t interned[PH_RESULT_INTERNED]; /* place of a text by its hash; 0: none */
    uint64_t async_id, trigger_id;         /* 0: none */
    uint64_t began_us, ended_us;
    uint64_t gc_ns;
    bool cut;      /* there was more */
    char why[192]; /* failed: the reason; "" otherwise */
};

void ph_result_init(struct ph_result *result);
void ph_result_fini(struct ph_result *result); /* a no-op on zeroed memory */

/** The first reason wins. */
void ph_result_fail(struct ph_result *result, const char *why);

/* All return false if there is no room left. */
bool ph_result_add_frame(struct ph_result *result, const struct porthole_frame *frame);
bool ph_result_add_row(struct ph_result *result, const char *name, uint64_t count,
                       uint64_t bytes);
bool ph_result_add_node(struct ph_result *result, const struct porthole_node *node);
bool ph_result_add_sample(struct ph_result *result, uint32_t node, uint64_t at_us);
bool ph_result_add_allocation(struct ph_result *result, uint32_t node, uint64_t size,
                              uint64_t count);
bool ph_result_add_listeners(struct ph_result *result,
                             const struct porthole_listener_kind *kind);
bool ph_result_set_json(struct ph_result *result, const char *json, size_t n);

/** Text at a place. Borrowed. */
const char *ph_result_text(const struct ph_result *result, uint32_t place);

/* The rows, borrowed, and how many there are. */
const struct ph_result_frame *ph_result_frames(const struct ph_result *result, size_t *n);
const struct ph_result_row *ph_result_rows(const struct ph_result *result, size_t *n);
const struct ph_result_node *ph_result_nodes(const struct ph_result *result, size_t *n);
const struct ph_result_sample *ph_result_samples(const struct ph_result *result, size_t *n);
const struct ph_result_allocation *ph_result_allocations(const struct ph_result *result,
                                                         size_t *n);
const struct ph_result_listeners *ph_result_listeners(const struct ph_result *result,
                                                      size_t *n);

#endif
