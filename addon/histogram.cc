/* SPDX-License-Identifier: MIT */
/*
 * Counts objects while V8 walks its heap.
 *
 * In the walk the heap must stay as it is: nothing may be allocated in it, so a name is
 * compared as it lies there (even a name in pieces) and made text only afterwards.
 */
#include "histogram.h"

#include "utf8.h"

#include <v8-array-buffer.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-profiler.h>
#include <v8-typed-array.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

static const uint32_t MAX_NAMES = 20000;
static const uint32_t SLOTS = 65536; /* a power of two, and at most a third in use */

struct Name {
    v8::Global<v8::String> text;
    int                    hash;
    bool                   has_bytes;
    uint64_t               count;
    uint64_t               bytes;
};

class Counter : public v8::QueryObjectPredicate
{
public:
    explicit Counter(v8::Isolate *isolate) : isolate_(isolate) {}
    Counter(const Counter &) = delete;
    Counter &operator=(const Counter &) = delete;

    bool Filter(v8::Local<v8::Object> object) override;
    void give(HistogramRow row, void *ctx);

private:
    Name *find(v8::Local<v8::String> text);
    Name *add(v8::Local<v8::String> text, uint32_t slot, int hash);

    v8::Isolate *isolate_;
    uint32_t n_ = 0;
    Name other_ = {};
    Name names_[MAX_NAMES];
    uint16_t slots_[SLOTS] = {}; /* index of a name plus 1; 0: free */
};

static_assert(MAX_NAMES < UINT16_MAX, "a slot holds the index of a name");

Name *Counter::add(v8::Local<v8::String> text, uint32_t slot, int hash)
{
    Name *name = &names_[n_++];

    slots_[slot] = static_cast<uint16_t>(n_);
    name->text.Reset(isolate_, text);
    name->hash = hash;
    name->has_bytes = false;
    name->count = 0;
    name->bytes = 0;
    return name;
}

/* The hash of a string is that of its characters and is kept in its header. */
Name *Counter::find(v8::Local<v8::String> text)
{
    const int hash = text->GetIdentityHash();

    for (uint32_t i = static_cast<uint32_t>(hash) * 2654435769U >> 16;; i++) {
        const uint32_t slot = i % SLOTS;

        if (slots_[slot] == 0)
            return n_ < MAX_NAMES ? add(text, slot, hash) : &other_;

        Name *name = &names_[slots_[slot] - 1];

        if (name->hash == hash && name->text.Get(isolate_)->StringEquals(text))
            return name;
    }
}

/* What an array buffer or a view of one holds; false for anything else. */
static bool bytes_of(v8::Local<v8::Object> object, uint64_t *bytes)
{
    if (object->IsArrayBufferView())
        *bytes = object.As<v8::ArrayBufferView>()->ByteLength();
    else if (object->IsArrayBuffer())
        *bytes = object.As<v8::ArrayBuffer>()->ByteLength();
    else if (object->IsSharedArrayBuffer())
        *bytes = object.As<v8::SharedArrayBuffer>()->ByteLength();
    else
        return false;
    return true;
}

/* Never keeps one: V8 would collect handles to them. */
bool Counter::Filter(v8::Local<v8::Object> object)
{
    const v8::HandleScope scope(isolate_);
    Name *name = find(object->GetConstructorName());
    uint64_t bytes = 0;

    name->count++;
    if (bytes_of(object, &bytes)) {
        name->has_bytes = true;
        name->bytes += bytes;
    }
    return false;
}

static uint64_t bytes_in(const Name &name)
{
    return name.has_bytes ? name.bytes : PORTHOLE_UNKNOWN;
}

void Counter::give(HistogramRow row, void *ctx)
{
    for (uint32_t i = 0; i < n_; i++) {
        const v8::HandleScope scope(isolate_);
        const Utf8 text(isolate_, names_[i].text.Get(isolate_));

        if (!row(ctx, text.get(), names_[i].count, bytes_in(names_[i])))
            return;
    }
    if (other_.count != 0)
        (void)row(ctx, "(other)", other_.count, bytes_in(other_));
}

bool histogram_each(v8::Isolate *isolate, v8::Local<v8::Context> context, HistogramRow row,
                    void *ctx)
{
    const std::unique_ptr<Counter> counter(new (std::nothrow) Counter(isolate));
    std::vector<v8::Global<v8::Object>> none;

    if (counter == nullptr)
        return false;
    isolate->GetHeapProfiler()->QueryObjects(context, counter.get(), &none);
    counter->give(row, ctx);
    return true;
}

static bool give_row(void *task, const char *name, uint64_t count, uint64_t bytes)
{
    return porthole_task_row(static_cast<porthole_task *>(task), name, count, bytes);
}

void histogram_count(v8::Isolate *isolate, v8::Local<v8::Context> context, porthole_task *task)
{
    if (!histogram_each(isolate, context, give_row, task))
        porthole_task_fail(task, "no memory to count objects");
}
