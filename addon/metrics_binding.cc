/* SPDX-License-Identifier: MIT */
/*
 * The functions addon/metrics.js sees. Arguments were checked in JavaScript; here they are
 * copied and handed on.
 */
#include "metrics_binding.h"

#include "config.h"
#include "host.h"
#include "porthole.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

/* A list of strings, as C wants it. */
struct Texts {
    explicit Texts(const Napi::Value &value)
    {
        const auto list = value.As<Napi::Array>();

        for (uint32_t i = 0; i < list.Length(); i++)
            texts.push_back(text_of(list.Get(i), ""));
        for (const std::string &text : texts)
            pointers.push_back(text.c_str());
    }

    std::vector<std::string>  texts;
    std::vector<const char *> pointers;
};

static Host *joined_host()
{
    Host *host = Host::current();

    return host != nullptr && host->thread() != nullptr ? host : nullptr;
}

static enum porthole_series_kind kind_of(const std::string &name)
{
    if (name == "counter")
        return PORTHOLE_COUNTER;
    return name == "gauge" ? PORTHOLE_GAUGE : PORTHOLE_HISTOGRAM;
}

/* addFamily(kind, name, help, labels, buckets) -> number for lend(), or why not */
static Napi::Value js_add_family(const Napi::CallbackInfo &info)
{
    Host *host = joined_host();
    const std::string kind = text_of(info[0], "");
    const std::string name = text_of(info[1], "");
    const std::string help = text_of(info[2], "");
    const Texts labels(info[3]);
    const auto list = info[4].As<Napi::Array>();
    std::vector<double> buckets(list.Length());
    porthole_family_spec spec = {};
    porthole_error err = {};
    size_t index = 0;

    for (uint32_t i = 0; i < buckets.size(); i++)
        buckets[i] = number_of(list.Get(i), 0);
    spec.kind = kind_of(kind);
    spec.name = name.c_str();
    spec.help = help.empty() ? nullptr : help.c_str();
    spec.labels = labels.pointers.data();
    spec.n_labels = labels.pointers.size();
    spec.buckets = buckets.data();
    spec.n_buckets = buckets.size();
    if (host == nullptr)
        return Napi::String::New(info.Env(), "there is no agent");
    if (host->metrics().add(host->agent(), spec, &index, &err) != PORTHOLE_OK)
        return Napi::String::New(info.Env(), err.text);
    return Napi::Number::New(info.Env(), static_cast<double>(index));
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

/* lend(family, values, arrayBuffer, offset) -> boolean */
static Napi::Value js_lend(const Napi::CallbackInfo &info)
{
    Host *host = joined_host();
    const auto family = static_cast<size_t>(number_of(info[0], 0));
    const Texts values(info[1]);
    const auto offset = static_cast<size_t>(number_of(info[3], 0));
    const bool lent =
        host != nullptr && host->metrics().lend(host->thread(), family, values.pointers.data(),
                                                buffer_of(info[2]), offset) == PORTHOLE_OK;

    return Napi::Boolean::New(info.Env(), lent);
}

void metrics_export(Napi::Env env, Napi::Object exports)
{
    exports.Set("addFamily", Napi::Function::New(env, js_add_family, "addFamily"));
    exports.Set("lend", Napi::Function::New(env, js_lend, "lend"));
}
