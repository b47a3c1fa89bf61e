/* SPDX-License-Identifier: MIT */
/* Owns the memory of blocks. The lock is held to copy and swap pointers only. */
#include "blocks.h"

void ph_blocks_init(struct ph_blocks *blocks)
{
    pthread_mutex_init(&blocks->lock, NULL);
    blocks->n = 0;
}

void ph_blocks_fini(struct ph_blocks *blocks)
{
    for (size_t i = 0; i < PH_BLOCKS_KEPT; i++) {
        ph_task_unref(blocks->ring[i].task);
        blocks->ring[i].task = NULL;
    }
    blocks->n = 0;
    pthread_mutex_destroy(&blocks->lock);
}

static void replace(struct ph_blocks *blocks, const struct ph_block *block, bool add)
{
    struct porthole_task *stale = NULL;
    struct ph_block *at;

    pthread_mutex_lock(&blocks->lock);
    blocks->n += add;
    at = &blocks->ring[(blocks->n + PH_BLOCKS_KEPT - 1) % PH_BLOCKS_KEPT];
    stale = at->task;
    *at = *block;
    at->task = ph_task_ref(block->task);
    pthread_mutex_unlock(&blocks->lock);
    ph_task_unref(stale); /* may free; keep that outside the lock */
}

void ph_blocks_add(struct ph_blocks *blocks, const struct ph_block *block)
{
    replace(blocks, block, true);
}

void ph_blocks_amend(struct ph_blocks *blocks, const struct ph_block *block)
{
    replace(blocks, block, false);
}

size_t ph_blocks_copy(struct ph_blocks *blocks, struct ph_block *out)
{
    size_t n;

    pthread_mutex_lock(&blocks->lock);
    n = blocks->n < PH_BLOCKS_KEPT ? (size_t)blocks->n : PH_BLOCKS_KEPT;
    for (size_t i = 0; i < n; i++) {
        out[i] = blocks->ring[(blocks->n - 1 - i) % PH_BLOCKS_KEPT];
        ph_task_ref(out[i].task);
    }
    pthread_mutex_unlock(&blocks->lock);
    return n;
}

void ph_blocks_release(struct ph_block *copied, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ph_task_unref(copied[i].task);
}

const char *ph_block_status_name(enum ph_block_status status)
{
    static const char *const names[] = { [PH_BLOCK_WAITING] = "waiting",
                                         [PH_BLOCK_OK] = "ok",
                                         [PH_BLOCK_UNREACHABLE] = "unreachable",
                                         [PH_BLOCK_ENDED] = "ended",
                                         [PH_BLOCK_PORTHOLE] = "porthole" };

    return names[status];
}
