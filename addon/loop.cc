/* SPDX-License-Identifier: MIT */
/*
 * The loop's heartbeat and its lateness.
 *
 * Owns four libuv handles. Must never keep the loop alive, and must not call anything
 * that can run JavaScript except through the pulse and the call before the poll.
 *
 * I/O callbacks run inside libuv's poll phase, between prepare and check: a server that
 * hangs in a request handler looks, by these two stamps alone, as if it were waiting.
 * uv_metrics_idle_time() tells the difference, which is why it goes with the stamp.
 */
#include "loop.h"

#include <algorithm>

static const uint64_t NS_PER_MS = 1000000;

static uv_handle_t *as_handle(void *handle)
{
    return static_cast<uv_handle_t *>(handle);
}

bool LoopWatch::init(uv_loop_t *loop, const Callbacks &callbacks)
{
    /* Node turns it on for its own loops, main and worker; an embedder may not. */
    (void)uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
    /* The first can be out of descriptors. On Unix the others cannot fail; libuv documents
     * them as returning 0. */
    if (uv_async_init(loop, &async_, on_async) != 0 || uv_prepare_init(loop, &prepare_) != 0 ||
        uv_check_init(loop, &check_) != 0 || uv_timer_init(loop, &timer_) != 0)
        return false;
    loop_ = loop;
    callbacks_ = callbacks;
    open_ = 4;
    prepare_.data = check_.data = timer_.data = async_.data = this;
    uv_unref(as_handle(&prepare_));
    uv_unref(as_handle(&check_));
    uv_unref(as_handle(&timer_));
    uv_unref(as_handle(&async_));
    return true;
}

void LoopWatch::start(porthole_thread *thread, unsigned delay_ms, unsigned tick_ms)
{
    const unsigned interval_ms = delay_ms != 0 ? std::min(delay_ms, tick_ms) : tick_ms;

    thread_ = thread;
    delay_ns_ = delay_ms != 0 ? interval_ms * NS_PER_MS : 0;
    tick_ns_ = tick_ms * NS_PER_MS;
    next_tick_ns_ = uv_hrtime() + tick_ns_;
    /* During a long start-up the loop's clock stands still; do not call that lateness. */
    uv_update_time(loop_);
    (void)uv_prepare_start(&prepare_, on_prepare);
    (void)uv_check_start(&check_, on_check);
    (void)uv_timer_start(&timer_, on_timer, interval_ms, interval_ms);
    expect_next();
}

void LoopWatch::stop()
{
    thread_ = nullptr;
    (void)uv_prepare_stop(&prepare_);
    (void)uv_check_stop(&check_);
    (void)uv_timer_stop(&timer_);
}

void LoopWatch::close(Callback done, void *ctx)
{
    closed_ = done;
    closed_ctx_ = ctx;
    uv_close(as_handle(&prepare_), on_closed);
    uv_close(as_handle(&check_), on_closed);
    uv_close(as_handle(&timer_), on_closed);
    uv_close(as_handle(&async_), on_closed);
}

void LoopWatch::wake()
{
    (void)uv_async_send(&async_);
}

void LoopWatch::on_closed(uv_handle_t *handle)
{
    auto *self = static_cast<LoopWatch *>(handle->data);

    if (--self->open_ == 0)
        self->closed_(self->closed_ctx_);
}

/*
 * libuv counts in whole milliseconds: the poll waits `due - uv_now()` of them, but it
 * starts up to one later than the start of the millisecond that uv_now() names. That
 * excess is rounding, not the application's doing, and shows on every firing of an idle
 * loop (mean 0.5 ms if left in), so it is taken off again. What remains: a real delay
 * below 1 ms is seen as less than it is, plus the kernel's timer slack of about 0.06 ms.
 */
void LoopWatch::on_prepare(uv_prepare_t *prepare)
{
    auto *self = static_cast<LoopWatch *>(prepare->data);

    self->callbacks_.before_poll(self->callbacks_.ctx);
    if (self->thread_ == nullptr)
        return;
    const uint64_t now = uv_hrtime();
    const uint64_t loop_now = uv_now(self->loop_) * NS_PER_MS;

    self->rounding_ns_ = now > loop_now ? std::min(now - loop_now, NS_PER_MS) : 0;
    porthole_loop_before_poll(self->thread_, now, uv_metrics_idle_time(self->loop_));
}

void LoopWatch::on_check(uv_check_t *check)
{
    auto *self = static_cast<LoopWatch *>(check->data);

    porthole_loop_after_poll(self->thread_, uv_hrtime());
    self->callbacks_.turned(self->callbacks_.ctx);
}

void LoopWatch::on_async(uv_async_t *async)
{
    auto *self = static_cast<LoopWatch *>(async->data);

    self->callbacks_.woken(self->callbacks_.ctx);
}

/* uv_now() is what libuv itself armed the timer with; uv_hrtime() would be too late. */
void LoopWatch::expect_next()
{
    due_ns_ = (uv_now(loop_) + uv_timer_get_due_in(&timer_)) * NS_PER_MS;
}

uint64_t LoopWatch::lateness(uint64_t now_ns) const
{
    const uint64_t expected = due_ns_ + rounding_ns_;

    return now_ns > expected ? now_ns - expected : 0;
}

void LoopWatch::on_timer(uv_timer_t *timer)
{
    auto *self = static_cast<LoopWatch *>(timer->data);
    const uint64_t now = uv_hrtime();

    if (self->delay_ns_ != 0)
        porthole_loop_delayed(self->thread_, self->lateness(now), self->delay_ns_);
    self->expect_next();
    if (now < self->next_tick_ns_)
        return;
    /* A loop that was blocked for an hour owes one pulse, not 3,600. */
    self->next_tick_ns_ = std::max(self->next_tick_ns_ + self->tick_ns_, now);
    self->callbacks_.pulse(self->callbacks_.ctx);
}
