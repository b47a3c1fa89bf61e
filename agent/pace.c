/* SPDX-License-Identifier: MIT */
/* Owns the rule that keeps expensive readings rare. */
#include "pace.h"

#include <stdatomic.h>

static atomic_uint haste = 1;   /* atomic (relaxed): a figure by itself */

void ph_pace_hasten(unsigned times)
{
    atomic_store_explicit(&haste, times > 0 ? times : 1, memory_order_relaxed);
}

bool ph_pace_due(const struct ph_pace *pace, uint64_t now_ns)
{
    return now_ns >= pace->due_ns;
}

void ph_pace_done(struct ph_pace *pace, uint64_t now_ns, uint64_t cost_ns, uint64_t times,
                  uint64_t least_ns)
{
    uint64_t rest = cost_ns * times;
    unsigned sooner = atomic_load_explicit(&haste, memory_order_relaxed);

    pace->taken_ns = now_ns;
    pace->due_ns = now_ns + cost_ns + (rest > least_ns ? rest : least_ns) / sooner;
}
