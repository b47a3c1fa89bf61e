/* SPDX-License-Identifier: MIT */
/*
 * libuv's handles, as its own queue shows them.
 *
 * Must only look at handles that are not ours: not a byte of theirs is written. uv_walk()
 * is not used because it takes every handle out of the queue and puts it back, which writes
 * to all of them.
 *
 * The marker must be a handle of ours: any other may be closed by a setImmediate() callback
 * behind us and be freed before we look again.
 */
#include "handles.h"

#include "loop.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

/* Private to libuv (src/uv-common.h), the same from 1.35 to 1.52; init() looks whether they
 * still are. Read here, because four calls into libuv are half of the cost of a handle. */
static const unsigned CLOSING = 0x01 | 0x02;
static const unsigned ACTIVE = 0x04;
static const unsigned INTERNAL = 0x10;

static const uint64_t FREE_NS = 200000;
static const uint64_t SPACING = 1000;
static const size_t FDS_AT_FIRST = 256;

static_assert(sizeof(uv_handle_t::handle_queue) == sizeof(HandleLink),
              "libuv's queue of handles has changed");

static const HandleLink *link_of(const void *queue)
{
    return static_cast<const HandleLink *>(queue);
}

static const uv_handle_t *handle_of(const HandleLink *link)
{
    const char *at = reinterpret_cast<const char *>(link);

    return reinterpret_cast<const uv_handle_t *>(at - offsetof(uv_handle_t, handle_queue));
}

static uv_handle_t *as_handle(uv_check_t *check)
{
    return reinterpret_cast<uv_handle_t *>(check);
}

/* libuv's own handle is internal and active, a new one of ours is neither. */
static bool flags_hold(const uv_loop_t *loop, const uv_check_t *ours)
{
    return (loop->wq_async.flags & (INTERNAL | CLOSING | ACTIVE)) == (INTERNAL | ACTIVE) &&
           (ours->flags & (INTERNAL | CLOSING | ACTIVE)) == 0;
}

/* uv_check_init() cannot fail, and a handle that is not started keeps no loop alive. */
void HandleCensus::init(uv_loop_t *loop, const LoopWatch *own)
{
    loop_ = loop;
    own_ = own;
    queue_ = link_of(&loop->handle_queue);
    for (uv_check_t &slot : slots_)
        slot.data = this;
    (void)uv_check_init(loop, &slots_[0]);
    taken_[0] = true;
    marker_ = link_of(&slots_[0].handle_queue);
    exact_ = flags_hold(loop, &slots_[0]) && queue_->prev == marker_ && marker_->next == queue_;
}

void HandleCensus::close(Callback done, void *ctx)
{
    closed_ = done;
    ctx_ = ctx;
    uv_close(as_handle(&slots_[slot_]), on_closed);
}

void HandleCensus::on_closed(uv_handle_t *handle)
{
    auto *self = static_cast<HandleCensus *>(handle->data);
    const auto taken = std::begin(self->taken_);

    taken[reinterpret_cast<uv_check_t *>(handle) - self->slots_] = false;
    if (self->closed_ != nullptr &&
        std::find(taken, std::end(self->taken_), true) == std::end(self->taken_))
        self->closed_(self->ctx_);
}

/* The old marker is gone at the end of the turn. A turn wants two slots beside the marker:
 * for start() and for count_new(). false: they are all in use, by several start()s. */
bool HandleCensus::advance()
{
    const size_t next = std::find(std::begin(taken_), std::end(taken_), false) - taken_;

    if (next == std::size(taken_))
        return false;
    (void)uv_check_init(loop_, &slots_[next]);
    uv_close(as_handle(&slots_[slot_]), on_closed);
    taken_[next] = true;
    slot_ = next;
    marker_ = link_of(&slots_[next].handle_queue);
    return true;
}

/* ---- What is created ---------------------------------------------------------------- */

bool HandleCensus::counts(const uv_handle_t *handle) const
{
    return (handle->flags & INTERNAL) == 0 && handle->type < UV_HANDLE_TYPE_MAX &&
           !lies_in(handle, *this) && !own_->owns(handle);
}

void HandleCensus::count_new()
{
    const HandleLink *last = queue_->prev;
    const HandleLink *marker = marker_;

    if (!advance())
        return;
    for (const HandleLink *link = last; link != marker; link = link->prev)
        if (counts(handle_of(link)))
            created_[handle_of(link)->type]++;
}

/* If the marker is not the last, what is behind it will be counted again: hence less
 * `fresh`, which may pass below zero until then. */
void HandleCensus::start(porthole_thread *thread)
{
    Walk seen = {};

    thread_ = thread;
    next_walk_ns_ = 0;
    counts_.timers = counts_.immediates = PORTHOLE_UNKNOWN;
    (void)advance();
    walk(&seen);
    for (int type = 0; type < UV_HANDLE_TYPE_MAX; type++)
        created_[type] = seen.kind[type].open - seen.kind[type].fresh;
}

/* ---- What is open ------------------------------------------------------------------- */

bool HandleCensus::grow_fds()
{
    const size_t room = fds_room_ == 0 ? FDS_AT_FIRST : 2 * fds_room_;

    if (room > PORTHOLE_FD_LIMIT)
        return false;
    std::unique_ptr<int[]> larger(new (std::nothrow) int[room]);

    if (larger == nullptr)
        return false;
    std::copy_n(fds_.get(), fds_room_, larger.get());
    fds_ = std::move(larger);
    fds_room_ = room;
    return true;
}

void HandleCensus::note_fd(int fd, Walk *walk)
{
    if (fd < 0 || fd >= PORTHOLE_FD_LIMIT)
        return;
    if (walk->fds == fds_room_ && !grow_fds())
        walk->fds_cut = true;
    else
        fds_[walk->fds++] = fd;
}

/* As uv_fileno() on Linux. */
static int fd_of(const uv_handle_t *handle)
{
    switch (handle->type) {
    case UV_TCP:
    case UV_NAMED_PIPE:
    case UV_TTY:
        return reinterpret_cast<const uv_stream_t *>(handle)->io_watcher.fd;
    case UV_UDP:
        return reinterpret_cast<const uv_udp_t *>(handle)->io_watcher.fd;
    case UV_POLL:
        return reinterpret_cast<const uv_poll_t *>(handle)->io_watcher.fd;
    default:
        return -1;
    }
}

/* What is wanted of a handle is in three lines of the cache; twice as far ahead of the walk
 * is no faster. */
void HandleCensus::fetch(const HandleLink *link)
{
    const uv_handle_t *handle = handle_of(link);

    __builtin_prefetch(&handle->type);
    __builtin_prefetch(&handle->flags);
    __builtin_prefetch(&reinterpret_cast<const uv_stream_t *>(handle)->io_watcher.fd);
}

void HandleCensus::walk(Walk *walk)
{
    bool behind = false;

    trail_.begin();
    for (const HandleLink *link = queue_->next; link != queue_; link = link->next) {
        const uv_handle_t *handle = handle_of(link);

        trail_.pass(link, fetch);
        behind = behind || link == marker_;
        if (!counts(handle))
            continue;
        Kind *kind = &walk->kind[handle->type];

        kind->fresh += behind;
        if ((handle->flags & CLOSING) != 0)
            continue;
        kind->open++;
        kind->active += (handle->flags & ACTIVE) != 0;
        note_fd(fd_of(handle), walk);
    }
    trail_.end();
}

/* ---- Once per tick ------------------------------------------------------------------ */

void HandleCensus::set_timers(uint64_t timers, uint64_t immediates)
{
    counts_.timers = timers;
    counts_.immediates = immediates;
}

void HandleCensus::publish_table(const Walk &walk)
{
    porthole_row rows[UV_HANDLE_TYPE_MAX] = {};
    size_t n = 0;

    for (int type = UV_UNKNOWN_HANDLE + 1; type < UV_HANDLE_TYPE_MAX; type++) {
        const Kind &kind = walk.kind[type];
        const uint64_t created = created_[type] + kind.fresh;

        seen_[type] = seen_[type] || kind.open != 0 || created != 0;
        if (!seen_[type])
            continue;
        rows[n].name = uv_handle_type_name(static_cast<uv_handle_type>(type));
        rows[n].value[0] = kind.open;
        rows[n].value[1] = kind.active;
        rows[n].value[2] = exact_ ? created : PORTHOLE_UNKNOWN;
        rows[n].value[3] = exact_ ? created - kind.open : PORTHOLE_UNKNOWN;
        n++;
    }
    porthole_table_publish(thread_, PORTHOLE_TABLE_HANDLES, rows, n, 0);
}

/* Once is not slow: the kernel may have given the core to somebody else for 20 ms of what
 * looks like a walk, and for that the figures would be 20 s old. */
void HandleCensus::rest(uint64_t began)
{
    lately_[walks_++ % std::size(lately_)] = walk_ns_;
    const uint64_t took = *std::min_element(std::begin(lately_), std::end(lately_));

    next_walk_ns_ = took > FREE_NS ? began + took * SPACING : 0;
}

void HandleCensus::publish()
{
    const uint64_t began = uv_hrtime();
    Walk seen = {};

    counts_.requests = loop_->active_reqs.count;
    porthole_loop_counts_publish(thread_, &counts_);
    if (began < next_walk_ns_)
        return;
    walk(&seen);
    publish_table(seen);
    if (!seen.fds_cut) /* half of them would make strangers of the others */
        porthole_fds_publish(thread_, fds_.get(), seen.fds);

    walk_ns_ = uv_hrtime() - began;
    rest(began);
}
