/* SPDX-License-Identifier: MIT */
/* From JavaScript's arguments to C++'s, and nothing else. */
#include "tracer_binding.h"

#include "bind.h"
#include "host.h"
#include "utf8.h"

#include <v8-function.h>
#include <v8-function-callback.h>
#include <v8-object.h>
#include <v8-primitive.h>

#include <cstdint>

using Info = v8::FunctionCallbackInfo<v8::Value>;

static Tracer *tracer()
{
    return Host::current() != nullptr ? &Host::current()->tasks().tracer() : nullptr;
}

static double number(v8::Local<v8::Value> value)
{
    const double n = value->IsNumber() ? value.As<v8::Number>()->Value() : 0;

    return n > 0 && n < 9e15 ? n : 0;
}

static uint32_t small(v8::Local<v8::Value> value)
{
    const double n = number(value);

    return n < UINT32_MAX ? static_cast<uint32_t>(n) : UINT32_MAX;
}

static void set_tracer(const Info &info)
{
    if (tracer() != nullptr)
        tracer()->set(info.GetIsolate(), info[0]->IsFunction() ? info[0].As<v8::Function>()
                                                               : v8::Local<v8::Function>());
}

static void begin(const Info &info)
{
    if (tracer() == nullptr)
        return;
    tracer()->begin(info.GetIsolate());
    for (unsigned i = 0; i < Tracer::SOCKET_KINDS; i++)
        if (info[static_cast<int>(i)]->IsObject())
            tracer()->set_prototype(info.GetIsolate(), i,
                                    info[static_cast<int>(i)].As<v8::Object>());
}

static void listener(const Info &info)
{
    if (tracer() != nullptr && info[0]->IsObject())
        tracer()->note_listener(info.GetIsolate(), info[0].As<v8::Object>(), info[1], info[2],
                                small(info[3]));
}

static void kind(const Info &info)
{
    unsigned found = 0;

    if (tracer() != nullptr && info[0]->IsObject())
        found = tracer()->kind_of(info.GetIsolate(), info[0].As<v8::Object>());
    info.GetReturnValue().Set(found);
}

static void socket(const Info &info)
{
    uint32_t made = 0;

    if (tracer() != nullptr && info[0]->IsObject())
        made = tracer()->note_socket(info.GetIsolate(), info[0].As<v8::Object>(),
                                     small(info[1]), small(info[2]));
    info.GetReturnValue().Set(made);
}

static void target(const Info &info)
{
    if (tracer() != nullptr)
        tracer()->note_target(info.GetIsolate(), small(info[0]), info[1], info[2]);
}

static void what(const Info &info)
{
    if (tracer() == nullptr || !info[1]->IsString())
        return;
    const Utf8 text(info.GetIsolate(), info[1].As<v8::String>());

    tracer()->note_what(small(info[0]), text.get());
}

static void totals(const Info &info)
{
    if (tracer() != nullptr)
        tracer()->set_totals(static_cast<uint64_t>(number(info[0])), small(info[1]));
}

static const Bound functions[] = {
    { "setTracer", set_tracer }, { "traceBegin", begin },   { "traceListener", listener },
    { "traceKind", kind },       { "traceSocket", socket }, { "traceTarget", target },
    { "traceWhat", what },       { "traceTotals", totals },
};

void tracer_export(napi_value exports)
{
    bind_functions(exports, functions, sizeof(functions) / sizeof(functions[0]));
}
