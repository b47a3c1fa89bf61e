/* SPDX-License-Identifier: MIT */
/* Owns the arithmetic of spans inside of spans. Runs in the garbage collector's callbacks:
 * never allocates, never waits. */
#include "nested.h"

#include <string.h>

/* The host and the agent do not read the clock in the same moment. */
#define SLACK_NS 1000

uint64_t ph_nested_end(struct ph_nested *nested, uint64_t end_ns, uint64_t length_ns)
{
    uint64_t begin_ns = end_ns > length_ns ? end_ns - length_ns : 0;
    uint64_t inner_ns = 0, own_ns;

    while (nested->n && nested->span[nested->n - 1].begin_ns + SLACK_NS >= begin_ns) {
        nested->n--;
        inner_ns += nested->span[nested->n].covered_ns;
    }
    own_ns = length_ns > inner_ns ? length_ns - inner_ns : 0;
    if (nested->n == PH_NESTED_SPANS) {
        nested->n--;
        memmove(&nested->span[0], &nested->span[1], nested->n * sizeof nested->span[0]);
    }
    nested->span[nested->n].begin_ns = begin_ns;
    nested->span[nested->n].covered_ns = own_ns + inner_ns;
    nested->n++;
    return own_ns;
}
