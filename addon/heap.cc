/* SPDX-License-Identifier: MIT */
/*
 * V8's heap and its collector.
 *
 * The callbacks run inside the collector, possibly while the loop has been blocked for
 * an hour: they must never allocate, open a handle scope, call JavaScript or touch libuv
 * handles. Reading the statistics there is legal and costs 0.7 to 3.8 microseconds.
 */
#include "heap.h"

#include <v8-statistics.h>

#include <chrono>
#include <cstddef>

/* More than V8 has (8 to 12); a later one with more would be cut, not overrun. */
static const size_t MAX_SPACES = 32;

static_assert(v8::kGCTypeScavenge == 1, "V8 renumbered its collections");
static_assert(v8::kGCTypeMarkSweepCompact == 4, "V8 renumbered its collections");
static_assert(v8::kGCTypeIncrementalMarking == 8, "V8 renumbered its collections");
static_assert(v8::kGCTypeProcessWeakCallbacks == 16, "V8 renumbered its collections");

/* By number where V8 changed the name: 2 was MinorMarkCompact, is MinorMarkSweep. */
static porthole_gc_kind kind_of(v8::GCType type)
{
    switch (static_cast<int>(type)) {
    case 4:
        return PORTHOLE_GC_MAJOR;
    case 8:
        return PORTHOLE_GC_INCREMENTAL;
    case 16:
        return PORTHOLE_GC_WEAKCB;
    default:
        return PORTHOLE_GC_MINOR;
    }
}

static uint64_t now_ns()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();

    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void HeapWatch::start(porthole_thread *thread)
{
    isolate_ = v8::Isolate::GetCurrent();
    thread_ = thread;
    isolate_->AddGCPrologueCallback(on_prologue, this);
    isolate_->AddGCEpilogueCallback(on_epilogue, this);
}

void HeapWatch::stop()
{
    if (isolate_ == nullptr)
        return;
    isolate_->RemoveGCPrologueCallback(on_prologue, this);
    isolate_->RemoveGCEpilogueCallback(on_epilogue, this);
    isolate_ = nullptr;
    thread_ = nullptr;
}

/* One start per kind: kinds nest in each other, but none in itself. */
void HeapWatch::on_prologue(v8::Isolate *, v8::GCType type, v8::GCCallbackFlags, void *data)
{
    auto *self = static_cast<HeapWatch *>(data);
    const uint64_t now = now_ns();

    self->began_ns_[kind_of(type)] = now;
    if (self->depth_++ == 0)
        self->outer_ns_ = now;
}

void HeapWatch::on_epilogue(v8::Isolate *, v8::GCType type, v8::GCCallbackFlags, void *data)
{
    auto *self = static_cast<HeapWatch *>(data);
    const porthole_gc_kind kind = kind_of(type);
    const uint64_t now = now_ns();
    const uint64_t pause_ns = now - self->began_ns_[kind];
    const uint64_t used = kind == PORTHOLE_GC_MAJOR ? self->publish_heap() : 0;

    self->full_collections_ += kind == PORTHOLE_GC_MAJOR;
    if (--self->depth_ == 0)
        self->pause_ns_ += now - self->outer_ns_;
    porthole_gc_done(self->thread_, kind, pause_ns, used);
}

uint64_t HeapWatch::publish_heap()
{
    v8::HeapStatistics stats;
    porthole_heap heap = {};

    isolate_->GetHeapStatistics(&stats);
    heap.used_bytes = stats.used_heap_size();
    heap.total_bytes = stats.total_heap_size();
    heap.limit_bytes = stats.heap_size_limit();
    heap.physical_bytes = stats.total_physical_size();
    heap.external_bytes = stats.external_memory();
    heap.array_buffers_bytes = array_buffers_;
    heap.malloced_bytes = stats.malloced_memory();
    heap.native_contexts = stats.number_of_native_contexts();
    heap.detached_contexts = stats.number_of_detached_contexts();
    porthole_heap_publish(thread_, &heap);
    return heap.used_bytes;
}

void HeapWatch::publish()
{
    porthole_row rows[MAX_SPACES] = {};
    const size_t spaces = isolate_->NumberOfHeapSpaces();
    size_t n = 0;

    publish_heap();
    for (size_t i = 0; i < spaces && n < MAX_SPACES; i++) {
        v8::HeapSpaceStatistics space;

        if (!isolate_->GetHeapSpaceStatistics(&space, i))
            continue;
        rows[n].name = space.space_name();
        rows[n].value[0] = space.space_size();
        rows[n].value[1] = space.space_used_size();
        rows[n].value[2] = space.space_available_size();
        rows[n].value[3] = space.physical_space_size();
        n++;
    }
    porthole_table_publish(thread_, PORTHOLE_TABLE_HEAP_SPACES, rows, n, spaces);
}

void HeapWatch::set_array_buffers(uint64_t bytes)
{
    array_buffers_ = bytes;
}

void HeapWatch::end_job()
{
    if (isolate_ != nullptr)
        isolate_->ClearKeptObjects();
}
