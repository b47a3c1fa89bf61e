/* SPDX-License-Identifier: MIT */
/**
 * How many bytes an isolate has allocated, and how many of them minor collections have moved
 * to the old generation: two sums that only grow, from what V8 says around its collections.
 *
 * The old generation shrinks only in full collections. What it grows by between two of them
 * is known at every tick without looking at a single minor collection: it was promoted, or
 * allocated there at once. How it divides between the two is seen in a minor collection
 * every 2 s. What is allocated in the young generation is what it holds before a collection
 * less what was left after the one before.
 *
 * Looking costs 2 microseconds for the young generation and up to 15 for all, each time,
 * because a collector leaves nothing of that in the caches. So every minor collection is
 * looked at while they are rare (6 a second and fewer), and one in 50 to 150 ms, at random,
 * when they come faster; those in between count as the last one that was looked at.
 *
 * How exact that is: V8's own figures while collections are rare, less what is given back
 * without one (arrays made shorter), in steps of what V8 hands out at a time (some KB); on
 * Node 22 and 24 12 % less was seen than V8 logs where many large arrays die young.
 * Otherwise the young part is an estimate from some 10 collections a second: 600 in the minute
 * over which rates are shown. test/node/heap_flow.test.js holds both sums against V8's log.
 * From V8 14 on (Node 26) the allocated bytes are V8's own sum at any rate. What a full
 * collection moves is not promoted. Memory outside the heap (buffers) is in neither.
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
    void after_minor(uint64_t now_ns);
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
    enum Level { NOTHING, YOUNG, ALL };

    struct Reading {
        Level    level;
        uint64_t young;
        uint64_t old;   /* only with ALL */
    };

    uint64_t read_young() const;
    Reading read(Level level) const;
    Reading read_all(v8::HeapStatistics &stats) const;
    void look_before();
    void settle(const Reading &now);
    uint64_t spacing(uint64_t mean_ns);

    v8::Isolate *isolate_ = nullptr;
    size_t       young_spaces_[2] = {};  /* their indices; equal to n_spaces_: not there */
    size_t       n_spaces_ = 0;
    unsigned     depth_ = 0;
    uint32_t     random_ = 2463534242U;

    Reading  rest_ = {};                 /* after the last collection */
    Reading  before_ = {};               /* before the one that is going on */
    bool     armed_ = false;             /* look at the whole of the next one */
    uint64_t due_ns_ = 0;
    uint64_t due_all_ns_ = 0;

    uint64_t usual_rest_ = 0;            /* of the young generation, when last looked at */
    uint64_t usual_young_ = 0;           /* allocated between two collections, the same */
    double   seen_promoted_ = 0;         /* how growth divides, lately */
    double   seen_direct_ = 0;
    uint64_t settled_old_ = 0;           /* the old generation when last looked at */
    bool     minors_since_ = false;

    uint64_t young_ = 0;                 /* allocated there until the last collection */
    uint64_t direct_ = 0;                /* allocated in the old generation */
    uint64_t promoted_ = 0;
    uint64_t shown_ = 0;
    uint64_t total_at_start_ = 0;        /* V8's own sum, where it keeps one */
    uint64_t kept_ = 0;                  /* counted before the last start() */
};

#endif /* PORTHOLE_ADDON_HEAP_FLOW_H */
