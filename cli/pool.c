/* SPDX-License-Identifier: MIT */
/*
 * pool: chunks in a list; a text longer than a chunk gets one of its own.
 */
#include "pool.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 16384

struct pool_chunk {
    struct pool_chunk *next;
    size_t used;
    size_t room;
    char bytes[];
};

static struct pool_chunk *chunk_for(struct pool *pool, size_t need)
{
    struct pool_chunk *chunk = pool->chunks;
    size_t room = need > CHUNK ? need : CHUNK;

    if (chunk != NULL && chunk->room - chunk->used >= need)
        return chunk;
    chunk = mem_new(1, sizeof *chunk + room);
    chunk->room = room;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    return chunk;
}

struct slice pool_copy(struct pool *pool, struct slice text)
{
    struct pool_chunk *chunk = chunk_for(pool, text.len + 1);
    char *copy = chunk->bytes + chunk->used;

    if (text.len > 0)
        memcpy(copy, text.text, text.len);
    copy[text.len] = '\0';
    chunk->used += text.len + 1;
    return (struct slice){ copy, text.len };
}

void pool_fini(struct pool *pool)
{
    while (pool->chunks != NULL) {
        struct pool_chunk *next = pool->chunks->next;

        free(pool->chunks);
        pool->chunks = next;
    }
}
