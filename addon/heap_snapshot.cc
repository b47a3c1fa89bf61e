/* SPDX-License-Identifier: MIT */
/*
 * V8's heap snapshot.
 *
 * stream() must touch nothing of the isolate: it runs on another thread. V8's serialiser
 * reads the snapshot's own nodes, edges and strings, and, of the profiler, two pointers
 * that only an attached debugger changes.
 */
#include "heap_snapshot.h"

#include <cstdint>

static const int CHUNK_BYTES = 64 * 1024;

class Interest : public v8::ActivityControl
{
public:
    explicit Interest(const porthole_task *task) : task_(task) {}

    ControlOption ReportProgressValue(uint32_t, uint32_t) override
    {
        return porthole_task_wanted(task_) ? kContinue : kAbort;
    }

private:
    const porthole_task *task_;
};

class Pipe : public v8::OutputStream
{
public:
    Pipe(bool (*write)(void *, const char *, size_t), void *to) : write_(write), to_(to) {}

    void EndOfStream() override {}
    int GetChunkSize() override { return CHUNK_BYTES; }

    WriteResult WriteAsciiChunk(char *data, int size) override
    {
        return write_(to_, data, static_cast<size_t>(size)) ? kContinue : kAbort;
    }

private:
    bool (*write_)(void *, const char *, size_t);
    void *to_;
};

void HeapSnapshot::take(v8::Isolate *isolate, porthole_task *task)
{
    Interest interest(task);
    v8::HeapProfiler::HeapSnapshotOptions options;

    if (snapshot_ != nullptr) {
        porthole_task_fail(task, "there is a heap snapshot of this thread already");
        return;
    }
    options.control = &interest;
    snapshot_ = isolate->GetHeapProfiler()->TakeHeapSnapshot(options);
    if (snapshot_ == nullptr)
        porthole_task_fail(task, "nobody waits for the heap snapshot any more");
}

void HeapSnapshot::stream(bool (*write)(void *to, const char *bytes, size_t n), void *to) const
{
    Pipe pipe(write, to);

    if (snapshot_ != nullptr)
        snapshot_->Serialize(&pipe);
}

void HeapSnapshot::drop()
{
    if (snapshot_ != nullptr)
        const_cast<v8::HeapSnapshot *>(snapshot_)->Delete();
    snapshot_ = nullptr;
}
