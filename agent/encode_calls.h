/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_CALLS_H
#define PH_ENCODE_CALLS_H

#include <stdbool.h>

#include "result.h"
#include "sink.h"

/**
 * The call tree in a task's result, in the formats that profile viewers read. The first
 * node is the root; one whose parent is unknown hangs at it.
 *
 * Threads: any; the result is frozen. All return false if memory is out.
 */

/**
 * The object of a .cpuprofile, as Chrome's DevTools define it (Profiler.Profile of the
 * DevTools protocol).
 *
 * @param more  further members, `"porthole":{…}`, or "".
 */
bool ph_encode_cpuprofile(const struct ph_result *result, const char *more,
                          struct ph_sink *sink);

/** The object of a .heapprofile (HeapProfiler.SamplingHeapProfile). */
bool ph_encode_heapprofile(const struct ph_result *result, const char *more,
                           struct ph_sink *sink);

/** Folded stacks, as Brendan Gregg's flamegraph.pl reads them: "main;a;b 12", a line for
 *  each stack. Semicolons and line ends in names become '_'. */
bool ph_encode_folded(const struct ph_result *result, struct ph_sink *sink);

#endif
