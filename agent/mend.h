/* SPDX-License-Identifier: MIT */
#ifndef PH_MEND_H
#define PH_MEND_H

#include <stddef.h>

#include "result.h"

/**
 * Put back the functions that V8's profiler cannot name.
 *
 * When a profile begins, V8 looks up the code of all functions, but not code that was
 * compiled while its loop was already running (on-stack replacement): such code hangs on a
 * feedback vector only. A function stuck in `while (true)` is exactly that, and so is every
 * hot loop of a process that has run for a while; its samples are booked on its caller.
 *
 * Stacks that were taken by interrupt while the profile ran do name it. Each comes with the
 * sample that V8 took at the same moment (CpuProfiler::CollectSample), so the two can be
 * compared: a frame that the sample lacks is put into the tree where the stack has it, and the
 * samples of a node are shared out among the frames that the stacks found below it.
 *
 * @param stacks  results with frames, innermost first, whose began_us .. ended_us enclose
 *                one sample of the profile; others are passed over.
 *
 * @return nodes added.
 *
 * Threads: the one that owns `profile`.
 */
size_t ph_mend_profile(struct ph_result *profile, const struct ph_result *const *stacks,
                       size_t n);

#endif
