/* SPDX-License-Identifier: MIT */
/*
 * Sums over collections.
 *
 * Which collection is looked at must not depend on the collection itself. The first one after
 * the time is due ends a stretch that tends to be a long one, so it is the one after it that
 * is taken; the time itself is random, lest it falls into step with the application.
 */
#include "heap_flow.h"

#include <algorithm>
#include <cstring>

static const uint64_t SPACING_MIN_NS = 50 * 1000000ULL;
static const uint32_t SPACING_RANGE_NS = 100 * 1000000U;

/* V8 keeps the sum itself from 14 on; `int` is the better match where it does. */
template <typename Stats>
static auto own_sum(Stats &stats, int) -> decltype(uint64_t{ stats.total_allocated_bytes() })
{
    return stats.total_allocated_bytes();
}

template <typename Stats>
static uint64_t own_sum(Stats &, long)
{
    return UINT64_MAX;
}

static uint64_t grown(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

void HeapFlow::start(v8::Isolate *isolate)
{
    v8::HeapSpaceStatistics space;
    v8::HeapStatistics stats;

    isolate_ = isolate;
    n_spaces_ = isolate->NumberOfHeapSpaces();
    young_spaces_[0] = young_spaces_[1] = n_spaces_;
    for (size_t i = 0; i < n_spaces_; i++) {
        if (!isolate->GetHeapSpaceStatistics(&space, i))
            continue;
        if (strcmp(space.space_name(), "new_space") == 0)
            young_spaces_[0] = i;
        if (strcmp(space.space_name(), "new_large_object_space") == 0)
            young_spaces_[1] = i;
    }
    isolate->GetHeapStatistics(&stats);
    kept_ = shown_;
    allocated_ = 0;
    total_at_start_ = own_sum(stats, 0);
    rest_ = stats.used_heap_size();
    rest_known_ = true;
    armed_ = looking_ = false;
    depth_ = 0;
    due_ns_ = 0;
}

HeapFlow::Reading HeapFlow::read() const
{
    v8::HeapStatistics stats;
    uint64_t young = 0;

    isolate_->GetHeapStatistics(&stats);
    for (const size_t i : young_spaces_) {
        v8::HeapSpaceStatistics space;

        if (i < n_spaces_ && isolate_->GetHeapSpaceStatistics(&space, i))
            young += space.space_used_size();
    }
    return { stats.used_heap_size(), grown(young, stats.used_heap_size()) };
}

/* Xorshift32. */
void HeapFlow::next_sample(uint64_t now_ns)
{
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    due_ns_ = now_ns + SPACING_MIN_NS + random_ % SPACING_RANGE_NS;
}

void HeapFlow::before_minor(uint64_t now_ns)
{
    if (depth_++ != 0)
        return;
    const bool due = now_ns >= due_ns_;

    looking_ = rest_known_ && (due || armed_);
    armed_ = due && !looking_;
    if (looking_) {
        before_ = read();
        last_allocated_ = grown(rest_, before_.used);
        next_sample(now_ns);
    }
    allocated_ += last_allocated_;
    rest_known_ = false;
}

void HeapFlow::after_minor()
{
    if (--depth_ != 0)
        return;
    if (looking_ || armed_) {
        const Reading after = read();

        if (looking_)
            last_promoted_ = grown(before_.old, after.old);
        rest_ = after.used;
        rest_known_ = true;
    }
    promoted_ += last_promoted_;
}

/* It comes at any moment, so that the stretch before it is cut short. */
void HeapFlow::before_full()
{
    if (depth_++ != 0)
        return;
    v8::HeapStatistics stats;

    if (rest_known_) {
        isolate_->GetHeapStatistics(&stats);
        allocated_ += grown(rest_, stats.used_heap_size());
    } else {
        allocated_ += last_allocated_ / 2;
    }
    rest_known_ = false;
}

void HeapFlow::after_full(v8::HeapStatistics &stats)
{
    if (--depth_ != 0)
        return;
    rest_ = stats.used_heap_size();
    rest_known_ = true;
    look(stats);
}

void HeapFlow::look(v8::HeapStatistics &stats)
{
    const uint64_t since = rest_known_ ? grown(rest_, stats.used_heap_size()) : 0;
    const uint64_t own = own_sum(stats, 0);
    const uint64_t sum = own != UINT64_MAX ? grown(total_at_start_, own) : allocated_ + since;

    shown_ = std::max(shown_, kept_ + sum);
}
