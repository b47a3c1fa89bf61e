/* SPDX-License-Identifier: MIT */
/**
 * How many live objects there are, by the name of their constructor.
 *
 * V8 first collects all garbage, then shows every object: the thread stands still for
 * all of it. Functions, closures and arrays are objects; strings, numbers and proxies are
 * not. The names are those of a heap snapshot. Objects of every context count.
 *
 * A side effect of V8's: what running code has learnt about the types it meets is
 * forgotten, so that hot code is slower for some milliseconds afterwards.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HISTOGRAM_H
#define PORTHOLE_ADDON_HISTOGRAM_H

#include "porthole.h"

#include <v8-context.h>
#include <v8-isolate.h>

#include <cstdint>

/* One name; false: no more of them. `bytes` may be PORTHOLE_UNKNOWN. */
using HistogramRow = bool (*)(void *ctx, const char *name, uint64_t count, uint64_t bytes);

/**
 * Show `row` each name. Beyond 20,000 names the rest is one row, "(other)". Bytes are given
 * for array buffers, and for views of them: what they show. They are unknown for all others.
 *
 * Runs no JavaScript.
 *
 * @param context  any of the isolate's.
 *
 * @return false if there is no memory for it.
 *
 * Threads: isolate thread, in a handle scope.
 */
bool histogram_each(v8::Isolate *isolate, v8::Local<v8::Context> context, HistogramRow row,
                    void *ctx);

/**
 * Perform PORTHOLE_TASK_HISTOGRAM with the above.
 *
 * Threads: isolate thread, in a handle scope.
 */
void histogram_count(v8::Isolate *isolate, v8::Local<v8::Context> context, porthole_task *task);

#endif /* PORTHOLE_ADDON_HISTOGRAM_H */
