/* SPDX-License-Identifier: MIT */
#ifndef PH_BOARD_H
#define PH_BOARD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "blocks.h"
#include "cell.h"
#include "floor.h"
#include "hist.h"
#include "nested.h"
#include "porthole.h"
#include "rate.h"
#include "series.h"
#include "task.h"

/**
 * What the host threads publish. Host threads write, the agent's threads read; neither
 * waits for the other. The one exception is the gate: see struct porthole_thread.
 */

#define PH_ROW_WORDS ((2 * PORTHOLE_NAME_BYTES + PORTHOLE_NOTE_BYTES) / 8 + 4)
#define PH_TABLE_WORDS (2 + PORTHOLE_TABLE_ROWS * PH_ROW_WORDS)
#define PH_HEAP_WORDS (sizeof(struct porthole_heap) / 8)
#define PH_FD_WORDS (PORTHOLE_FD_LIMIT / 64)

/* What the reader needs to say in what state a loop is. Words of a cell. */
struct ph_loop_stamp {
    uint64_t polling; /* 1: waiting for events, or running their callbacks inside
                               the poll phase; 0: in the rest of the turn */
    uint64_t at_ns;   /* since when */
    uint64_t idle_ns; /* total idle time at that moment */
    uint64_t turns;
    uint64_t blocks; /* turns that took longer than the threshold */
    uint64_t longest_ns;
    uint64_t last_block_unix_ns;
    uint64_t last_block_ns; /* how long it lasted */
};

/* What the tick thread remembers of the block it is watching. */
struct ph_watched {
    bool ongoing;
    uint64_t turns;  /* of the loop when it was noticed */
    uint64_t blocks; /* up to and with this one */
    uint64_t asked_ns;
    struct porthole_task *task; /* its stack, while that is on the way; else NULL */
    struct ph_block block;
};

/* gcstats' figures (research gc-and-leaks.md 1.2); doubles are stored by their bits. */
struct ph_gcstats {
    uint64_t full, other;
    uint64_t paused_ns;       /* for all of them; one inside of another counts once */
    uint64_t samples;         /* full ones that told how much was in use */
    uint64_t used_after_full; /* PORTHOLE_UNKNOWN before the first */
    double recent, ancient;
    uint64_t min_bytes, min_unix_ns; /* PORTHOLE_UNKNOWN before the fourth sample */
    uint64_t max_bytes, max_unix_ns;
};

struct ph_listener_summary {
    uint64_t total, emitters, max_exceeded;
    double standard_error, low, high;
    char counted_by[2 * PORTHOLE_NAME_BYTES];
    char max_exceeded_last[2 * PORTHOLE_NAME_BYTES];
};

struct ph_table_view {
    size_t n;
    size_t total;
    struct {
        char name[PORTHOLE_NAME_BYTES];
        char detail[PORTHOLE_NAME_BYTES];
        char note[PORTHOLE_NOTE_BYTES];
        uint64_t value[4];
    } row[PORTHOLE_TABLE_ROWS];
};

#define PH_WORDS_OF(type) (sizeof(type) / sizeof(uint64_t))

struct ph_board;

struct porthole_thread {
    /* Immutable after join. */
    struct ph_board *board;
    struct porthole_host host;
    char name[PORTHOLE_NAME_BYTES];
    pid_t tid;
    clockid_t cpu_clock;
    bool has_cpu_clock;
    uint64_t joined_ns;

    atomic_uint refs; /* atomic (acq_rel on the last unref) */

    /* The gate keeps porthole_host's functions callable: held by an agent thread during
     * one call of a few nanoseconds, and by leave() to close it for good. The host's
     * functions must not call porthole_*, so no second lock is ever taken under it. */
    pthread_mutex_t gate;
    bool open;               /* guarded by gate */
    bool streaming;          /* guarded by gate: host.stream() runs, outside of it */
    pthread_cond_t streamed; /* with gate: it has ended */
    atomic_bool leaving;     /* atomic (relaxed): ends a stream soon */

    struct ph_mail mail;         /* guards itself */
    struct ph_blocks blocks;     /* guards itself */
    atomic_int serving;          /* atomic (relaxed): kind + 1 of the task that the host
                                   thread performs right now; 0: none */
    atomic_bool provides;        /* atomic (relaxed): it computes objects when asked */
    _Atomic uint64_t near_limit; /* atomic (relaxed): times the heap came near its limit */

    /* Host thread only. */
    struct ph_loop_stamp stamp;
    uint64_t turn_ns, turn_idle_ns; /* when the last turn ended */
    uint64_t polled_ns;             /* idle time, for a host without idle_ns */
    struct ph_gcstats gcstats;
    struct ph_nested pauses;
    struct ph_floor floor_ring;
    struct ph_table_view staging;
    uint64_t fd_staging[PH_FD_WORDS];
    struct ph_leases lent; /* cells of its series */

    /* Written by the host thread, read by any: see cell.h and hist.h. */
    PH_CELL(PH_WORDS_OF(struct ph_loop_stamp)) loop;
    PH_CELL(PH_WORDS_OF(struct ph_gcstats)) gc;
    PH_CELL(PH_WORDS_OF(struct ph_floor)) floor; /* when it has changed */
    PH_CELL(PH_HEAP_WORDS) heap;
    PH_CELL(PH_WORDS_OF(struct ph_listener_summary)) listeners;
    PH_CELL(PH_WORDS_OF(struct porthole_loop_counts)) counts;
    PH_CELL(PH_TABLE_WORDS) table[PORTHOLE_TABLES];
    struct ph_hist delay;
    struct ph_hist pause[PORTHOLE_GC_KINDS];
    _Atomic uint64_t fds[PH_FD_WORDS]; /* atomic (relaxed): a bit each, of its handles */
    atomic_uint fd_words;              /* atomic (release after the first set): words of
                                          them that may hold bits; 0: never published */
    _Atomic uint64_t fds_ns;           /* atomic (release after the set): when it was told */
    _Atomic(const double *) http[PORTHOLE_HTTP_SIDES]; /* atomic (release): the host's */
    _Atomic uint64_t published_ns; /* atomic (relaxed): a figure by itself */
    _Atomic uint64_t spent_ns;     /* atomic (relaxed): cumulative */

    /* Tick thread only. */
    struct ph_watched watched;
    struct ph_window delay_window;
    uint64_t last_idle_ns, last_seen_ns;
    struct ph_rate allocated, promoted, paused;
    struct ph_floor_trend trend; /* as of `floor` at `trend_sequence`; 0 samples: none */
    uint64_t trend_sequence;     /* 0: never looked */
};

struct ph_board {
    uint64_t blocked_ns;  /* immutable after init */
    struct ph_bell *bell; /* immutable; rung when a task is over. NULL: nobody waits */
    pid_t pid;            /* immutable after init; another one means: forked child */
    _Atomic uint64_t left_spent_ns; /* atomic (relaxed): loop time of threads now gone */
    pthread_mutex_t lock;           /* leaf; guards the list, nothing else */
    struct porthole_thread *threads[PORTHOLE_MAX_THREADS]; /* in order of joining */
    size_t n_threads;
    _Atomic uint64_t joins; /* threads that joined, and those that first published, ever;
                                   atomic (release after what they published) */
};

void ph_board_init(struct ph_board *board, uint64_t blocked_ns);
void ph_board_fini(struct ph_board *board); /* all threads have left */

enum porthole_status ph_board_join(struct ph_board *board, const struct porthole_host *host,
                                   struct porthole_thread **out);

/**
 * Take a reference on every thread; give each back with ph_thread_unref().
 *
 * @param out  PORTHOLE_MAX_THREADS pointers.
 *
 * Threads: any.
 */
size_t ph_board_hold(struct ph_board *board, struct porthole_thread **out);
void ph_thread_unref(struct porthole_thread *thread);

/** A number that grows when a thread joins and when it publishes for the first time: a
 *  tick that has seen it has seen them. Threads: any. */
uint64_t ph_board_joins(struct ph_board *board);

/* ---- Reading ----------------------------------------------------------------------- */

enum ph_loop_state { PH_LOOP_IDLE, PH_LOOP_RUNNING, PH_LOOP_BLOCKED };

struct ph_loop_view {
    enum ph_loop_state state;
    uint64_t busy_ns;           /* time since the loop last turned, waiting not counted */
    uint64_t idle_ns;           /* total, up to now */
    struct ph_loop_stamp stamp; /* with a block that is still going on included */
};

/**
 * In what state is the loop at this moment? Right also while it is stuck, because
 * nothing is asked of the host thread itself. False if the host thread was interrupted in
 * the middle of writing its stamp, and stayed so: try again later.
 *
 * Threads: agent threads.
 */
bool ph_board_loop(struct porthole_thread *thread, uint64_t now_ns, struct ph_loop_view *out);

/* All return false if the host has never published it. Threads: any. */
bool ph_board_table(const struct porthole_thread *thread, enum porthole_table table,
                    struct ph_table_view *out);
bool ph_board_heap(const struct porthole_thread *thread, struct porthole_heap *out);
bool ph_board_gcstats(const struct porthole_thread *thread, struct ph_gcstats *out);
bool ph_board_floor(const struct porthole_thread *thread, struct ph_floor *out);
bool ph_board_listeners(const struct porthole_thread *thread, struct ph_listener_summary *out);
bool ph_board_counts(const struct porthole_thread *thread, struct porthole_loop_counts *out);

/**
 * Add the descriptors that the thread's handles stand for to `bits` (PH_FD_WORDS).
 *
 * @param since_ns  when the set was told.
 *
 * @return false if it has never told any.
 *
 * Threads: any.
 */
bool ph_board_fds(const struct porthole_thread *thread, uint64_t *bits, uint64_t *since_ns);

/** Copy the cells of one side of HTTP (PORTHOLE_HTTP_CELLS). Also false if the thread has
 *  left: the memory was the host's. Threads: agent threads. */
bool ph_board_http(struct porthole_thread *thread, enum porthole_http_side side, double *out);

#endif
