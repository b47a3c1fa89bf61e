/* SPDX-License-Identifier: MIT */
/*
 * The way into JavaScript and back. What the step throws ends here; what the application's
 * own microtasks and ticks throw is the application's, as after any other callback: so the
 * TryCatch closes before the callback scope.
 */
#include "provider.h"

#include "thrown.h"
#include "utf8.h"

#undef NAPI_VERSION
#include <node.h>
#include <v8-exception.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

static const size_t ROOM = PORTHOLE_OBJECT_BYTES + 4; /* so that too much is seen */

Provider::~Provider()
{
    free(text_);
}

void Provider::set(v8::Isolate *isolate, v8::Local<v8::Function> step,
                   v8::Local<v8::Function> give)
{
    step_.Reset(isolate, step);
    give_.Reset(isolate, give);
}

void Provider::fini()
{
    step_.Reset();
    give_.Reset();
}

/* ---- The question ------------------------------------------------------------------- */

using Put = v8::Local<v8::Value>;

static Put text_or_null(v8::Isolate *isolate, const char *text, int n)
{
    v8::Local<v8::String> string;

    if (text == nullptr ||
        !v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kNormal, n).ToLocal(&string))
        return v8::Null(isolate);
    return string;
}

static v8::Local<v8::Object> describe(v8::Isolate *isolate, v8::Local<v8::Context> context,
                                      porthole_task *task)
{
    static const char *const wants[] = { "values", "types", "schemas" };
    const porthole_objects_ask *ask = porthole_task_objects(task);
    const v8::Local<v8::Object> to = v8::Object::New(isolate);
    const struct {
        const char *name;
        Put value;
    } members[] = {
        { "want", text_or_null(isolate, wants[ask->want], -1) },
        { "type", text_or_null(isolate, ask->type, -1) },
        { "id", text_or_null(isolate, ask->id, static_cast<int>(ask->id_bytes)) },
        { "fields", text_or_null(isolate, ask->fields, -1) },
        { "depth", v8::Integer::NewFromUnsigned(isolate, ask->depth) },
        { "limit", v8::Number::New(isolate, static_cast<double>(ask->limit)) },
        { "after", v8::Number::New(isolate, static_cast<double>(ask->after)) },
        { "wanted", v8::Boolean::New(isolate, porthole_task_wanted(task)) },
    };

    for (const auto &member : members) {
        v8::Local<v8::String> name;

        if (!v8::String::NewFromUtf8(isolate, member.name).ToLocal(&name) ||
            !to->CreateDataProperty(context, name, member.value).FromMaybe(false))
            break;
    }
    return to;
}

/* ---- A step ------------------------------------------------------------------------- */

/* The step's result: what to come back with; 0: done. */
double Provider::call(v8::Isolate *isolate, porthole_task *task)
{
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::TryCatch caught(isolate);
    v8::Local<v8::Value> arguments[] = {
        describe(isolate, context, task),
        v8::Number::New(isolate, static_cast<double>(porthole_task_cursor(task)[0])),
        give_.Get(isolate),
    };
    v8::Local<v8::Value> result;
    double run = 0;

    running_ = task;
    if (step_.Get(isolate)
            ->Call(context, v8::Undefined(isolate), 3, arguments)
            .ToLocal(&result))
        run = result->IsNumber() ? result.As<v8::Number>()->Value() : 0;
    else
        thrown_fail(isolate, task, caught);
    running_ = nullptr;
    return run;
}

bool Provider::perform(v8::Isolate *isolate, porthole_task *task, bool on_loop)
{
    double run = 0;

    if (!provides()) {
        porthole_task_fail(task, "nothing is provided here");
        return true;
    }
    if (!on_loop)
        return false; /* in the middle of running code: not now */
    {
        const node::CallbackScope scope(isolate, v8::Object::New(isolate), { 0, 0 });

        run = call(isolate, task);
    }
    if (!provides() && porthole_task_wanted(task))
        porthole_task_fragments_cut(task, "what is provided was taken back meanwhile");
    porthole_task_cursor(task)[0] = run > 0 ? static_cast<uint64_t>(run) : 0;
    return !(run > 0) || !provides();
}

/* ---- What comes back ---------------------------------------------------------------- */

static bool is_escape(const char *at, const char *end, const char *digits)
{
    return end - at >= 6 && memcmp(at, digits, strlen(digits)) == 0;
}

/* Escapes in the string that begins at `at`; behind its closing quote. */
static char *mend_string(char *at, char *end)
{
    bool has_nul = false;
    char *const begin = at++;

    for (; at < end && *at != '"'; at++) {
        if (*at != '\\')
            continue;
        if (is_escape(at, end, "\\ud") && strchr("89abcdef", at[3]) != nullptr)
            std::copy_n("\\ufffd", 6, at);
        has_nul |= is_escape(at, end, "\\u0000");
        at++; /* what is escaped is not the end */
    }
    if (has_nul && at + 1 < end && at[1] == ':')
        for (char *nul = begin; nul < at; nul += *nul == '\\' ? 2 : 1)
            if (is_escape(nul, at, "\\u0000"))
                std::copy_n("\\u2400", 6, nul);
    return at < end ? at + 1 : end;
}

/* JSON.stringify() writes pairs of surrogates as they are, and only lone ones as escapes. */
void provider_mend(char *json, size_t n)
{
    char *const end = json + n;

    if (memmem(json, n, "\\ud", 3) == nullptr && memmem(json, n, "\\u0000", 6) == nullptr)
        return;
    for (char *at = json; at < end;)
        at = *at == '"' ? mend_string(at, end) : at + 1;
}

bool Provider::give(v8::Isolate *isolate, porthole_fragment *fragment,
                    v8::Local<v8::String> json)
{
    static const char too_long[] = "{\"error\":\"longer than 65536 bytes\"}";
    static const char no_memory[] = "{\"error\":\"no memory to read it\"}";
    size_t n = 0;

    if (running_ == nullptr)
        return false;
    if (text_ == nullptr)
        text_ = static_cast<char *>(malloc(ROOM));
    if (text_ != nullptr && static_cast<size_t>(json->Length()) <= PORTHOLE_OBJECT_BYTES)
        n = utf8_copy(isolate, json, text_, ROOM);
    if (n != 0 && n <= PORTHOLE_OBJECT_BYTES) {
        provider_mend(text_, n);
        fragment->json = text_;
        fragment->json_bytes = n;
    } else {
        fragment->json = text_ != nullptr ? too_long : no_memory;
        fragment->json_bytes = strlen(fragment->json);
    }
    if (fragment->kind == PORTHOLE_FRAGMENT_TYPE)
        fragment->json = nullptr, fragment->json_bytes = 0;
    return porthole_task_fragment(running_, fragment);
}
