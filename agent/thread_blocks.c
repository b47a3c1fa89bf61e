/* SPDX-License-Identifier: MIT */
/* Owns how blocks are told in the state: briefly, because the state is frozen every tick and
 * outlives the process in the recorder. All of each stack is at /blocks. */
#include "thread_blocks.h"

#include "blocks.h"
#include "clock.h"
#include "encode_stack.h"

#define SHOWN_FRAMES 16u
#define PLACE_BYTES 160

enum { BLOCKS, LONGEST, LINE, COLUMN, LASTED };

static const struct ph_metric metrics[] = {
    [BLOCKS] = { PH_TOTAL("count"), "Turns that took longer than the threshold.",
                 "porthole_eventloop_blocks_total" },
    [LONGEST] = { PH_MS("longest_ms"), "The longest such turn.", NULL },
    [LINE] = { PH_COUNT("line"), "Line, from 1.", NULL },
    [COLUMN] = { PH_COUNT("column"), "Column, from 1.", NULL },
    [LASTED] = { PH_MS("ms"), "How long the block lasted.", NULL },
};

static void build_number(struct ph_builder *b, const struct ph_metric *m, uint32_t value)
{
    ph_build_uint(b, m, value ? value : PORTHOLE_UNKNOWN);
}

static void build_stack(const struct ph_result *r, struct ph_builder *b)
{
    size_t n;
    const struct ph_result_frame *frames = ph_result_frames(r, &n);

    ph_build_array(b, "last_stack");
    for (size_t i = 0; i < n && i < SHOWN_FRAMES; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "function", ph_result_text(r, frames[i].function));
        ph_build_text(b, "file", ph_result_text(r, frames[i].file));
        build_number(b, &metrics[LINE], frames[i].line);
        build_number(b, &metrics[COLUMN], frames[i].column);
        ph_build_end(b);
    }
    ph_build_end(b);
    ph_build_bool(b, "last_stack_truncated", n > SHOWN_FRAMES || r->cut);
}

static void build_recent(const struct ph_block *blocks, size_t n, struct ph_builder *b)
{
    char place[PLACE_BYTES];

    ph_build_array(b, "recent");
    for (size_t i = 0; i < n; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_time(b, "at", blocks[i].began_unix_ns);
        ph_build_real(b, &metrics[LASTED], ph_clock_ms(blocks[i].lasted_ns));
        if (blocks[i].task)
            ph_encode_top_frame(&blocks[i].task->result, place, sizeof place);
        else
            place[0] = '\0';
        ph_build_text(b, "top", place[0] ? place : NULL);
        ph_build_end(b);
    }
    ph_build_end(b);
}

void ph_thread_blocks(struct porthole_thread *t, const struct ph_loop_stamp *stamp,
                      struct ph_builder *b)
{
    static const struct ph_result nothing = { .cut = false };
    struct ph_block blocks[PH_BLOCKS_KEPT];
    size_t n = ph_blocks_copy(&t->blocks, blocks), last = 0;

    while (last < n && !blocks[last].task)
        last++;
    ph_build_object(b, "blocks");
    ph_build_uint(b, &metrics[BLOCKS], stamp->blocks);
    ph_build_real(b, &metrics[LONGEST], ph_clock_ms(stamp->longest_ns));
    ph_build_time(b, "last_at", stamp->last_block_unix_ns);
    build_stack(last < n ? &blocks[last].task->result : &nothing, b);
    build_recent(blocks, n, b);
    ph_build_end(b);
    ph_blocks_release(blocks, n);
}
