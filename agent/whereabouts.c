/* SPDX-License-Identifier: MIT */
/* Owns the words for why a host thread has not come. */
#include "whereabouts.h"

#include <stdio.h>
#include <string.h>

#include "task_kernel.h"

bool ph_is_blocked(struct porthole_thread *t, uint64_t now_ns)
{
    struct ph_loop_view view;

    return ph_board_loop(t, now_ns, &view) && view.state == PH_LOOP_BLOCKED;
}

bool ph_serves(const struct porthole_thread *t, enum porthole_task_kind kind)
{
    return atomic_load_explicit(&t->serving, memory_order_relaxed) == (int)kind + 1;
}

/* Where the thread is instead of here. */
void ph_explain_absence(struct porthole_thread *t, enum porthole_task_kind kind,
                        uint64_t now_ns, char *buf, size_t cap)
{
    struct ph_task_kernel kernel;
    char words[160];

    if (ph_serves(t, kind)) {
        snprintf(buf, cap, "computing them takes longer than 'timeout'");
    } else if (kind == PORTHOLE_TASK_PROVIDED && ph_is_blocked(t, now_ns)) {
        snprintf(buf, cap, "loop is blocked");
    } else {
        ph_task_kernel_read(t->tid, &kernel);
        ph_task_kernel_says(&kernel, words, sizeof words);
        snprintf(buf, cap, "%s%s", strncmp(words, "the ", 4) ? "loop is " : "", words);
    }
}
