/* SPDX-License-Identifier: MIT */
/*
 * The functions addon/native.js sees. Arguments were checked in JavaScript; here they are
 * copied and handed on. No policy, no state.
 *
 * V8's API is not stable across Node's major versions, and a Node-API module is loaded
 * whatever it was built for: with another major the first V8 symbol would end the process.
 * So module init compares the versions before anything else, by Node-API alone.
 */
#include "app.h"
#include "config.h"
#include "counts_binding.h"
#include "host.h"
#include "http_binding.h"
#include "listeners_binding.h"
#include "metrics_binding.h"
#include "porthole.h"
#include "tracer_binding.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

/* error.code in JavaScript, by porthole_status. */
static const char *const codes[] = {
    "",
    "PORTHOLE_INVALID",
    "PORTHOLE_NO_MEMORY",
    "PORTHOLE_LIMIT",
    "PORTHOLE_SYSTEM",
    "PORTHOLE_REFUSED",
    "PORTHOLE_STOPPED",
};

static Napi::Object describe(Napi::Env env, enum porthole_status status, const char *error)
{
    Napi::Object result = Napi::Object::New(env);

    result.Set("code", codes[status]);
    result.Set("error", error);
    return result;
}

/* isMainThread() -> boolean */
static Napi::Value js_is_main_thread(const Napi::CallbackInfo &info)
{
    return Napi::Boolean::New(info.Env(), host_is_main_thread(info.Env()));
}

/* start(options, sample) -> { code, error, url, socket, settings, joined } */
static Napi::Value js_start(const Napi::CallbackInfo &info)
{
    Config config;
    std::string running;
    porthole_error err = {};
    Host *host = Host::obtain(info.Env());

    if (host == nullptr)
        return describe(info.Env(), PORTHOLE_ESYSTEM, "cannot watch this thread's event loop");
    if (host->leaving())
        return describe(info.Env(), PORTHOLE_ESTOPPED,
                        "the agent is being closed by what it asked: start it later");
    config_read(info[0].As<Napi::Object>(), &config);
    const bool joined = host->agent() != nullptr;

    if (!joined) {
        const enum porthole_status status =
            host->join(config.agent, config.host, info[1], &running, &err);

        if (status != PORTHOLE_OK)
            return describe(info.Env(), status, err.text);
    }

    Napi::Object result = describe(info.Env(), PORTHOLE_OK, "");

    result.Set("url", porthole_url(host->agent()));
    result.Set("socket", porthole_socket(host->agent()));
    result.Set("settings", running);
    result.Set("joined", joined);
    return result;
}

/* close() */
static Napi::Value js_close(const Napi::CallbackInfo &info)
{
    if (Host::current() != nullptr)
        Host::current()->leave();
    return info.Env().Undefined();
}

/* state() -> string, or null without an agent */
static Napi::Value js_state(const Napi::CallbackInfo &info)
{
    const Host *host = Host::current();
    char *json = nullptr;
    size_t len = 0;

    if (host == nullptr || host->agent() == nullptr ||
        porthole_state(host->agent(), &json, &len) != PORTHOLE_OK)
        return info.Env().Null();

    const Napi::String text = Napi::String::New(info.Env(), json, len);

    free(json);
    return text;
}

/* suspects() -> string, or null without an agent */
static Napi::Value js_suspects(const Napi::CallbackInfo &info)
{
    const Host *host = Host::current();
    char *json = nullptr;
    size_t len = 0;

    if (host == nullptr || host->agent() == nullptr ||
        porthole_suspects(host->agent(), &json, &len) != PORTHOLE_OK)
        return info.Env().Null();

    const Napi::String text = Napi::String::New(info.Env(), json, len);

    free(json);
    return text;
}

/* suspectsSerial() -> number: another one when suspects() has news */
static Napi::Value js_suspects_serial(const Napi::CallbackInfo &info)
{
    const Host *host = Host::current();
    const uint64_t serial = host != nullptr && host->agent() != nullptr
                                ? porthole_suspects_serial(host->agent())
                                : 0;

    return Napi::Number::New(info.Env(), static_cast<double>(serial));
}

static porthole_thread *joined_thread()
{
    return Host::current() != nullptr ? Host::current()->thread() : nullptr;
}

static uint64_t to_count(const Napi::Value &value)
{
    return static_cast<uint64_t>(std::max(number_of(value, 0), 0.0));
}

/* null and anything else that is no number: unknown */
static uint64_t to_figure(const Napi::Value &value)
{
    return value.IsNumber() ? to_count(value) : PORTHOLE_UNKNOWN;
}

/* arrayBuffers(bytes), or arrayBuffers(null) */
static Napi::Value js_array_buffers(const Napi::CallbackInfo &info)
{
    if (joined_thread() != nullptr)
        Host::current()->heap().set_array_buffers(to_figure(info[0]));
    return info.Env().Undefined();
}

struct Export {
    const char *name;
    Napi::Value (*function)(const Napi::CallbackInfo &info);
};

static const Export functions[] = {
    { "isMainThread", js_is_main_thread },
    { "start", js_start },
    { "close", js_close },
    { "state", js_state },
    { "suspects", js_suspects },
    { "suspectsSerial", js_suspects_serial },
    { "arrayBuffers", js_array_buffers },
};

static Napi::Object init(Napi::Env env, Napi::Object exports)
{
    const napi_node_version *node = Napi::VersionManagement::GetNodeVersion(env);

    exports.Set("version", PORTHOLE_VERSION);
    exports.Set("builtFor", host_built_for());
    if (node == nullptr || node->major != host_built_for())
        return exports;
    for (const Export &entry : functions)
        exports.Set(entry.name, Napi::Function::New(env, entry.function, entry.name));
    app_export(env, exports);
    listeners_export(env, exports);
    tracer_export(exports);
    http_export(env, exports);
    metrics_export(env, exports);
    counts_export(env, exports);
    return exports;
}

NODE_API_MODULE(porthole, init)
