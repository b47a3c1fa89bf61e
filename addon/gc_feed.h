/* SPDX-License-Identifier: MIT */
/**
 * Tells JavaScript of collections: never inside one, but between two callbacks of the loop.
 *
 * It never keeps the loop alive. While nobody listens, nothing is watched.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_GC_FEED_H
#define PORTHOLE_ADDON_GC_FEED_H

#include <node_api.h>

#include <cstddef>
#include <cstdint>

class HeapWatch;
class LoopWatch;

class GcFeed
{
public:
    /* One for each copy of our modules in this thread; who comes later is refused. */
    static const size_t LISTENERS = 8;

    GcFeed(napi_env env, HeapWatch *heap, LoopWatch *loop) : env_(env), heap_(heap), loop_(loop)
    {
    }
    GcFeed(const GcFeed &) = delete;
    GcFeed &operator=(const GcFeed &) = delete;

    /**
     * Call `function` without arguments soon after a full collection, and after all others
     * if `all`. It is called outside of any callback scope: it must be ours, and must run no
     * JavaScript of the application.
     *
     * @return its number, from 1; 0: there are too many, or Node refuses.
     *
     * Threads: isolate thread, not inside a collection.
     */
    uint32_t add(napi_value function, bool all);

    /**
     * Take one back; a no-op for any other number.
     *
     * Threads: isolate thread, not inside a collection.
     */
    void remove(uint32_t number);

    /**
     * Take all back.
     *
     * Threads: isolate thread, not inside a collection.
     */
    void clear();

    /**
     * Call those whom there is something to tell. To be called after LoopWatch::wake().
     *
     * Threads: isolate thread, between two callbacks of the loop.
     */
    void deliver();

private:
    struct Listener {
        napi_ref function;  /* nullptr: free */
        bool     all;
    };

    static void on_collection(void *feed);
    void observe();
    void call(napi_ref function);

    napi_env   env_;
    HeapWatch *heap_;
    LoopWatch *loop_;
    Listener   listeners_[LISTENERS] = {};
    uint32_t   full_ = 0;       /* collections of which they know */
    uint64_t   others_ = 0;
};

#endif /* PORTHOLE_ADDON_GC_FEED_H */
