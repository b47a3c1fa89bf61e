/* SPDX-License-Identifier: MIT */
/*
 * Each property is asked three times: whether it is there, whether it is an accessor, and for
 * its value; none of the three looks further than the object. What still would run JavaScript
 * is refused by V8, with an exception that ends here.
 */
#include "peek.h"

#include <v8-function.h>
#include <v8-proxy.h>
#include <v8-version.h>

#include <cstring>

static const unsigned MAX_PROXIES = 16;
static const unsigned MAX_PROTOTYPES = 64;

Peek::Peek(v8::Isolate *isolate)
    : isolate_(isolate), handles_(isolate), context_(isolate->GetCurrentContext()),
      refuse_(isolate, Refusal::OnFailure::THROW_ON_FAILURE), caught_(isolate)
{
    caught_.SetCaptureMessage(false);
}

bool Peek::forget()
{
    if (caught_.HasCaught() && !caught_.HasTerminated())
        caught_.Reset();
    return false;
}

bool Peek::key(const char *name, v8::Local<v8::String> *out)
{
    return v8::String::NewFromUtf8(isolate_, name, v8::NewStringType::kInternalized)
               .ToLocal(out) ||
           forget();
}

bool Peek::own(v8::Local<v8::Object> object, v8::Local<v8::Name> name,
               v8::Local<v8::Value> *out)
{
    return (!object->IsProxy() &&
            object->HasRealNamedProperty(context_, name).FromMaybe(false) &&
            !object->HasRealNamedCallbackProperty(context_, name).FromMaybe(true) &&
            object->GetRealNamedProperty(context_, name).ToLocal(out)) ||
           forget();
}

bool Peek::own(v8::Local<v8::Object> object, const char *name, v8::Local<v8::Value> *out)
{
    v8::Local<v8::String> text;

    return key(name, &text) && own(object, text, out);
}

static bool as_object(v8::Local<v8::Value> value, v8::Local<v8::Object> *out)
{
    if (!value->IsObject() || value->IsProxy())
        return false;
    *out = value.As<v8::Object>();
    return true;
}

bool Peek::own_object(v8::Local<v8::Object> object, const char *name,
                      v8::Local<v8::Object> *out)
{
    v8::Local<v8::Value> value;

    return own(object, name, &value) && as_object(value, out);
}

static bool is_described(v8::Isolate *isolate, v8::Local<v8::Value> key,
                         v8::Local<v8::String> description)
{
    if (!key->IsSymbol())
        return false;
    const v8::Local<v8::Value> text = key.As<v8::Symbol>()->Description(isolate);

    return text->IsString() && text.As<v8::String>()->StringEquals(description);
}

bool Peek::own_symbol(v8::Local<v8::Object> object, const char *description,
                      v8::Local<v8::Object> *out)
{
    v8::Local<v8::Array> keys;
    v8::Local<v8::String> text;
    v8::Local<v8::Value> one;

    if (object->IsProxy() || !key(description, &text) ||
        !object
             ->GetPropertyNames(context_, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_STRINGS,
                                v8::IndexFilter::kSkipIndices)
             .ToLocal(&keys))
        return forget();
    for (uint32_t i = 0; i < keys->Length(); i++)
        if (keys->Get(context_, i).ToLocal(&one) && is_described(isolate_, one, text))
            return own(object, one.As<v8::Name>(), &one) && as_object(one, out);
    return forget();
}

bool Peek::element(v8::Local<v8::Array> list, uint32_t i, v8::Local<v8::Value> *out)
{
    return list->Get(context_, i).ToLocal(out) || forget();
}

/* To look into a Map V8 calls its own builtin, which the refusal takes for JavaScript. */
bool Peek::entry(v8::Local<v8::Map> map, v8::Local<v8::Value> key, v8::Local<v8::Value> *out)
{
    const v8::Isolate::AllowJavascriptExecutionScope allow(isolate_);

    return map->Get(context_, key).ToLocal(out) || forget();
}

bool Peek::behind(v8::Local<v8::Object> *object)
{
    for (unsigned i = 0; (*object)->IsProxy(); i++) {
        const v8::Local<v8::Value> target = object->As<v8::Proxy>()->GetTarget();

        if (i == MAX_PROXIES || !target->IsObject())
            return false;
        *object = target.As<v8::Object>();
    }
    return true;
}

static v8::Local<v8::Value> prototype_of(v8::Local<v8::Object> object)
{
#if V8_MAJOR_VERSION >= 13
    return object->GetPrototypeV2();
#else
    return object->GetPrototype();
#endif
}

unsigned Peek::find_prototype(v8::Local<v8::Object> object,
                              const v8::Local<v8::Object> *prototypes, unsigned n)
{
    for (unsigned depth = 0; depth < MAX_PROTOTYPES && !object->IsProxy(); depth++) {
        const v8::Local<v8::Value> next = prototype_of(object);

        for (unsigned i = 0; i < n; i++)
            if (next == prototypes[i])
                return i;
        if (!next->IsObject())
            return n;
        object = next.As<v8::Object>();
    }
    return n;
}

/* V8's own answer is the function that has made it: "EventTarget" for an AbortSignal, whose
 * prototype Node has exchanged. */
v8::Local<v8::String> Peek::class_of(v8::Local<v8::Object> object)
{
    v8::Local<v8::Object> maker;
    const v8::Local<v8::Value> prototype =
        object->IsProxy() ? v8::Local<v8::Value>() : prototype_of(object);

    if (!prototype.IsEmpty() && prototype->IsObject() &&
        own_object(prototype.As<v8::Object>(), "constructor", &maker) && maker->IsFunction()) {
        const v8::Local<v8::Value> name = maker.As<v8::Function>()->GetName();

        if (name->IsString() && name.As<v8::String>()->Length() != 0)
            return name.As<v8::String>();
    }
    return object->GetConstructorName();
}
