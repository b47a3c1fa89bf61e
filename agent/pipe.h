/* SPDX-License-Identifier: MIT */
#ifndef PH_PIPE_H
#define PH_PIPE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bell.h"

/**
 * Bytes from a thread that makes them to the http thread, which hands them out: a ring of
 * fixed size. The writer sleeps while it is full, the reader never does.
 */
struct ph_pipe {
    atomic_uint refs;     /* atomic (acq_rel on the last unref) */
    struct ph_bell *bell; /* immutable; rung when an empty pipe has bytes again */
    pthread_mutex_t lock; /* leaf; guards all below */
    pthread_cond_t room;
    size_t start, n;    /* what is in the ring */
    uint64_t total;     /* bytes ever written */
    bool starved;       /* the reader has found it empty */
    bool ended, failed; /* by the writer */
    bool closed;        /* by the reader: nobody wants the rest */
    char ring[256 * 1024];
};

#define PH_PIPE_EMPTY 0
#define PH_PIPE_END (-1)
#define PH_PIPE_FAILED (-2)

/** One reference; NULL if memory is out. Threads: any. */
struct ph_pipe *ph_pipe_new(struct ph_bell *bell);
struct ph_pipe *ph_pipe_ref(struct ph_pipe *pipe);
void ph_pipe_unref(struct ph_pipe *pipe);

/** When a writer gives up. */
struct ph_pipe_patience {
    uint64_t stall_ns;        /* the reader has taken nothing for so long */
    bool (*go_on)(void *ctx); /* asked every few milliseconds; false: not any more */
    void *ctx;
};

/**
 * Write all of it, sleeping while there is no room.
 *
 * @return false if given up, or if the reader has closed: write no more.
 *
 * Threads: the writer, as ph_pipe_end().
 */
bool ph_pipe_write(struct ph_pipe *pipe, const char *bytes, size_t n,
                   const struct ph_pipe_patience *patience);

/** No more will come; `failed`: although there should have been more. */
void ph_pipe_end(struct ph_pipe *pipe, bool failed);

/** Up to `cap` bytes, or one of the three above. Threads: the reader, as all below. */
ssize_t ph_pipe_read(struct ph_pipe *pipe, char *buf, size_t cap);

/** Is there anything to read, an end included? */
bool ph_pipe_is_ready(struct ph_pipe *pipe);

/** The rest is not wanted. */
void ph_pipe_close(struct ph_pipe *pipe);

#endif
