/* SPDX-License-Identifier: MIT */
/**
 * Watches one V8 isolate: heap figures, heap spaces, and every garbage collection.
 *
 * Collections are seen by V8's own prologue and epilogue callbacks, so none is missed
 * however busy the loop is. After a full collection the heap figures are published from
 * inside the epilogue: a blocked loop still shows a fresh heap.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HEAP_H
#define PORTHOLE_ADDON_HEAP_H

#include "porthole.h"

#include <v8-callbacks.h>
#include <v8-isolate.h>

#include <cstdint>

class HeapWatch
{
public:
    HeapWatch() = default;
    HeapWatch(const HeapWatch &) = delete;
    HeapWatch &operator=(const HeapWatch &) = delete;

    /**
     * Count collections of the calling thread's isolate for `thread` until stop().
     *
     * Threads: isolate thread.
     */
    void start(porthole_thread *thread);

    /**
     * Take the callbacks back. A no-op when not started.
     *
     * Threads: isolate thread.
     */
    void stop();

    /**
     * Publish heap figures and heap spaces. Some 10 microseconds.
     *
     * Threads: isolate thread, between start() and stop().
     */
    void publish();

    /**
     * Remember what only JavaScript can read: process.memoryUsage().arrayBuffers.
     *
     * Threads: isolate thread.
     */
    void set_array_buffers(uint64_t bytes);

    /**
     * Full collections since start().
     *
     * Threads: isolate thread.
     */
    uint32_t full_collections() const { return full_collections_; }

    /**
     * Time that this thread has stood still for collections since the first start().
     *
     * Threads: isolate thread.
     */
    uint64_t pause_ns() const { return pause_ns_; }

    /**
     * Drop what WeakRef.prototype.deref() has kept alive for the current job. Call it
     * after JavaScript of ours ran outside any job of the application, never inside one.
     *
     * Threads: isolate thread.
     */
    void end_job();

private:
    static void on_prologue(v8::Isolate *isolate, v8::GCType type, v8::GCCallbackFlags flags,
                            void *data);
    static void on_epilogue(v8::Isolate *isolate, v8::GCType type, v8::GCCallbackFlags flags,
                            void *data);

    uint64_t publish_heap();

    v8::Isolate     *isolate_ = nullptr; /* nullptr while stopped */
    porthole_thread *thread_ = nullptr;
    uint64_t         array_buffers_ = PORTHOLE_UNKNOWN;
    uint64_t         began_ns_[PORTHOLE_GC_KINDS] = {};
    uint32_t         full_collections_ = 0;
    unsigned         depth_ = 0;         /* collections that have begun and not ended */
    uint64_t         outer_ns_ = 0;      /* when the outermost began */
    uint64_t         pause_ns_ = 0;
};

#endif /* PORTHOLE_ADDON_HEAP_H */
