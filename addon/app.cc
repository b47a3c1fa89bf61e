/* SPDX-License-Identifier: MIT */
/* From JavaScript's arguments to C's, and nothing else. */
#include "app.h"

#include "bind.h"
#include "caller.h"
#include "host.h"
#include "utf8.h"

#include <v8-context.h>
#include <v8-function.h>
#include <v8-function-callback.h>
#include <v8-object.h>
#include <v8-primitive.h>
#include <v8-proxy.h>

#include <cstdint>
#include <cstring>

using Info = v8::FunctionCallbackInfo<v8::Value>;

static const int MAX_PROXIES = 8; /* one inside the other */

/* ---- Arguments -------------------------------------------------------------------- */

/* Text that may be missing. */
class Text
{
public:
    Text(v8::Isolate *isolate, v8::Local<v8::Value> value)
        : is_(value->IsString()), text_(isolate, as_string(value))
    {
    }
    const char *get() const { return is_ ? text_.get() : nullptr; }
    size_t size() const { return text_.size(); }

private:
    static v8::Local<v8::String> as_string(v8::Local<v8::Value> value)
    {
        return value->IsString() ? value.As<v8::String>() : v8::Local<v8::String>();
    }

    bool is_;
    Utf8 text_;
};

static double number(v8::Local<v8::Value> value)
{
    return value->IsNumber() ? value.As<v8::Number>()->Value() : 0;
}

static uint64_t count(v8::Local<v8::Value> value)
{
    const double n = number(value);

    return n > 0 && n < 9e15 ? static_cast<uint64_t>(n) : 0;
}

/* An option object's own member, as plain data. */
static v8::Local<v8::Value> option(v8::Isolate *isolate, v8::Local<v8::Value> from,
                                   const char *name)
{
    const v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::String> key;
    v8::Local<v8::Value> value;

    if (!from->IsObject() || from->IsProxy() ||
        !v8::String::NewFromUtf8(isolate, name).ToLocal(&key))
        return v8::Undefined(isolate);
    const v8::Local<v8::Object> object = from.As<v8::Object>();

    if (object->HasRealNamedProperty(context, key).FromMaybe(false) &&
        !object->HasRealNamedCallbackProperty(context, key).FromMaybe(true) &&
        object->GetRealNamedProperty(context, key).ToLocal(&value))
        return value;
    return v8::Undefined(isolate);
}

/* ---- What is provided --------------------------------------------------------------- */

static enum porthole_fragment_kind kind_of(v8::Isolate *isolate, v8::Local<v8::Value> value)
{
    static const char *const names[] = { "object", "type", "stats", "schema", "service" };
    const Text name(isolate, value);
    size_t i = 0;

    while (i < sizeof(names) / sizeof(names[0]) &&
           (name.get() == nullptr || strcmp(name.get(), names[i]) != 0))
        i++;
    return static_cast<enum porthole_fragment_kind>(i);
}

/* give(kind, type, id, json, place, bornMs, hasNulls, count) -> boolean */
static void give(const Info &info)
{
    v8::Isolate *isolate = info.GetIsolate();
    Host *host = Host::current();
    const Text type(isolate, info[1]);
    const Text id(isolate, info[2]);
    porthole_fragment fragment = {};

    fragment.kind = kind_of(isolate, info[0]);
    fragment.type = type.get();
    fragment.id = id.get();
    fragment.id_bytes = id.size();
    fragment.place = count(info[4]);
    fragment.born_ns = static_cast<uint64_t>(number(info[5]) > 0 ? number(info[5]) * 1e6 : 0);
    fragment.has_nulls = info[6]->IsTrue();
    fragment.count = info[7]->IsNumber() ? count(info[7]) : PORTHOLE_UNKNOWN;
    info.GetReturnValue().Set(host != nullptr && fragment.kind <= PORTHOLE_FRAGMENT_SERVICE &&
                              host->tasks().provider().give(isolate, &fragment,
                                                            info[3]->IsString()
                                                                ? info[3].As<v8::String>()
                                                                : v8::String::Empty(isolate)));
}

/* cut(why) */
static void cut(const Info &info)
{
    Host *host = Host::current();
    porthole_task *task = host != nullptr ? host->tasks().provider().running() : nullptr;
    const Text why(info.GetIsolate(), info[0]);

    if (task != nullptr)
        porthole_task_fragments_cut(task, why.get());
}

/* setProvider(step | null) */
static void set_provider(const Info &info)
{
    Host *host = Host::current();
    v8::Local<v8::Function> step;
    v8::Local<v8::Function> giver;

    if (host == nullptr)
        return;
    if (info[0]->IsFunction() &&
        v8::Function::New(info.GetIsolate()->GetCurrentContext(), give).ToLocal(&giver))
        step = info[0].As<v8::Function>();
    host->set_provider(step, giver);
}

/* serialize(value, { depth, fields, redact, secrets }) -> string */
static void serialize(const Info &info)
{
    v8::Isolate *isolate = info.GetIsolate();
    Host *host = Host::current();
    const Text fields(isolate, option(isolate, info[1], "fields"));
    const Text redact(isolate, option(isolate, info[1], "redact"));
    v8::Local<v8::String> text;

    if (host == nullptr)
        return;
    const ReadRules rules = { fields.get(), redact.get(),
                              !option(isolate, info[1], "secrets")->IsFalse(),
                              static_cast<unsigned>(count(option(isolate, info[1], "depth"))) };
    Reader &reader = host->tasks().reader();
    {
        const Reader::Session session(&reader, isolate, isolate->GetCurrentContext());

        reader.set_rules(rules);
        reader.read(info[0]);
    }
    if (v8::String::NewFromUtf8(isolate, reader.json(), v8::NewStringType::kNormal,
                                static_cast<int>(reader.json_bytes()))
            .ToLocal(&text))
        info.GetReturnValue().Set(text);
}

/* ---- What is tracked ------------------------------------------------------------------ */

static Tracker *tracker()
{
    return Host::current() != nullptr ? &Host::current()->tracker() : nullptr;
}

/* obtainType(name) -> number, -1 if there is no room */
static void obtain_type(const Info &info)
{
    const Text name(info.GetIsolate(), info[0]);
    uint32_t type = Tracker::NO_TYPE;

    if (tracker() != nullptr && name.get() != nullptr)
        type = tracker()->obtain_type(name.get());
    info.GetReturnValue().Set(type != Tracker::NO_TYPE ? static_cast<int32_t>(type) : -1);
}

/* setRules(type, fields | null, redact | null, secrets, depth) */
static void set_rules(const Info &info)
{
    const Text fields(info.GetIsolate(), info[1]);
    const Text redact(info.GetIsolate(), info[2]);
    const uint64_t type = count(info[0]);

    if (tracker() != nullptr && type < tracker()->n_types())
        tracker()->set_rules(static_cast<uint32_t>(type), fields.get(), redact.get(),
                             !info[3]->IsFalse(), static_cast<unsigned>(count(info[4])));
}

/* track(type, id, object) -> number for release(); 0 if there is no room. Some 100,000 of
 * these a second are normal. */
static void track(const Info &info)
{
    v8::Isolate *isolate = info.GetIsolate();
    const uint64_t type = count(info[0]);
    uint64_t token = 0;

    if (tracker() == nullptr || type >= tracker()->n_types() || !info[2]->IsObject())
        return info.GetReturnValue().Set(0);
    if (info[1]->IsInt32())
        token = tracker()->track(isolate, static_cast<uint32_t>(type),
                                 info[1].As<v8::Int32>()->Value(), info[2].As<v8::Object>());
    else if (info[1]->IsString())
        token = tracker()->track(isolate, static_cast<uint32_t>(type), info[1].As<v8::String>(),
                                 info[2].As<v8::Object>());
    info.GetReturnValue().Set(static_cast<double>(token));
}

/* release(token) */
static void release(const Info &info)
{
    if (tracker() != nullptr)
        tracker()->release(count(info[0]));
}

/* isTracked(token) -> boolean */
static void is_tracked(const Info &info)
{
    info.GetReturnValue().Set(tracker() != nullptr && tracker()->is_live(count(info[0])));
}

/* ---- Who listens ---------------------------------------------------------------------- */

/* whoCalls(home) -> string: see caller.h */
static void who_calls(const Info &info)
{
    char text[PORTHOLE_NOTE_BYTES];
    v8::Local<v8::String> value;
    const Text home(info.GetIsolate(), info[0]);

    if (home.get() == nullptr)
        return info.GetReturnValue().SetEmptyString();
    caller_tell(info.GetIsolate(), home.get(), text, sizeof(text));
    if (v8::String::NewFromUtf8(info.GetIsolate(), text).ToLocal(&value))
        info.GetReturnValue().Set(value);
}

/* behindProxy(object) -> object: the target of a proxy, without asking its traps */
static void behind_proxy(const Info &info)
{
    v8::Local<v8::Value> value = info[0];

    for (int i = 0; i < MAX_PROXIES && value->IsProxy(); i++)
        value = value.As<v8::Proxy>()->GetTarget();
    info.GetReturnValue().Set(value->IsObject() ? value : info[0]); /* null: revoked */
}

/* setTargetKey(symbol) */
static void set_target_key(const Info &info)
{
    if (Host::current() != nullptr && info[0]->IsSymbol())
        Host::current()->tasks().listener_census().set_target_key(info.GetIsolate(),
                                                                  info[0].As<v8::Symbol>());
}

/* ---- All of them ---------------------------------------------------------------------- */

static const Bound functions[] = {
    { "setProvider", set_provider },
    { "give", give },
    { "cut", cut },
    { "serialize", serialize },
    { "obtainType", obtain_type },
    { "setRules", set_rules },
    { "track", track },
    { "release", release },
    { "isTracked", is_tracked },
    { "whoCalls", who_calls },
    { "behindProxy", behind_proxy },
    { "setTargetKey", set_target_key },
};

/* attach() -> boolean */
static napi_value attach(napi_env env, napi_callback_info)
{
    napi_value result = nullptr;

    (void)napi_get_boolean(env, Host::obtain(env) != nullptr, &result);
    return result;
}

void app_export(napi_env env, napi_value exports)
{
    napi_value function = nullptr;

    if (napi_create_function(env, "attach", NAPI_AUTO_LENGTH, attach, nullptr, &function) ==
        napi_ok)
        (void)napi_set_named_property(env, exports, "attach", function);
    bind_functions(exports, functions, sizeof(functions) / sizeof(functions[0]));
}
