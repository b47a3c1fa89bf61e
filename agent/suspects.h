/* SPDX-License-Identifier: MIT */
#ifndef PH_SUSPECTS_H
#define PH_SUSPECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history.h"
#include "verdict.h"

/**
 * Which series are judged, as what, and what the judges say: the growth verdicts of this
 * process, worst first, each with its class, what moves with it, and a sentence.
 */
enum ph_class {
    PH_CLASS_HEAP,          /* "heap": JavaScript objects */
    PH_CLASS_EXTERNAL,      /* "external": buffers and what V8 knows of outside its heap */
    PH_CLASS_NATIVE,        /* "native": malloc() and mappings, neither of the two above */
    PH_CLASS_SOCKETS,       /* "sockets" */
    PH_CLASS_HANDLES,       /* "handles": libuv's, timers included */
    PH_CLASS_LISTENERS,     /* "listeners" */
    PH_CLASS_OBJECTS,       /* "objects": what the application registered */
    PH_CLASS_DESCRIPTORS,   /* "descriptors": files, pipes and the like */
    PH_CLASSES
};

#define PH_SUSPECTS 32u         /* shown at most; worse ones first */
#define PH_MOVES_WITH 2u

struct ph_moves_with {
    char   series[PH_HISTORY_NAME];
    double correlation;         /* of increments, -1 .. 1 */
    double per_event;           /* growth for one event of it, by regression; NaN */
};

struct ph_suspect {
    char   series[PH_HISTORY_NAME];
    int    thread;
    enum ph_class class_of;
    struct ph_verdict verdict;
    size_t n_moves_with;
    struct ph_moves_with moves_with[PH_MOVES_WITH];
    char   says[320];
};

struct ph_suspects;

/** NULL if memory is out. Threads: the thread that starts the agent. */
struct ph_suspects *ph_suspects_new(void);
void ph_suspects_free(struct ph_suspects *suspects);

/**
 * Judge what has news, after ph_history_take() returned `ended`. No allocation.
 *
 * @return true if a series has got a grade, a higher or a lower one.
 *
 * Threads: tick thread.
 */
bool ph_suspects_judge(struct ph_suspects *suspects, struct ph_history *history,
                       unsigned ended);

/** The present ones, worst first; `total` counts those that are not shown as well. Threads:
 *  tick thread. */
size_t ph_suspects_list(const struct ph_suspects *suspects, const struct ph_suspect **list,
                        size_t *total);

const char *ph_class_name(enum ph_class class_of);

#endif
