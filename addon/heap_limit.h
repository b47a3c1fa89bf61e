/* SPDX-License-Identifier: MIT */
/**
 * Hears from V8 that the heap is about to reach its limit.
 *
 * V8 asks one listener, the one that was added last. This one answers once: it raises the
 * limit a little, so that there is time to look, and takes itself away, so that whoever
 * would have been asked without us (Node, in a worker with resource limits) is asked next.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HEAP_LIMIT_H
#define PORTHOLE_ADDON_HEAP_LIMIT_H

#include "porthole.h"

#include <v8-callbacks.h>
#include <v8-isolate.h>

#include <cstddef>

class HeapLimit
{
public:
    HeapLimit() = default;
    HeapLimit(const HeapLimit &) = delete;
    HeapLimit &operator=(const HeapLimit &) = delete;

    /**
     * Tell `thread`, once, when the heap of the calling thread's isolate nears its limit.
     *
     * Threads: isolate thread.
     */
    void start(porthole_thread *thread);

    /**
     * Take the callback back. A no-op when not started, or when it has been called.
     *
     * Threads: isolate thread.
     */
    void stop();

private:
    static size_t on_near_limit(void *data, size_t current, size_t initial);

    v8::Isolate     *isolate_ = nullptr; /* nullptr: no callback of ours is in place */
    porthole_thread *thread_ = nullptr;
};

#endif /* PORTHOLE_ADDON_HEAP_LIMIT_H */
