/* SPDX-License-Identifier: MIT */
/* Must not throw: a worker may be ending. */
#include "bind.h"

#include <v8-context.h>
#include <v8-function.h>
#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-primitive.h>

#include <cstring>

/* A napi_value is a v8::Local in disguise. */
static v8::Local<v8::Value> from_napi(napi_value value)
{
    v8::Local<v8::Value> local;

    static_assert(sizeof(local) == sizeof(value), "a napi_value is something else");
    memcpy(static_cast<void *>(&local), &value, sizeof(value));
    return local;
}

void bind_functions(napi_value exports, const Bound *functions, size_t n)
{
    v8::Isolate *isolate = v8::Isolate::GetCurrent();
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    const auto to = from_napi(exports).As<v8::Object>();

    for (size_t i = 0; i < n; i++) {
        v8::Local<v8::String> name;
        v8::Local<v8::Function> made;

        if (!v8::String::NewFromUtf8(isolate, functions[i].name).ToLocal(&name) ||
            !v8::Function::New(context, functions[i].function).ToLocal(&made) ||
            !to->CreateDataProperty(context, name, made).FromMaybe(false))
            return;
    }
}
