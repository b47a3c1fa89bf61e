/* SPDX-License-Identifier: MIT */
#ifndef PH_SNAPSHOT_H
#define PH_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hist.h"
#include "metric.h"
#include "tally.h"

/**
 * The whole state at one tick, frozen: a tree laid flat in document order. A container
 * is followed by its children; `next` jumps behind all of them. Walking it is a loop
 * over an array, and cutting out a part is copying nothing.
 *
 * The tree carries what each encoder needs: keys for JSON; metrics, labels for
 * Prometheus. A container with a `label` has children whose keys are values of that
 * label (by_kind: {"socket": …}); an item of an array may carry label and value itself.
 */
enum ph_node_type {
    PH_NODE_OBJECT,
    PH_NODE_ARRAY,
    PH_NODE_UINT,
    PH_NODE_REAL,
    PH_NODE_BOOL,
    PH_NODE_TEXT,
    PH_NODE_NULL,
    PH_NODE_HIST,
    PH_NODE_TALLY, /* one name of the application's own numbers */
};

struct ph_node {
    const struct ph_metric *metric; /* numbers and histograms only */
    const char *key;                /* NULL: item of an array, or not part of /state */
    const char *label;              /* containers: see above; NULL: none */
    const char *label_value;        /* array items and parts only */
    uint32_t    next;               /* index of the node behind this one's subtree */
    uint8_t     type;
    bool        hidden;             /* in /metrics only */
    bool        identity;           /* stays when ?fields= picks something beside it */
    union {
        uint64_t    u;
        double      d;
        bool        b;
        const char *text;
        const struct ph_hist_summary *hist;
        const struct ph_tally *tally;
    } as;
};

struct ph_arena; /* strings and histograms that live as long as the snapshot */

struct ph_snapshot {
    atomic_uint      refs;      /* atomic (acq_rel on the last unref) */
    struct ph_node  *nodes;     /* immutable once frozen, as all below */
    uint32_t         n_nodes;
    struct ph_arena *arena;
    uint64_t         tick;
    uint64_t         at_ns;
    uint64_t         at_unix_ns;
};

/** Threads: any. Both accept NULL; _ref returns its argument. */
struct ph_snapshot *ph_snapshot_ref(struct ph_snapshot *snapshot);
void ph_snapshot_unref(struct ph_snapshot *snapshot);

/** Memory it holds. Threads: any. */
size_t ph_snapshot_bytes(const struct ph_snapshot *snapshot);

/** Index of the top-level node called `key`, or 0 (the root) if there is none.
 *  Threads: any. */
uint32_t ph_snapshot_find(const struct ph_snapshot *snapshot, const char *key);

/* ---- Building: tick thread only -----------------------------------------------------
 * Failure is sticky: after a failed allocation or at a ceiling the calls do nothing, and
 * ph_build_freeze() returns NULL. */

#define PH_SNAPSHOT_NODES 131072u         /* ceiling; a large process has about 2,000 */
#define PH_SNAPSHOT_ARENA (4u << 20)      /* ceiling in bytes */
#define PH_SNAPSHOT_DEPTH 16u

struct ph_builder {
    struct ph_snapshot *snapshot;
    uint32_t cap;
    uint32_t open[PH_SNAPSHOT_DEPTH];
    uint32_t depth;
    bool     failed;
};

/** Begin a snapshot whose root object is open. */
void ph_build_begin(struct ph_builder *b);

/** Close the root and hand over the frozen snapshot (one reference), or NULL. The
 *  builder is empty afterwards. */
struct ph_snapshot *ph_build_freeze(struct ph_builder *b, uint64_t tick, uint64_t at_ns,
                                    uint64_t at_unix_ns);

/* Keys, labels and metrics are borrowed and must be static, except where "copied". */
void ph_build_object(struct ph_builder *b, const char *key);
void ph_build_array(struct ph_builder *b, const char *key);
void ph_build_map(struct ph_builder *b, const char *key, const char *label);
void ph_build_entry_object(struct ph_builder *b, const char *name); /* name copied */
void ph_build_item(struct ph_builder *b, const char *label, const char *value); /* copied */
/** An object whose samples carry a label of their own ("copied": the value). */
void ph_build_part(struct ph_builder *b, const char *key, const char *label, const char *value);
void ph_build_end(struct ph_builder *b);

void ph_build_uint(struct ph_builder *b, const struct ph_metric *m, uint64_t value);
void ph_build_real(struct ph_builder *b, const struct ph_metric *m, double value);
void ph_build_hist(struct ph_builder *b, const struct ph_metric *m,
                   const struct ph_hist_view *view); /* summarised */
void ph_build_entry_hist(struct ph_builder *b, const char *name, const struct ph_metric *m,
                         const struct ph_hist_view *view);

/** Numbers of one name: room for `n`, for the caller to fill before the snapshot is frozen.
 *  The shape is borrowed. NULL if there is no memory. */
struct ph_tally *ph_build_tally(struct ph_builder *b, const struct ph_shape *shape, uint32_t n);

/** A number in a map: its key is `name` (copied) instead of the metric's. */
void ph_build_entry(struct ph_builder *b, const char *name, const struct ph_metric *m,
                    uint64_t value);
void ph_build_entry_real(struct ph_builder *b, const char *name, const struct ph_metric *m,
                         double value);

/** A number that is no metric: in /state only, and in no history. `key` NULL: an item of an
 *  array. */
void ph_build_number(struct ph_builder *b, const char *key, double value);

void ph_build_text(struct ph_builder *b, const char *key, const char *text); /* copied */
void ph_build_time(struct ph_builder *b, const char *key, uint64_t unix_ns); /* 0: null */
void ph_build_bool(struct ph_builder *b, const char *key, bool value);
void ph_build_null(struct ph_builder *b, const char *key);

/** Mark the node built last: part of its item's identity; in /metrics only. */
void ph_build_identity(struct ph_builder *b);
void ph_build_hide(struct ph_builder *b);

#endif
