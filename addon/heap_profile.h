/* SPDX-License-Identifier: MIT */
/**
 * A sampling heap profile of one isolate: which call stacks allocated what is still alive.
 *
 * V8 has one sampler per isolate; start() fails while the application, a debugger or
 * another agent uses it. Objects that die are taken out of the profile again. V8 gives the
 * result as handles, so it is handed over in one go: about 1 microsecond per node.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HEAP_PROFILE_H
#define PORTHOLE_ADDON_HEAP_PROFILE_H

#include "porthole.h"

#include <v8-isolate.h>
#include <v8-profiler.h>

class HeapProfile
{
public:
    HeapProfile() = default;
    HeapProfile(const HeapProfile &) = delete;
    HeapProfile &operator=(const HeapProfile &) = delete;

    /**
     * Perform PORTHOLE_TASK_HEAP_PROFILE_START.
     *
     * Threads: isolate thread.
     */
    void start(v8::Isolate *isolate, porthole_task *task);

    /**
     * Perform PORTHOLE_TASK_HEAP_PROFILE_STOP. Fails if no profile of ours is running.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    void stop(porthole_task *task);

    /**
     * End a profile and forget it. A no-op when there is none.
     *
     * Threads: isolate thread.
     */
    void end();

private:
    void give(porthole_task *task);

    v8::Isolate *isolate_ = nullptr; /* nullptr: there is no profile */
};

#endif /* PORTHOLE_ADDON_HEAP_PROFILE_H */
