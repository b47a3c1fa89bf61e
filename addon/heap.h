/* SPDX-License-Identifier: MIT */
/**
 * Watches one V8 isolate: heap figures, heap spaces, and every garbage collection.
 *
 * Collections are seen by V8's own prologue and epilogue callbacks, so none is missed
 * however busy the loop is. After a full collection the heap figures are published from
 * inside the epilogue: a blocked loop still shows a fresh heap.
 *
 * It watches for the agent, for an observer in this process, or for both; the callbacks are
 * installed only while it watches for anyone. What it has counted stays.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HEAP_H
#define PORTHOLE_ADDON_HEAP_H

#include "heap_flow.h"
#include "porthole.h"

#include <v8-callbacks.h>
#include <v8-isolate.h>
#include <v8-statistics.h>

#include <cstdint>

/* One full collection. */
struct FullCollection {
    double   unix_ms;       /* when it ended */
    uint64_t used_bytes;    /* heap in use right after it */
    uint64_t pause_ns;
    uint64_t others;        /* collections of all other kinds until then */
};

class HeapWatch
{
public:
    /* Called inside a collection: it may do no more than uv_async_send() does. */
    using Notify = void (*)(void *ctx);

    static const uint32_t REMEMBERED = 64;

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
     * Watch for the agent no more. A no-op when not started.
     *
     * Threads: isolate thread.
     */
    void stop();

    /**
     * Call `notify(ctx)` at the end of every full collection, and of all others if `all`.
     * Replaces the observer before; nullptr: nobody.
     *
     * Threads: isolate thread.
     */
    void observe(Notify notify, void *ctx, bool all);

    /**
     * The `n`th full collection, counted from 1 to full_collections(). nullptr if it is not
     * among the last REMEMBERED ones. Borrowed, until the next collection.
     *
     * Threads: isolate thread.
     */
    const FullCollection *collection(uint32_t n) const;

    /**
     * What is allocated and promoted, brought up to date.
     *
     * Threads: isolate thread, while it watches.
     */
    const HeapFlow &flow();

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
     * Full collections so far.
     *
     * Threads: isolate thread.
     */
    uint32_t full_collections() const { return full_collections_; }

    /**
     * Collections of all other kinds so far, counted as gcstats does: scavenges, starts of
     * incremental marking, rounds of weak callbacks.
     *
     * Threads: isolate thread.
     */
    uint64_t other_collections() const { return others_; }

    /**
     * Time that this thread has stood still for collections since the first start().
     *
     * Threads: isolate thread.
     */
    uint64_t pause_ns() const { return pause_ns_; }

    /**
     * Collect all garbage there is, now: V8's own call for embedders that are short of
     * memory, which needs no flag. The thread stands still for it.
     *
     * Threads: isolate thread.
     */
    static void collect_all();

    /**
     * Heap in use now.
     *
     * Threads: isolate thread.
     */
    static uint64_t used_bytes();

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

    bool wanted() const { return thread_ != nullptr || notify_ != nullptr; }
    void install();
    void remove_unwanted();
    void begin(porthole_gc_kind kind, uint64_t now_ns);
    void end(porthole_gc_kind kind, uint64_t now_ns);
    uint64_t note_full(uint64_t pause_ns);
    void publish_heap(v8::HeapStatistics &stats);

    v8::Isolate     *isolate_ = nullptr; /* nullptr while it watches for nobody */
    porthole_thread *thread_ = nullptr;
    Notify           notify_ = nullptr;
    void            *notified_ = nullptr;
    bool             notify_all_ = false;
    HeapFlow         flow_;
    uint64_t         array_buffers_ = PORTHOLE_UNKNOWN;
    uint64_t         began_ns_[PORTHOLE_GC_KINDS] = {};
    FullCollection   last_[REMEMBERED] = {};
    uint32_t         full_collections_ = 0;
    uint64_t         others_ = 0;
    unsigned         depth_ = 0;         /* collections that have begun and not ended */
    uint64_t         outer_ns_ = 0;      /* when the outermost began */
    uint64_t         pause_ns_ = 0;
};

#endif /* PORTHOLE_ADDON_HEAP_H */
