/* SPDX-License-Identifier: MIT */
/*
 * V8's near-heap-limit callback.
 *
 * Runs inside the collector: plain stores only. V8 ends the process over a callback that
 * is removed twice.
 */
#include "heap_limit.h"

#include <algorithm>

/* More than one collection promotes at once (a semispace is 16 MiB): V8 asks once and, if
 * the heap is above the new limit as well, ends the process. Seen with 8 MiB. */
static const size_t MIN_RAISE_BYTES = 32U * 1024 * 1024;

void HeapLimit::start(porthole_thread *thread)
{
    isolate_ = v8::Isolate::GetCurrent();
    thread_ = thread;
    isolate_->AddNearHeapLimitCallback(on_near_limit, this);
}

/* 0: the limit stays as it is. */
void HeapLimit::stop()
{
    if (isolate_ != nullptr)
        isolate_->RemoveNearHeapLimitCallback(on_near_limit, 0);
    isolate_ = nullptr;
}

size_t HeapLimit::on_near_limit(void *data, size_t current, size_t)
{
    auto *self = static_cast<HeapLimit *>(data);

    porthole_near_heap_limit(self->thread_);
    self->stop();
    return current + std::max(current / 32, MIN_RAISE_BYTES);
}
