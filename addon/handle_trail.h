/* SPDX-License-Identifier: MIT */
/**
 * Remembers in which order the handles of a loop lay in its queue, so that the next walk has
 * the processor fetch those that come soon. A queue says where the next handle lies only once
 * this one is in the cache, and handles lie anywhere: without it a walk waits for memory once
 * per handle.
 *
 * An address that is remembered is never read, only fetched, which does nothing where there
 * is no memory any more: a handle may be freed between two walks.
 *
 * Threads: the loop's own.
 */
#ifndef PORTHOLE_ADDON_HANDLE_TRAIL_H
#define PORTHOLE_ADDON_HANDLE_TRAIL_H

#include <cstddef>
#include <memory>

/* What uv_handle_t.handle_queue is in every libuv of 1.x. */
struct HandleLink {
    HandleLink *next;
    HandleLink *prev;
};

class HandleTrail
{
public:
    static constexpr size_t LIMIT = 1 << 18; /* handles; further ones are not remembered */

    /** A walk begins. */
    void begin() { at_ = passed_ = 0; }

    /**
     * The walk has come to `link`.
     *
     * @param fetch  has the processor fetch what will be read of a handle.
     */
    template <typename Fetch>
    void pass(const HandleLink *link, Fetch fetch)
    {
        follow(link);
        if (at_ + AHEAD < known_)
            fetch(links_[at_ + AHEAD]);
        if (passed_ < room_ || grow())
            links_[passed_++] = link;
    }

    /** It is at its end: what was passed is what is known. */
    void end() { known_ = passed_; }

private:
    static constexpr size_t AHEAD = 8;
    static constexpr size_t GONE_IN_A_ROW = 16;
    static constexpr size_t ROOM_AT_FIRST = 256;

    /* Handles leave the queue anywhere and join it at the end. */
    void follow(const HandleLink *link)
    {
        for (size_t i = at_; i < known_ && i < at_ + GONE_IN_A_ROW; i++) {
            if (links_[i] == link) {
                at_ = i + 1;
                return;
            }
        }
    }

    bool grow();

    std::unique_ptr<const HandleLink *[]> links_;
    size_t room_ = 0;
    size_t known_ = 0;      /* by the last walk */
    size_t at_ = 0;         /* of those, passed in this walk or gone */
    size_t passed_ = 0;     /* these overwrite what is behind at_ already */
};

#endif /* PORTHOLE_ADDON_HANDLE_TRAIL_H */
