/* SPDX-License-Identifier: MIT */
/**
 * How many bytes an isolate has allocated, and how many of them minor collections have moved
 * to the old generation: two sums that only grow, from what V8 says around its collections.
 *
 * Allocated is what the heap held before a collection less what it held after the one before;
 * promoted is what the old spaces grew by within a minor one. Looking costs 5 to 15
 * microseconds a time, because a collector leaves nothing of that in the caches. So every
 * collection is looked at while they are rare (10 a second and fewer), and when they come
 * faster one of them in 50 to 150 ms, at random; those in between count as the last one that
 * was looked at.
 *
 * How exact that is: with rare collections both sums are V8's own figures, less what is given
 * back without a collection (arrays made shorter) and in steps of what V8 hands out at a
 * time (some KB). With frequent ones each is an estimate from some 10 collections a second;
 * test/node/heap_flow.test.js holds it to 10 % within seconds of steady load. From V8 14 on
 * (Node 26) the allocated bytes are V8's own sum at any rate. What a full collection moves
 * is not promoted. Memory outside the heap (buffers) is in neither.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_HEAP_FLOW_H
#define PORTHOLE_ADDON_HEAP_FLOW_H

#include <v8-isolate.h>
#include <v8-statistics.h>

#include <cstddef>
#include <cstdint>

class HeapFlow
{
public:
    /**
     * Count from now on, in addition to what was counted before.
     *
     * Threads: isolate thread, not inside a collection.
     */
    void start(v8::Isolate *isolate);

    /**
     * A minor or full collection begins, or has ended; they may nest. After a full one
     * `stats` are read already.
     *
     * Threads: isolate thread, inside collector callbacks: no allocation, no handles.
     */
    void before_minor(uint64_t now_ns);
    void after_minor();
    void before_full();
    void after_full(v8::HeapStatistics &stats);

    /**
     * Bring allocated() up to date. Not inside a collection.
     *
     * Threads: isolate thread.
     */
    void look(v8::HeapStatistics &stats);

    /**
     * Both sums. They never fall.
     *
     * Threads: isolate thread.
     */
    uint64_t allocated() const { return shown_; }
    uint64_t promoted() const { return promoted_; }

private:
    struct Reading {
        uint64_t used;
        uint64_t old;   /* of it, not in the young generation */
    };

    Reading read() const;
    void next_sample(uint64_t now_ns);

    v8::Isolate *isolate_ = nullptr;
    size_t       young_spaces_[2] = {};  /* their indices; equal to n_spaces_: not there */
    size_t       n_spaces_ = 0;
    Reading      before_ = {};
    uint64_t     rest_ = 0;              /* in use after the last collection */
    bool         rest_known_ = false;
    bool         armed_ = false;         /* look at the whole of the next one */
    bool         looking_ = false;       /* at this one */
    unsigned     depth_ = 0;
    uint64_t     due_ns_ = 0;
    uint32_t     random_ = 2463534242U;
    uint64_t     last_allocated_ = 0;    /* between two collections, when last looked at */
    uint64_t     last_promoted_ = 0;
    uint64_t     allocated_ = 0;
    uint64_t     promoted_ = 0;
    uint64_t     shown_ = 0;
    uint64_t     total_at_start_ = 0;    /* V8's own sum, where it keeps one */
    uint64_t     kept_ = 0;              /* counted before the last start() */
};

#endif /* PORTHOLE_ADDON_HEAP_FLOW_H */
