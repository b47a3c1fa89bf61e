/* SPDX-License-Identifier: MIT */
/*
 * V8's structured stack trace, frame by frame.
 *
 * Called in the middle of the application's code, possibly with its last 100 KiB of stack:
 * no recursion and no large buffers.
 */
#include "stack.h"

#include "utf8.h"

#undef NAPI_VERSION
#include <node.h>
#include <v8-debug.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

/* What V8 can show; the agent has ceilings of its own. */
static const unsigned MAX_FRAMES = 1000;

/* Frames of other contexts as well: node:vm is used within one application. */
static const auto OPTIONS = static_cast<v8::StackTrace::StackTraceOptions>(
    v8::StackTrace::kDetailed | v8::StackTrace::kExposeFramesAcrossSecurityOrigins);

static enum porthole_frame_kind kind_of(v8::Local<v8::StackFrame> frame, const char *file)
{
    if (frame->IsWasm())
        return PORTHOLE_FRAME_WASM;
    if (frame->IsEval())
        return PORTHOLE_FRAME_EVAL;
    return strncmp(file, "node:", 5) == 0 ? PORTHOLE_FRAME_RUNTIME : PORTHOLE_FRAME_JS;
}

/* V8 says 0 where it does not know, and so do we; -1 would be a mistake. */
static uint32_t position(int from_one)
{
    return static_cast<uint32_t>(std::max(from_one, 0));
}

static bool give(v8::Isolate *isolate, v8::Local<v8::StackFrame> from, porthole_task *task)
{
    const Utf8 function(isolate, from->GetFunctionName());
    const Utf8 file(isolate, from->GetScriptNameOrSourceURL());
    porthole_frame frame = {};

    frame.function = function.get();
    frame.file = file.get();
    frame.line = position(from->GetLineNumber());
    frame.column = position(from->GetColumn());
    frame.kind = kind_of(from, file.get());
    frame.constructor = from->IsConstructor();
    return porthole_task_frame(task, &frame);
}

static uint64_t async_id(node::async_id id)
{
    return id > 0 ? static_cast<uint64_t>(id) : 0;
}

void stack_capture(v8::Isolate *isolate, porthole_task *task)
{
    const unsigned depth = std::min(porthole_task_depth(task), MAX_FRAMES);
    const v8::Local<v8::StackTrace> trace =
        v8::StackTrace::CurrentStackTrace(isolate, static_cast<int>(depth) + 1, OPTIONS);
    const auto count = static_cast<unsigned>(trace->GetFrameCount());

    porthole_task_async(task, async_id(node::AsyncHooksGetExecutionAsyncId(isolate)),
                        async_id(node::AsyncHooksGetTriggerAsyncId(isolate)));
    for (unsigned i = 0; i < std::min(count, depth); i++) {
        const v8::HandleScope scope(isolate);

        if (!give(isolate, trace->GetFrame(isolate, i), task))
            return;
    }
    if (count > depth)
        porthole_task_frames_cut(task);
}
