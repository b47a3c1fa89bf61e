/* SPDX-License-Identifier: MIT */
/*
 * Compares two stacks. That a function is in the same place twice does not prove that it
 * is the same call; the loop's turn and Node's async id narrow it down to one callback.
 */
#include "standing.h"

#include "utf8.h"

#undef NAPI_VERSION
#include <node.h>
#include <v8-debug.h>

#include <cstddef>

static const int MAX_CALLS = 200;

static const auto OPTIONS = static_cast<v8::StackTrace::StackTraceOptions>(
    v8::StackTrace::kOverview | v8::StackTrace::kScriptId |
    v8::StackTrace::kExposeFramesAcrossSecurityOrigins);

static StandingCall describe(v8::Isolate *isolate, v8::Local<v8::StackFrame> frame)
{
    return {
        Utf8(isolate, frame->GetFunctionName()).get(),
        Utf8(isolate, frame->GetScriptName()).get(),
        frame->GetScriptId(),
        frame->GetLineNumber(),
        frame->GetColumn(),
    };
}

/* Outermost first; none if the stack is deeper than what V8 would tell us. */
static std::vector<StandingCall> look(v8::Isolate *isolate)
{
    const v8::HandleScope scope(isolate);
    const v8::Local<v8::StackTrace> trace =
        v8::StackTrace::CurrentStackTrace(isolate, MAX_CALLS + 1, OPTIONS);
    const int count = trace->GetFrameCount();
    std::vector<StandingCall> calls;

    if (count > MAX_CALLS)
        return calls;
    for (int i = count - 1; i >= 0; i--)
        calls.push_back(describe(isolate, trace->GetFrame(isolate, static_cast<uint32_t>(i))));
    return calls;
}

void Standing::begin(v8::Isolate *isolate, uint64_t turn)
{
    calls_ = look(isolate);
    turn_ = turn;
    async_id_ = node::AsyncHooksGetExecutionAsyncId(isolate);
}

static bool is_same_function(const StandingCall &a, const StandingCall &b)
{
    return a.script_id == b.script_id && a.function == b.function;
}

static bool is_same_place(const StandingCall &a, const StandingCall &b)
{
    return a.line == b.line && a.column == b.column;
}

void Standing::end(v8::Isolate *isolate, uint64_t turn)
{
    const bool same =
        turn == turn_ && node::AsyncHooksGetExecutionAsyncId(isolate) == async_id_;
    const std::vector<StandingCall> now =
        same && !calls_.empty() ? look(isolate) : std::vector<StandingCall>();
    size_t n = 0;
    bool stood = true;

    while (stood && n < calls_.size() && n < now.size() &&
           is_same_function(calls_[n], now[n])) {
        stood = is_same_place(calls_[n], now[n]);
        n++;
    }
    calls_.resize(n);
}
