/* SPDX-License-Identifier: MIT */
/*
 * V8's heap and its collector.
 *
 * The callbacks run inside the collector, possibly while the loop has been blocked for
 * an hour: they must never allocate, open a handle scope, call JavaScript or touch libuv
 * handles. Reading the statistics there is legal; heap_flow.h says what it costs.
 */
#include "heap.h"

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

static double unix_ms()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();

    return std::chrono::duration<double, std::milli>(now).count();
}

/* ---- For whom ---------------------------------------------------------------------- */

void HeapWatch::install()
{
    if (isolate_ != nullptr)
        return;
    isolate_ = v8::Isolate::GetCurrent();
    depth_ = 0;
    flow_.start(isolate_);
    isolate_->AddGCPrologueCallback(on_prologue, this);
    isolate_->AddGCEpilogueCallback(on_epilogue, this);
}

void HeapWatch::remove_unwanted()
{
    if (isolate_ == nullptr || wanted())
        return;
    isolate_->RemoveGCPrologueCallback(on_prologue, this);
    isolate_->RemoveGCEpilogueCallback(on_epilogue, this);
    isolate_ = nullptr;
}

void HeapWatch::start(porthole_thread *thread)
{
    thread_ = thread;
    install();
}

void HeapWatch::stop()
{
    thread_ = nullptr;
    remove_unwanted();
}

void HeapWatch::observe(Notify notify, void *ctx, bool all)
{
    notify_ = notify;
    notified_ = ctx;
    notify_all_ = all;
    if (wanted())
        install();
    else
        remove_unwanted();
}

/* ---- Inside a collection ------------------------------------------------------------ */

void HeapWatch::on_prologue(v8::Isolate *, v8::GCType type, v8::GCCallbackFlags, void *data)
{
    static_cast<HeapWatch *>(data)->begin(kind_of(type), now_ns());
}

void HeapWatch::on_epilogue(v8::Isolate *, v8::GCType type, v8::GCCallbackFlags, void *data)
{
    static_cast<HeapWatch *>(data)->end(kind_of(type), now_ns());
}

/* One start per kind: kinds nest in each other, but none in itself. */
void HeapWatch::begin(porthole_gc_kind kind, uint64_t now)
{
    began_ns_[kind] = now;
    if (depth_++ == 0)
        outer_ns_ = now;
    if (kind == PORTHOLE_GC_MINOR)
        flow_.before_minor(now);
    else if (kind == PORTHOLE_GC_MAJOR)
        flow_.before_full();
}

void HeapWatch::end(porthole_gc_kind kind, uint64_t now)
{
    const uint64_t pause_ns = now - began_ns_[kind];
    uint64_t used = 0;

    if (--depth_ == 0)
        pause_ns_ += now - outer_ns_;
    if (kind == PORTHOLE_GC_MAJOR)
        used = note_full(pause_ns);
    else
        others_++;
    if (kind == PORTHOLE_GC_MINOR)
        flow_.after_minor(now);
    if (thread_ != nullptr)
        porthole_gc_done(thread_, kind, pause_ns, used);
    if (notify_ != nullptr && (notify_all_ || kind == PORTHOLE_GC_MAJOR))
        notify_(notified_);
}

uint64_t HeapWatch::note_full(uint64_t pause_ns)
{
    v8::HeapStatistics stats;

    isolate_->GetHeapStatistics(&stats);
    flow_.after_full(stats);
    last_[full_collections_++ % REMEMBERED] = { unix_ms(), stats.used_heap_size(), pause_ns,
                                                others_ };
    if (thread_ != nullptr)
        publish_heap(stats);
    return stats.used_heap_size();
}

/* ---- What it tells ------------------------------------------------------------------ */

const FullCollection *HeapWatch::collection(uint32_t n) const
{
    if (n == 0 || n > full_collections_ || full_collections_ - n >= REMEMBERED)
        return nullptr;
    return &last_[(n - 1) % REMEMBERED];
}

const HeapFlow &HeapWatch::flow()
{
    v8::HeapStatistics stats;

    if (isolate_ != nullptr) {
        isolate_->GetHeapStatistics(&stats);
        flow_.look(stats);
    }
    return flow_;
}

void HeapWatch::publish_heap(v8::HeapStatistics &stats)
{
    porthole_heap heap = {};

    heap.used_bytes = stats.used_heap_size();
    heap.total_bytes = stats.total_heap_size();
    heap.limit_bytes = stats.heap_size_limit();
    heap.physical_bytes = stats.total_physical_size();
    heap.external_bytes = stats.external_memory();
    heap.array_buffers_bytes = array_buffers_;
    heap.malloced_bytes = stats.malloced_memory();
    heap.native_contexts = stats.number_of_native_contexts();
    heap.detached_contexts = stats.number_of_detached_contexts();
    heap.allocated_bytes = flow_.allocated();
    heap.promoted_bytes = flow_.promoted();
    porthole_heap_publish(thread_, &heap);
}

void HeapWatch::publish()
{
    porthole_row rows[MAX_SPACES] = {};
    const size_t spaces = isolate_->NumberOfHeapSpaces();
    v8::HeapStatistics stats;
    size_t n = 0;

    isolate_->GetHeapStatistics(&stats);
    flow_.look(stats);
    publish_heap(stats);
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

void HeapWatch::collect_all()
{
    v8::Isolate::GetCurrent()->LowMemoryNotification();
}

uint64_t HeapWatch::used_bytes()
{
    v8::HeapStatistics stats;

    v8::Isolate::GetCurrent()->GetHeapStatistics(&stats);
    return stats.used_heap_size();
}

void HeapWatch::end_job()
{
    if (isolate_ != nullptr)
        isolate_->ClearKeptObjects();
}
