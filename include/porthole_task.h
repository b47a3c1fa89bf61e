/* SPDX-License-Identifier: MIT */
/**
 * Tasks: what only a host thread can tell, and how it tells it. Include porthole.h, which
 * includes this; units, strings and threads are as said there.
 */
#ifndef PORTHOLE_TASK_H
#define PORTHOLE_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole_base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Tasks: what only a host thread can tell ---------------------------------------- */

/* A task is work the agent wants done on a host thread. It is claimed once, whichever way
 * the host thread comes by first, and is dropped when nobody waits for it any more. */
enum porthole_task_kind {
    PORTHOLE_TASK_STACK,              /* porthole_task_frame() for each, innermost first */
    PORTHOLE_TASK_HISTOGRAM,          /* porthole_task_row() for each constructor */
    PORTHOLE_TASK_PROFILE_START,      /* CPU profile, goes on; a stack and _span() as well */
    PORTHOLE_TASK_PROFILE_STOP,       /* porthole_task_node() and _sample() */
    PORTHOLE_TASK_HEAP_PROFILE_START, /* sampling heap profile */
    PORTHOLE_TASK_HEAP_PROFILE_STOP,  /* porthole_task_node() and _allocation() */
    PORTHOLE_TASK_SNAPSHOT_TAKE,      /* keep it until _DROP; porthole_host.stream reads it */
    PORTHOLE_TASK_SNAPSHOT_DROP,
    PORTHOLE_TASK_OBJECTS,            /* porthole_task_fragment() for each live object that
                                         the host itself can read at any time */
    PORTHOLE_TASK_PROVIDED,           /* the same for what the application computes when it
                                         is asked: on the loop only, never by interrupt */
    PORTHOLE_TASK_LISTENERS,          /* porthole_task_listeners() for each class and event,
                                         of all emitters alive */
    PORTHOLE_TASK_TRACE_LISTENERS,    /* note from now on who adds listeners; on the loop only,
                                         as the next two */
    PORTHOLE_TASK_TRACE_SOCKETS,      /* note from now on who opens sockets */
    PORTHOLE_TASK_TRACE_STOP,         /* porthole_task_json() with what was noted */
    PORTHOLE_TASK_KINDS
};

enum porthole_frame_kind {
    PORTHOLE_FRAME_JS,
    PORTHOLE_FRAME_EVAL,
    PORTHOLE_FRAME_WASM,
    PORTHOLE_FRAME_RUNTIME,           /* the runtime's own code: "node:internal/…" */
};

struct porthole_frame {
    const char *function;             /* "": anonymous */
    const char *file;                 /* path, URL or "node:fs"; "": unknown */
    uint32_t    line, column;         /* from 1; 0: unknown */
    enum porthole_frame_kind kind;
    bool        constructor;          /* called by `new` */
};

/* A node of a call tree. Parents come before their children. */
struct porthole_node {
    uint32_t    id;                   /* not 0, unique in the task */
    uint32_t    parent;               /* id; 0: the root */
    const char *function, *file;      /* as in porthole_frame */
    uint32_t    script_id;            /* 0: none */
    uint32_t    line, column;         /* of the function; from 1; 0: unknown */
    uint64_t    hits;                 /* samples in which it was innermost; CPU profile */
    uint64_t    self_bytes;           /* live bytes it allocated; heap profile */
};

/**
 * What kind of task it is, and what was asked of it. `interval` is microseconds between
 * samples (PROFILE_START), mean bytes between samples (HEAP_PROFILE_START), or microseconds
 * that it is to last (TRACE_LISTENERS, TRACE_SOCKETS), `depth` the most frames wanted (STACK,
 * HEAP_PROFILE_START); 0 where it means nothing.
 *
 * Threads: host thread, in porthole_host.perform, as all porthole_task_* functions.
 */
PORTHOLE_API enum porthole_task_kind porthole_task_kind_of(const porthole_task *task);
PORTHOLE_API uint64_t porthole_task_interval(const porthole_task *task);
PORTHOLE_API unsigned porthole_task_depth(const porthole_task *task);

/** Is anybody still waiting? False: give up as soon as that is possible. */
PORTHOLE_API bool porthole_task_wanted(const porthole_task *task);
/** It cannot be done; `why` (copied) is one line as in porthole_error. First one wins. */
PORTHOLE_API void porthole_task_fail(porthole_task *task, const char *why);
/** So much of its time was spent collecting garbage. */
PORTHOLE_API void porthole_task_gc_ns(porthole_task *task, uint64_t gc_ns);

/* Results. All text is copied. Beyond the task's ceilings they are dropped, and the cut
 * shows in the answer; they return false then, so that the host can stop walking. */
PORTHOLE_API bool porthole_task_frame(porthole_task *task, const struct porthole_frame *frame);
/** There are more frames than were given. */
PORTHOLE_API void porthole_task_frames_cut(porthole_task *task);
/** Node's async ids; 0: none. */
PORTHOLE_API void porthole_task_async(porthole_task *task, uint64_t id, uint64_t trigger);
/** `bytes` may be PORTHOLE_UNKNOWN. */
PORTHOLE_API bool porthole_task_row(porthole_task *task, const char *name, uint64_t count,
                                    uint64_t bytes);
PORTHOLE_API bool porthole_task_node(porthole_task *task, const struct porthole_node *node);
/** One sample of a CPU profile, in order of time; microseconds on any one clock. */
PORTHOLE_API bool porthole_task_sample(porthole_task *task, uint32_t node, uint64_t at_us);
/** When the CPU profile began and ended, on the clock of the samples. With a stack, while a
 *  profile runs: between these the profiler took a sample of its own of it. */
PORTHOLE_API void porthole_task_span(porthole_task *task, uint64_t began_us, uint64_t ended_us);
/** Live objects of `size` bytes, allocated at `node`; heap profile. */
PORTHOLE_API bool porthole_task_allocation(porthole_task *task, uint32_t node, uint64_t size,
                                           uint64_t count);

/** Listeners of one event on emitters of one class, and the most on one of them. */
struct porthole_listener_kind {
    const char *emitter, *event;
    uint64_t    listeners, emitters, most_on_one;
};
PORTHOLE_API bool porthole_task_listeners(porthole_task *task,
                                          const struct porthole_listener_kind *kind);
/** So many emitters there are in all, with and without listeners. */
PORTHOLE_API void porthole_task_emitters(porthole_task *task, uint64_t n);
/** The whole answer as one JSON object, UTF-8. False if it is none, or too long. */
PORTHOLE_API bool porthole_task_json(porthole_task *task, const char *json, size_t n);

/* What is wanted of an OBJECTS or PROVIDED task. */
enum porthole_objects_want {
    PORTHOLE_WANT_VALUES,             /* PORTHOLE_FRAGMENT_OBJECT for each; if `type` is NULL
                                         also _STATS for each provider that has them */
    PORTHOLE_WANT_TYPES,              /* PORTHOLE_FRAGMENT_TYPE for each type, no values;
                                         PROVIDED only */
    PORTHOLE_WANT_SCHEMAS,            /* PORTHOLE_FRAGMENT_SCHEMA for each type that has one;
                                         PROVIDED only */
};

struct porthole_objects_ask {
    enum porthole_objects_want want;
    const char *type;                 /* NULL: all types */
    const char *id;                   /* NULL: all objects */
    size_t      id_bytes;
    const char *fields;               /* names by comma, of an object's top level; NULL: all */
    unsigned    depth;                /* levels below an object; 0: each object's own */
    uint64_t    limit;                /* no more objects than that; 0: all */
    uint64_t    after;                /* go on behind this `place`; 0: from the beginning */
};

/** What was asked of an OBJECTS or PROVIDED task. Borrowed, as long as the task. */
PORTHOLE_API const struct porthole_objects_ask *
porthole_task_objects(const porthole_task *task);

/** Two words, zero at first, in which the host keeps between two slices where it is. It is
 *  called with one more slice after the task is not wanted any more, to tidy up. */
PORTHOLE_API uint64_t *porthole_task_cursor(porthole_task *task);

enum porthole_fragment_kind {
    PORTHOLE_FRAGMENT_OBJECT,         /* one object's value */
    PORTHOLE_FRAGMENT_TYPE,           /* a type: `count` objects, PORTHOLE_UNKNOWN allowed */
    PORTHOLE_FRAGMENT_STATS,          /* a provider's own figures: a JSON object */
    PORTHOLE_FRAGMENT_SCHEMA,         /* what a provider says of `type` */
    PORTHOLE_FRAGMENT_SERVICE,        /* whom a provider speaks for: a JSON object with any
                                         of the texts "name", "component" and "version" */
};

/* Frozen bytes: what one object was when it was serialised. All text is copied. */
struct porthole_fragment {
    const char *type;                 /* NULL for STATS and SERVICE */
    const char *id;                   /* OBJECT: UTF-8, may hold NUL */
    size_t      id_bytes;
    const char *json;                 /* one JSON value, UTF-8, without lone surrogates and
                                         without NUL in keys. TYPE: NULL */
    size_t      json_bytes;
    uint64_t    count;                /* TYPE only */
    uint64_t    born_ns;              /* CLOCK_MONOTONIC, since when it is known; 0: unknown */
    uint64_t    place;                /* for `after`: grows within a task, not 0 */
    enum porthole_fragment_kind kind;
    bool        has_nulls;            /* a field of its top level is null */
};

/** One more. False: a ceiling is reached (the cut shows in the answer), memory is out, or
 *  there are as many as wanted: end the task. */
PORTHOLE_API bool porthole_task_fragment(porthole_task *task,
                                         const struct porthole_fragment *fragment);
/** There are more objects than were given, for a reason of the host's own; `why` (copied, may
 *  be NULL) is one line as in porthole_error. */
PORTHOLE_API void porthole_task_fragments_cut(porthole_task *task, const char *why);

/**
 * Do what is waiting for this thread. Called by the host after porthole_host.summon.
 *
 * @param on_loop  true: called from the event loop, between two callbacks; large work is
 *                 then done in slices. false: in the middle of running code; what is not
 *                 done in one go is summoned again.
 *
 * @return true if a slice is left over: call again in a later turn of the loop. Never if
 *         not `on_loop`: the agent summons again.
 *
 * Threads: host thread. A call from within perform returns at once, unless it comes in the
 * middle of the code that runs for a PROVIDED task.
 */
PORTHOLE_API bool porthole_thread_serve(porthole_thread *thread, bool on_loop);

/**
 * The heap is about to reach its limit: remembered, shown, and a reason for capture rules.
 *
 * Threads: host thread, also inside a collector callback. Plain stores.
 */
PORTHOLE_API void porthole_near_heap_limit(porthole_thread *thread);

#ifdef __cplusplus
}
#endif

#endif /* PORTHOLE_TASK_H */
