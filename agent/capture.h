/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_H
#define PH_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "board.h"
#include "capture_store.h"
#include "rules.h"
#include "sink.h"
#include "snapshot.h"
#include "suspects.h"

/**
 * The engine of the capture rules: watches for their triggers, has the evidence taken, and
 * keeps it in the run directory.
 *
 * A rule fires when its condition begins to hold on one of its threads. It fires again once
 * the condition has ended and a minute has passed; of a rule file, once its cooldown has
 * passed. That we hold the loop ourselves (for a histogram) is no block.
 *
 * The state of a rule, as /captures shows it:
 *   armed       waiting; with a reason: it wants to fire, and another heavy job is in the way,
 *               or has not held for long enough, or what it is about is not known
 *   capturing   its action is under way
 *   cooling     it has kept a file; until it is armed again
 *   exhausted   it fired and there was no room; `reason` says which. It stays armed
 *   error       it fired and nothing came of it; `reason` says why. It stays armed
 */
struct ph_captures;

/* ---- What an action is, so that tests can have their own ----------------------------- */

enum ph_capture_answer {
    PH_CAPTURE_RUNNING,
    PH_CAPTURE_DONE,
    PH_CAPTURE_BUSY,        /* not now: ask again */
    PH_CAPTURE_FAILED,
};

struct ph_capture_outcome {
    const char *kind;       /* "stack.json"; static */
    struct ph_blob *body;   /* a reference, for the caller */
    char why[PH_CAPTURE_WHY];
};

/* None of them waits. All on the tick thread. */
struct ph_capture_ops {
    /** Begin what `rule` says on that host thread. RUNNING with `*run`; BUSY; FAILED with
     *  `why` (PH_CAPTURE_WHY). */
    enum ph_capture_answer (*start)(void *ctx, const struct ph_rule *rule, int thread,
                                    void **run, char *why);

    /** RUNNING; or DONE with kind and body, or FAILED with why: then `run` is over. */
    enum ph_capture_answer (*poll)(void *ctx, void *run, struct ph_capture_outcome *out);

    /** Nobody waits for it any more. */
    void (*cancel)(void *ctx, void *run);
};

/** What the engine works with; all of it outlives it. */
struct ph_capture_env {
    const struct ph_rules *rules;
    const char *run_dir;            /* "": none, and every rule fails */
    unsigned pid;
    struct ph_board *board;
    const struct ph_suspects_copy *suspects; /* read on the tick thread; NULL: none */
    const struct ph_capture_ops *ops;
    void *ctx;                      /* for ops */
};

/**
 * @return NULL without rules (all functions here take NULL, and cost nothing then), or if
 *         memory is out (`*failed`).
 *
 * Threads: the thread that starts the agent.
 */
struct ph_captures *ph_captures_new(const struct ph_capture_env *env, bool *failed);

/** Cancels what is under way; the files stay. Threads: the thread that stops the agent,
 *  after the tick and the http thread. */
void ph_captures_free(struct ph_captures *captures);

/** One moment, on the clocks that count for captures. */
struct ph_capture_now {
    uint64_t ns;                        /* CLOCK_MONOTONIC */
    uint64_t unix_ns;
    double   s;                         /* of the history: of what rule files say */
    const struct ph_snapshot *tick;     /* just taken; NULL: it is between two ticks */
};

/**
 * Look at the triggers and after the actions.
 *
 * @return when to look again (CLOCK_MONOTONIC): at the moment a loop that does not turn
 *         until then would be blocked for as long as a rule says.
 *
 * Threads: tick thread. Waits for nobody.
 */
uint64_t ph_captures_run(struct ph_captures *captures, const struct ph_capture_now *now);

/** The document of /captures. Threads: any; a leaf lock for a pointer. */
void ph_captures_json(struct ph_captures *captures, struct ph_sink *sink);

#endif
