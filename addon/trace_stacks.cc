/* SPDX-License-Identifier: MIT */
/* From V8's structured stack traces to numbers, and from these to JSON. */
#include "trace_stacks.h"

#include "utf8.h"

#include <v8-debug.h>

#include <algorithm>
#include <cstring>

static const auto OPTIONS = static_cast<v8::StackTrace::StackTraceOptions>(
    v8::StackTrace::kDetailed | v8::StackTrace::kExposeFramesAcrossSecurityOrigins);

/* The frames that count. */
struct TraceStacks::Trace {
    v8::Local<v8::StackFrame> frames[FRAMES];
    int n;
    uint64_t key;
};

void TraceStacks::set_own(v8::Isolate *isolate)
{
    const v8::Local<v8::StackTrace> trace =
        v8::StackTrace::CurrentStackTrace(isolate, 1, OPTIONS);

    own_script_ = trace->GetFrameCount() > 0 ? trace->GetFrame(isolate, 0)->GetScriptId() : -1;
}

static uint64_t place_of(v8::Local<v8::StackFrame> frame)
{
    return static_cast<uint64_t>(static_cast<uint32_t>(frame->GetScriptId())) << 32 ^
           static_cast<uint64_t>(static_cast<uint32_t>(frame->GetLineNumber())) << 12 ^
           static_cast<uint32_t>(frame->GetColumn());
}

uint32_t TraceStacks::take(v8::Isolate *isolate)
{
    const v8::Local<v8::StackTrace> from =
        v8::StackTrace::CurrentStackTrace(isolate, FRAMES + OWN, OPTIONS);
    const int n = from->GetFrameCount();
    Trace trace = {};
    int own = 0;

    while (own < n &&
           from->GetFrame(isolate, static_cast<uint32_t>(own))->GetScriptId() == own_script_)
        own++;
    for (int i = own; i < std::min(n, own + FRAMES); i++) {
        trace.frames[trace.n] = from->GetFrame(isolate, static_cast<uint32_t>(i));
        trace.key = mix_keys(trace.key, place_of(trace.frames[trace.n++]));
    }
    if (trace.n == 0)
        return OTHER;
    const Slot *slot = slots_.find(trace.key);

    return slot != nullptr ? slot->stack : learn(isolate, trace);
}

uint32_t TraceStacks::learn(v8::Isolate *isolate, const Trace &trace)
{
    const uint32_t first = frames_.n();
    Known *known = known_.n() < MOST ? known_.add() : nullptr;
    Slot *slot = known != nullptr && copy(isolate, trace) ? slots_.obtain(trace.key) : nullptr;

    if (slot == nullptr) {
        cut_ = true;
        return OTHER;
    }
    *known = { trace.key, first, static_cast<uint32_t>(trace.n) };
    slot->stack = known_.n();
    return slot->stack;
}

/* The end of a path says more than its beginning. */
static void keep_end(const char *from, size_t n, char *to, size_t room)
{
    size_t skip = n < room ? 0 : n - room + 1;

    while ((from[skip] & 0xc0) == 0x80)
        skip++;
    memcpy(to, from + skip, n - skip + 1);
}

bool TraceStacks::copy(v8::Isolate *isolate, const Trace &trace)
{
    for (int i = 0; i < trace.n; i++) {
        const v8::HandleScope scope(isolate);
        const v8::Local<v8::StackFrame> from = trace.frames[i];
        const Utf8 function(isolate, from->GetFunctionName());
        const Utf8 file(isolate, from->GetScriptNameOrSourceURL());
        Frame *to = frames_.add();

        if (to == nullptr)
            return false;
        to->line = std::max(from->GetLineNumber(), 0);
        to->column = std::max(from->GetColumn(), 0);
        keep_end(function.get(), function.size(), to->function, sizeof(to->function));
        keep_end(file.get(), file.size(), to->file, sizeof(to->file));
    }
    return true;
}

static void put_position(const char *name, int value, TraceText *out)
{
    if (value > 0)
        return out->put_number(name, static_cast<uint64_t>(value));
    out->put(name);
    out->put("null");
}

void TraceStacks::put(uint32_t stack, TraceText *out) const
{
    const Known *known = stack != OTHER ? known_.at(stack - 1) : nullptr;
    const uint32_t n = known != nullptr ? known->n : 0;

    out->put("[");
    for (uint32_t i = 0; i < n; i++) {
        const Frame *frame = frames_.at(known->first + i);

        out->put(i != 0 ? ",{\"function\":" : "{\"function\":");
        out->put_string(frame->function);
        out->put(",\"file\":");
        out->put_string(frame->file);
        put_position(",\"line\":", frame->line, out);
        put_position(",\"column\":", frame->column, out);
        out->put("}");
    }
    out->put("]");
}

void TraceStacks::clear()
{
    slots_.clear();
    known_.clear();
    frames_.clear();
    cut_ = false;
}
