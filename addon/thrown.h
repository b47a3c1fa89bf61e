/* SPDX-License-Identifier: MIT */
/**
 * What a function of ours in JavaScript has thrown, as the answer of the task it was called
 * for.
 */
#ifndef PORTHOLE_ADDON_THROWN_H
#define PORTHOLE_ADDON_THROWN_H

#include "porthole.h"

#include <v8-exception.h>
#include <v8-isolate.h>

/**
 * Fail `task` with the text of what was caught, or because the thread is ending.
 *
 * Threads: isolate thread.
 */
void thrown_fail(v8::Isolate *isolate, porthole_task *task, const v8::TryCatch &caught);

#endif /* PORTHOLE_ADDON_THROWN_H */
