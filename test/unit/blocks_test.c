/* SPDX-License-Identifier: MIT */
#include "agent/blocks.h"

#include <criterion/criterion.h>

static struct ph_blocks blocks; /* zeroed, as in a porthole_thread */

static void init(void)
{
    ph_blocks_init(&blocks);
}

static void fini(void)
{
    ph_blocks_fini(&blocks);
}

TestSuite(blocks, .init = init, .fini = fini);

static struct porthole_task *new_task(void)
{
    const struct ph_task_ask ask = { .kind = PORTHOLE_TASK_STACK };
    struct porthole_task *task = ph_task_new(&ask, NULL);

    cr_assert_not_null(task);
    return task;
}

/* Add one that keeps the only reference on its task. */
static void add(uint64_t lasted_ns)
{
    struct ph_block block = { .lasted_ns = lasted_ns, .task = new_task() };

    ph_blocks_add(&blocks, &block);
    ph_task_unref(block.task);
}

Test(blocks, there_are_none_at_first)
{
    struct ph_block out[PH_BLOCKS_KEPT];

    cr_assert_eq(ph_blocks_copy(&blocks, out), 0);
}

Test(blocks, the_last_sixteen_are_kept_newest_first)
{
    struct ph_block out[PH_BLOCKS_KEPT];
    size_t n;

    for (uint64_t i = 1; i <= 40; i++)
        add(i);
    n = ph_blocks_copy(&blocks, out);

    cr_assert_eq(n, PH_BLOCKS_KEPT);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(out[i].lasted_ns, 40 - i);
    ph_blocks_release(out, n);
}

Test(blocks, amending_changes_the_newest_only)
{
    struct ph_block out[PH_BLOCKS_KEPT], changed = { .lasted_ns = 99 };
    size_t n;

    add(1);
    add(2);
    ph_blocks_amend(&blocks, &changed);
    n = ph_blocks_copy(&blocks, out);

    cr_assert_eq(n, 2);
    cr_assert_eq(out[0].lasted_ns, 99);
    cr_assert_null(out[0].task);
    cr_assert_eq(out[1].lasted_ns, 1);
    ph_blocks_release(out, n);
}

Test(blocks, amending_with_its_own_task_keeps_it)
{
    struct ph_block out[PH_BLOCKS_KEPT];
    size_t n;

    add(1);
    n = ph_blocks_copy(&blocks, out);
    ph_blocks_release(out, n); /* only the ring holds it now */
    ph_blocks_amend(&blocks, &out[0]);

    n = ph_blocks_copy(&blocks, out);
    cr_assert_eq(atomic_load(&out[0].task->refs), 2);
    ph_blocks_release(out, n);
}

Test(blocks, a_copy_outlives_what_was_copied)
{
    struct ph_block out[PH_BLOCKS_KEPT];
    size_t n;

    add(1);
    n = ph_blocks_copy(&blocks, out);
    for (int i = 0; i < 20; i++)
        add(2);

    cr_assert_eq(atomic_load(&out[0].task->refs), 1, "ours");
    ph_blocks_release(out, n);
}

Test(blocks, every_status_has_a_name)
{
    static const char *const names[] = { "waiting", "ok", "unreachable", "ended", "porthole" };

    for (unsigned i = 0; i <= PH_BLOCK_PORTHOLE; i++)
        cr_assert_str_eq(ph_block_status_name((enum ph_block_status)i), names[i]);
}
