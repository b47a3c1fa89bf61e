/* SPDX-License-Identifier: MIT */
#ifndef PH_TASK_H
#define PH_TASK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bell.h"
#include "fragments.h"
#include "porthole.h"
#include "result.h"

/**
 * One task and where it stands. Its states only go forward, each step taken by exactly
 * one thread (compare and exchange), so that a task is claimed once, whichever way the
 * host thread comes by, and never after its asker has given up.
 */
enum ph_task_state {
    PH_TASK_WAITING, /* in the mail of a host thread */
    PH_TASK_RUNNING, /* claimed by the host thread */
    PH_TASK_DONE,    /* `result` is frozen; failed if it has a `why` */
    PH_TASK_DROPPED, /* given up before it was claimed */
};

struct porthole_task {
    atomic_uint refs;     /* atomic (acq_rel on the last unref) */
    atomic_int state;     /* atomic (acq_rel: DONE releases result and the figures) */
    atomic_bool unwanted; /* atomic (relaxed): a hint to the running host */
    atomic_bool urgent;   /* atomic (relaxed): also in the middle of running code */

    /* Immutable. */
    enum porthole_task_kind kind;
    uint64_t interval;
    unsigned depth;
    uint64_t asked_ns;
    struct ph_bell *bell; /* rung when done; outlives all tasks */
    struct porthole_objects_ask objects; /* its texts lie in `texts` */
    char *texts;                         /* ours; NULL: none */

    /* Host thread until DONE, immutable afterwards. */
    uint64_t began_ns;   /* when it was claimed */
    uint64_t turns;      /* of the loop, then */
    uint64_t spent_ns;   /* of the host thread's time, in all */
    uint64_t longest_ns; /* the longest slice */
    uint64_t cursor[2];  /* the host's own */
    struct ph_result result;
    struct ph_fragments *fragments; /* a reference; NULL: not a task that brings any */

    _Atomic uint64_t slices;   /* atomic (relaxed): done so far, for who watches its progress */
    _Atomic uint64_t slice_ns; /* atomic (relaxed): when the last one ended; 0: none yet */
};

struct ph_task_ask {
    enum porthole_task_kind kind;
    uint64_t interval;
    unsigned depth;
    const struct porthole_objects_ask *objects; /* of OBJECTS and PROVIDED; copied */
};

/** A task with one reference, in state WAITING; NULL if memory is out. Threads: any. */
struct porthole_task *ph_task_new(const struct ph_task_ask *ask, struct ph_bell *bell);

/** Threads: any. Both accept NULL; _ref returns its argument. */
struct porthole_task *ph_task_ref(struct porthole_task *task);
void ph_task_unref(struct porthole_task *task);

/** Is it over, done or dropped? Threads: any. */
bool ph_task_is_over(const struct porthole_task *task);

/** Nobody waits for it any more: it is not begun, or told to end early. Threads: any. */
void ph_task_drop(struct porthole_task *task);

/** Is it one that only the event loop can do, between two callbacks? Such a task must not be
 *  made urgent. Threads: any. */
bool ph_task_is_for_the_loop(enum porthole_task_kind kind);

/** True for the one who may perform it. Threads: host thread. */
bool ph_task_claim(struct porthole_task *task);

/** It is over; wakes whoever waits. From state WAITING or RUNNING. Threads: host thread. */
void ph_task_finish(struct porthole_task *task);

/* ---- Mail: the tasks that wait for one host thread ----------------------------------- */

#define PH_MAIL_TASKS 16u
#define PH_MAIL_PLACES (PH_MAIL_TASKS + 2) /* two are kept for what ends another task */

struct ph_mail {
    pthread_mutex_t lock; /* leaf; guards all below */
    bool open;
    size_t n;
    struct porthole_task *tasks[PH_MAIL_PLACES]; /* a reference each; oldest first */
};

void ph_mail_init(struct ph_mail *mail);
void ph_mail_fini(struct ph_mail *mail);

/** Put a task in; takes a reference of its own. Those that were dropped make room. False if
 *  closed or full. Threads: any. */
bool ph_mail_put(struct ph_mail *mail, struct porthole_task *task);

/**
 * The first task to do now, urgent ones before others, left where it is; those that were
 * dropped are removed on the way. A reference, or NULL if there is none.
 *
 * @param on_loop  false: only the urgent ones.
 *
 * Threads: host thread.
 */
struct porthole_task *ph_mail_next(struct ph_mail *mail, bool on_loop);

/** Let the others have their turn before its next slice. Threads: host thread. */
void ph_mail_defer(struct ph_mail *mail, const struct porthole_task *task);

/** Take it out, and give back the mail's reference. Threads: host thread. */
void ph_mail_remove(struct ph_mail *mail, struct porthole_task *task);

/** Take nothing in any more; what is inside ends with `why`. Threads: host thread. */
void ph_mail_close(struct ph_mail *mail, const char *why);

#endif
