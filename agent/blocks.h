/* SPDX-License-Identifier: MIT */
#ifndef PH_BLOCKS_H
#define PH_BLOCKS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

/** The last blocks of one event loop, each with the stack that was taken in it. */
#define PH_BLOCKS_KEPT 16u

enum ph_block_status {
    PH_BLOCK_WAITING,     /* its stack has been asked for */
    PH_BLOCK_OK,          /* `task` holds its stack */
    PH_BLOCK_UNREACHABLE, /* the thread did not come; `reason` says where it was */
    PH_BLOCK_ENDED,       /* it was over before its stack could be taken */
    PH_BLOCK_PORTHOLE,    /* a task of ours stopped the loop; `reason` names it */
};

struct ph_block {
    uint64_t began_unix_ns;
    uint64_t lasted_ns;
    uint64_t late_ns;           /* from the request for the stack to the stack */
    struct porthole_task *task; /* a reference; NULL without a stack */
    enum ph_block_status status;
    bool ongoing;
    char in_syscall[32]; /* "" : none, or unknown */
    char reason[96];
};

struct ph_blocks {
    pthread_mutex_t lock; /* leaf; guards all below */
    struct ph_block ring[PH_BLOCKS_KEPT];
    uint64_t n; /* ever put in; the newest is ring[(n - 1) % KEPT] */
};

void ph_blocks_init(struct ph_blocks *blocks);
void ph_blocks_fini(struct ph_blocks *blocks);

/** Remember one more; the oldest gives way. Takes a reference on its task. Threads: tick
 *  thread, as ph_blocks_amend(). */
void ph_blocks_add(struct ph_blocks *blocks, const struct ph_block *block);

/** Replace the newest. */
void ph_blocks_amend(struct ph_blocks *blocks, const struct ph_block *block);

/**
 * Copy them, newest first, a reference on each task; for ph_blocks_release(). Threads: any.
 *
 * @param out  PH_BLOCKS_KEPT.
 */
size_t ph_blocks_copy(struct ph_blocks *blocks, struct ph_block *out);
void ph_blocks_release(struct ph_block *copied, size_t n);

/** "ok", "unreachable", … Threads: any. */
const char *ph_block_status_name(enum ph_block_status status);

#endif
