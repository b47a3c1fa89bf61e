/* SPDX-License-Identifier: MIT */
/* Owns the rule that keeps expensive readings rare. */
#include "pace.h"

bool ph_pace_due(const struct ph_pace *pace, uint64_t now_ns)
{
    return now_ns >= pace->due_ns;
}

void ph_pace_done(struct ph_pace *pace, uint64_t now_ns, uint64_t cost_ns, uint64_t times,
                  uint64_t least_ns)
{
    uint64_t rest = cost_ns * times;

    pace->taken_ns = now_ns;
    pace->due_ns = now_ns + cost_ns + (rest > least_ns ? rest : least_ns);
}
