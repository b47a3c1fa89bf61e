/* SPDX-License-Identifier: MIT */
/**
 * Watches one libuv loop: heartbeat, lateness, and the pulse of the publisher.
 *
 * Four handles of our own, all unref'ed, so that they never keep a loop alive: a
 * prepare and a check handle stamp the turns, a repeating timer measures how late it
 * fires and calls `pulse` once per tick, and an async handle calls `woken` after wake().
 * The handles live as long as the environment; stop() only silences them, so that a watch
 * can start again.
 *
 * Threads: everything here but wake() belongs to the loop's own thread.
 */
#ifndef PORTHOLE_ADDON_LOOP_H
#define PORTHOLE_ADDON_LOOP_H

#include "porthole.h"

#include <uv.h>

#include <cstdint>

/**
 * Is `handle` a member of `object`? By its address alone: nothing of it may be in the cache.
 *
 * Threads: any.
 */
template <typename Object>
bool lies_in(const uv_handle_t *handle, const Object &object)
{
    return reinterpret_cast<uintptr_t>(handle) - reinterpret_cast<uintptr_t>(&object) <
           sizeof object;
}

class LoopWatch
{
public:
    using Callback = void (*)(void *ctx);

    struct Callbacks {
        Callback pulse;     /* once per tick, while started */
        Callback woken;     /* after wake(), between two other callbacks of the loop */
        Callback turned;    /* while started, in every turn of the loop, after the poll:
                               what was opened so far in this turn is not yet gone */
        Callback before_poll; /* while started, each time the loop is about to wait; what it
                                 takes counts as work */
        void    *ctx;
    };

    LoopWatch() = default;
    LoopWatch(const LoopWatch &) = delete;
    LoopWatch &operator=(const LoopWatch &) = delete;

    /**
     * Create the handles, silent.
     *
     * @return false if libuv refuses; nothing is left behind.
     *
     * Threads: loop thread, once.
     */
    bool init(uv_loop_t *loop, const Callbacks &callbacks);

    /**
     * Report to `thread` until stop().
     *
     * @param delay_ms  interval of the lateness timer; 0: lateness is not measured.
     * @param tick_ms   time between two pulses, not 0.
     *
     * Threads: loop thread.
     */
    void start(porthole_thread *thread, unsigned delay_ms, unsigned tick_ms);

    /**
     * Report nothing more. Allowed at any time after init(), also inside a pulse.
     *
     * Threads: loop thread.
     */
    void stop();

    /**
     * Have `woken` called soon, started or not; calls that come close together may count as
     * one. From within `woken`: in a later turn of the loop.
     *
     * Threads: any, between init() and close(); also inside a collection.
     */
    void wake();

    /**
     * Close the handles; `done(ctx)` runs on a later turn of the loop, and the watch must
     * live until then.
     *
     * Threads: loop thread, once, the last call of all.
     */
    void close(Callback done, void *ctx);

    /**
     * Is `handle` one of ours?
     *
     * Threads: loop thread.
     */
    bool owns(const uv_handle_t *handle) const { return lies_in(handle, *this); }

private:
    static void on_prepare(uv_prepare_t *prepare);
    static void on_check(uv_check_t *check);
    static void on_timer(uv_timer_t *timer);
    static void on_async(uv_async_t *async);
    static void on_closed(uv_handle_t *handle);

    void expect_next();
    uint64_t lateness(uint64_t now_ns) const;

    uv_loop_t       *loop_ = nullptr;
    uv_prepare_t     prepare_ = {};
    uv_check_t       check_ = {};
    uv_timer_t       timer_ = {};
    uv_async_t       async_ = {};
    porthole_thread *thread_ = nullptr; /* nullptr while silent */
    Callbacks        callbacks_ = {};
    Callback         closed_ = nullptr;
    void            *closed_ctx_ = nullptr;
    int              open_ = 0;         /* handles not yet closed */
    uint64_t         delay_ns_ = 0;     /* 0: not measured */
    uint64_t         tick_ns_ = 0;
    uint64_t         next_tick_ns_ = 0;
    uint64_t         due_ns_ = 0;       /* when the timer should fire */
    uint64_t         rounding_ns_ = 0;  /* how much of a lateness is libuv's own */
};

#endif /* PORTHOLE_ADDON_LOOP_H */
