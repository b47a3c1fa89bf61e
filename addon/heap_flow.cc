/* SPDX-License-Identifier: MIT */
/*
 * Sums over collections.
 *
 * Which collection is looked at must not depend on the collection itself. The first one after
 * the time is due ends a stretch that tends to be a long one; so it is the one after it that
 * is taken (`armed_`), which is every one while they are rare. The time is random, lest it
 * falls into step with the application.
 */
#include "heap_flow.h"

#include <algorithm>
#include <cstring>

static const uint64_t SPACING_NS = 100 * 1000000ULL;
static const uint64_t SPACING_ALL_NS = 2000 * 1000000ULL;
static const double FADE = 0.8; /* what the last look counts for in the next */

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
    rest_ = read_all(stats);
    settled_old_ = rest_.old;
    usual_rest_ = rest_.young;
    total_at_start_ = own_sum(stats, 0);
    kept_ = shown_;
    young_ = direct_ = depth_ = 0;
    minors_since_ = false;
    armed_ = true;
    due_ns_ = due_all_ns_ = 0;
}

/* ---- Looking ------------------------------------------------------------------------ */

uint64_t HeapFlow::read_young() const
{
    uint64_t young = 0;

    for (const size_t i : young_spaces_) {
        v8::HeapSpaceStatistics space;

        if (i < n_spaces_ && isolate_->GetHeapSpaceStatistics(&space, i))
            young += space.space_used_size();
    }
    return young;
}

HeapFlow::Reading HeapFlow::read_all(v8::HeapStatistics &stats) const
{
    const uint64_t young = read_young();

    return { ALL, young, grown(young, stats.used_heap_size()) };
}

HeapFlow::Reading HeapFlow::read(Level level) const
{
    v8::HeapStatistics stats;

    if (level != ALL)
        return { YOUNG, read_young(), 0 };
    isolate_->GetHeapStatistics(&stats);
    return read_all(stats);
}

/* Half the mean to one and a half. Xorshift32. */
uint64_t HeapFlow::spacing(uint64_t mean_ns)
{
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return mean_ns / 2 + random_ % mean_ns;
}

/* ---- Around a collection ------------------------------------------------------------ */

void HeapFlow::look_before()
{
    before_ = read(rest_.level);
    usual_rest_ = rest_.young;
    usual_young_ = grown(rest_.young, before_.young);
    if (before_.level == ALL)
        seen_direct_ = seen_direct_ * FADE + static_cast<double>(grown(rest_.old, before_.old));
}

void HeapFlow::before_minor(uint64_t now_ns)
{
    if (depth_++ != 0)
        return;
    before_.level = NOTHING;
    if (armed_ && rest_.level != NOTHING)
        look_before();
    armed_ = now_ns >= due_ns_;
    if (armed_)
        due_ns_ = now_ns + spacing(SPACING_NS);
    young_ += usual_young_;
}

void HeapFlow::after_minor(uint64_t now_ns)
{
    const bool whole = before_.level == ALL;

    if (--depth_ != 0)
        return;
    minors_since_ = true;
    rest_.level = NOTHING;
    if (!whole && !armed_)
        return;
    rest_ = read(whole || now_ns >= due_all_ns_ ? ALL : YOUNG);
    if (!whole)
        return;
    seen_promoted_ = seen_promoted_ * FADE + static_cast<double>(grown(before_.old, rest_.old));
    due_all_ns_ = now_ns + spacing(SPACING_ALL_NS);
}

void HeapFlow::before_full()
{
    if (depth_++ != 0)
        return;
    const Reading now = read(ALL);

    settle(now);
    young_ += grown(rest_.level != NOTHING ? rest_.young : usual_rest_, now.young);
}

void HeapFlow::after_full(v8::HeapStatistics &stats)
{
    if (--depth_ != 0)
        return;
    rest_ = read_all(stats);
    settled_old_ = rest_.old;
    usual_rest_ = rest_.young;
    look(stats);
}

/* ---- Sums --------------------------------------------------------------------------- */

/* Without a minor collection since nothing can have been promoted. */
void HeapFlow::settle(const Reading &now)
{
    const uint64_t growth = grown(settled_old_, now.old);
    const double seen = seen_promoted_ + seen_direct_;
    const double share = seen > 0 ? seen_promoted_ / seen : 1;
    const auto promoted =
        minors_since_ ? static_cast<uint64_t>(static_cast<double>(growth) * share) : 0;

    promoted_ += promoted;
    direct_ += growth - promoted;
    settled_old_ = now.old;
    minors_since_ = false;
}

void HeapFlow::look(v8::HeapStatistics &stats)
{
    const Reading now = read_all(stats);
    const uint64_t rest = rest_.level != NOTHING ? rest_.young : usual_rest_;
    const uint64_t own = own_sum(stats, 0);

    settle(now);
    const uint64_t sum = own != UINT64_MAX ? grown(total_at_start_, own)
                                           : young_ + direct_ + grown(rest, now.young);

    shown_ = std::max(shown_, kept_ + sum);
}
