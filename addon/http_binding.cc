/* SPDX-License-Identifier: MIT */
/*
 * From JavaScript's arguments to C's, and nothing else. The arguments are our own feed's.
 */
#include "http_binding.h"

#include "config.h"
#include "host.h"
#include "porthole.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

static const uint32_t COLUMNS = 6;

static Host *joined_host()
{
    Host *host = Host::current();

    return host != nullptr && host->thread() != nullptr ? host : nullptr;
}

/* napi_value is V8's handle; node-addon-api has no door to a backing store. */
static v8::Local<v8::ArrayBuffer> buffer_of(const Napi::Value &value)
{
    v8::Local<v8::Value> local;
    napi_value handle = value;

    static_assert(sizeof local == sizeof handle, "a handle is a handle");
    memcpy(static_cast<void *>(&local), &handle, sizeof local);
    return local.As<v8::ArrayBuffer>();
}

static Napi::Value js_lend_http(const Napi::CallbackInfo &info)
{
    Host *host = joined_host();
    const bool lent = host != nullptr && info[0].IsArrayBuffer() &&
                      host->lend_http(buffer_of(info[0]), info[1]);

    return Napi::Boolean::New(info.Env(), lent);
}

static uint64_t count_at(const Napi::Array &flat, uint32_t i)
{
    return static_cast<uint64_t>(std::max(number_of(flat.Get(i), 0), 0.0));
}

static Napi::Value js_http_agents(const Napi::CallbackInfo &info)
{
    const auto flat = info[0].As<Napi::Array>();
    const uint32_t n = flat.Length() / COLUMNS;
    const auto total = static_cast<size_t>(std::max(number_of(info[1], 0), 0.0));
    std::vector<std::string> names(2 * static_cast<size_t>(n));
    std::vector<porthole_row> rows(n);

    for (uint32_t i = 0; i < n; i++) {
        std::string *name = &names[2 * static_cast<size_t>(i)];

        name[0] = text_of(flat.Get(COLUMNS * i), "");
        name[1] = text_of(flat.Get(COLUMNS * i + 1), "");
        rows[i].name = name[0].c_str();
        rows[i].detail = name[1].c_str();
        for (uint32_t j = 0; j < 4; j++)
            rows[i].value[j] = count_at(flat, COLUMNS * i + 2 + j);
    }
    if (joined_host() != nullptr)
        porthole_table_publish(joined_host()->thread(), PORTHOLE_TABLE_AGENTS, rows.data(), n,
                               total);
    return info.Env().Undefined();
}

void http_export(Napi::Env env, Napi::Object exports)
{
    exports.Set("lendHttp", Napi::Function::New(env, js_lend_http, "lendHttp"));
    exports.Set("httpAgents", Napi::Function::New(env, js_http_agents, "httpAgents"));
}
