/* SPDX-License-Identifier: MIT */
/**
 * Counts the handles of one libuv loop: by kind how many are open, how many have been created
 * and closed since start(), and the descriptors they stand for.
 *
 * Created and closed are exact for handles that live shorter than a turn of the loop, without
 * touching anybody's: libuv appends a new handle to the loop's queue and takes a closed one
 * out only at the end of a turn. So a marker of our own lies in that queue, and in the middle
 * of each turn all behind it is new; the marker then moves to the end. A turn without new
 * handles costs one comparison.
 *
 * What is not seen: a handle that is opened and closed again within the same batch of
 * setImmediate() callbacks. Those run behind us and right before the closed ones are taken
 * out. Timers, promises, nextTick, I/O and close callbacks are seen.
 *
 * Handles that are there at start() count as created. libuv's internal handles and porthole's
 * own do not count. A handle that is closing is not open. A kind once seen stays in the
 * table with 0, so that its series ends at zero instead of vanishing.
 *
 * Threads: everything here belongs to the loop's own thread.
 */
#ifndef PORTHOLE_ADDON_HANDLES_H
#define PORTHOLE_ADDON_HANDLES_H

#include "handle_trail.h"
#include "porthole.h"

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <memory>

class LoopWatch;

class HandleCensus
{
public:
    using Callback = void (*)(void *ctx);

    HandleCensus() = default;
    HandleCensus(const HandleCensus &) = delete;
    HandleCensus &operator=(const HandleCensus &) = delete;

    /**
     * Put the marker into the queue of `loop`.
     *
     * @param own  whose handles are left out.
     *
     * Threads: loop thread, once.
     */
    void init(uv_loop_t *loop, const LoopWatch *own);

    /**
     * Begin to count, from 0 plus what is there.
     *
     * Threads: loop thread.
     */
    void start(porthole_thread *thread);

    /**
     * Publish nothing more.
     *
     * Threads: loop thread.
     */
    void stop() { thread_ = nullptr; }

    /**
     * Count what is new. To be called in every turn of the loop, from a check handle.
     *
     * Threads: loop thread.
     */
    void turn()
    {
        if (queue_->prev != marker_ && exact_)
            count_new();
    }

    /**
     * Remember what only JavaScript can tell.
     *
     * Threads: loop thread.
     */
    void set_timers(uint64_t timers, uint64_t immediates);

    /**
     * Publish the table, the descriptors and the loop's own counts. The walk for the first
     * two takes 13 to 24 ns for each of 10,000 handles, 30 for each of 100,000, which are more
     * than the processor's cache holds: it waits for three lines of memory each. With so many
     * that it was slow four times in a row, it takes place so rarely that it costs no more
     * than 0.1 % of the time, and the figures in between are the last ones.
     *
     * Threads: loop thread, between start() and stop(), outside of a check handle.
     */
    void publish();

    /**
     * How long the last walk took. 0: there was none.
     *
     * Threads: loop thread.
     */
    uint64_t walk_ns() const { return walk_ns_; }

    /**
     * Take the marker out; `done(ctx)` runs on a later turn, and the census must live until
     * then.
     *
     * Threads: loop thread, once, the last call of all.
     */
    void close(Callback done, void *ctx);

private:
    struct Kind {
        uint64_t open;
        uint64_t active;
        uint64_t fresh;     /* behind the marker, closed or not */
    };

    struct Walk {
        Kind   kind[UV_HANDLE_TYPE_MAX];
        size_t fds;
        bool   fds_cut;     /* there was no memory for all */
    };

    static void on_closed(uv_handle_t *handle);
    static void fetch(const HandleLink *link);

    bool counts(const uv_handle_t *handle) const;
    void count_new();
    bool advance();
    void walk(Walk *walk);
    void note_fd(int fd, Walk *walk);
    bool grow_fds();
    void publish_table(const Walk &walk);
    void rest(uint64_t began);

    uv_loop_t              *loop_ = nullptr;
    const LoopWatch        *own_ = nullptr;
    const HandleLink       *queue_ = nullptr;   /* its head; the last handle is its prev */
    const HandleLink       *marker_ = nullptr;
    HandleTrail             trail_;
    uv_check_t              slots_[3] = {};     /* the marker, and former ones closing */
    bool                    taken_[3] = {};     /* is it in the queue? */
    size_t                  slot_ = 0;          /* which one is the marker */
    bool                    exact_ = false;
    porthole_thread        *thread_ = nullptr;  /* nullptr while stopped */
    uint64_t                created_[UV_HANDLE_TYPE_MAX] = {};
    bool                    seen_[UV_HANDLE_TYPE_MAX] = {};
    uint64_t                next_walk_ns_ = 0;
    uint64_t                walk_ns_ = 0;
    uint64_t                lately_[4] = {};    /* what the last walks took */
    size_t                  walks_ = 0;
    porthole_loop_counts    counts_ = {};
    std::unique_ptr<int[]>  fds_;
    size_t                  fds_room_ = 0;
    Callback                closed_ = nullptr;
    void                   *ctx_ = nullptr;
};

#endif /* PORTHOLE_ADDON_HANDLES_H */
