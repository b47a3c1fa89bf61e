/* SPDX-License-Identifier: MIT */
/**
 * Gives the agent what is tracked in one thread: one fragment an object.
 *
 * Threads: isolate thread.
 */
#ifndef PORTHOLE_ADDON_OBJECTS_H
#define PORTHOLE_ADDON_OBJECTS_H

#include "porthole.h"
#include "reader.h"
#include "tracker.h"

#include <v8-context.h>
#include <v8-isolate.h>

/**
 * Perform PORTHOLE_TASK_OBJECTS, or a slice of it of less than a millisecond, of which
 * the last object may take more. Runs no JavaScript.
 *
 * Objects come in the order of their places, which is that of their births as long as none
 * has died; a place is used again.
 *
 * @return false if there is more: call again with the same task.
 *
 * Threads: isolate thread, in a handle scope and a context.
 */
bool objects_perform(v8::Isolate *isolate, v8::Local<v8::Context> context,
                     const Tracker &tracker, Reader *reader, porthole_task *task);

#endif /* PORTHOLE_ADDON_OBJECTS_H */
