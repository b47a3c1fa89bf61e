/* SPDX-License-Identifier: MIT */
/*
 * The functions by which addon/feeds/listeners.js publishes: what was counted is copied and
 * handed on.
 */
#include "listeners_binding.h"

#include "config.h"
#include "host.h"
#include "porthole.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

static porthole_thread *joined_thread()
{
    return Host::current() != nullptr ? Host::current()->thread() : nullptr;
}

/* null and anything else that is no number: unknown */
static uint64_t to_figure(const Napi::Value &value)
{
    return value.IsNumber() ? static_cast<uint64_t>(std::max(number_of(value, 0), 0.0))
                            : PORTHOLE_UNKNOWN;
}

/* listenerTotals({ total, emitters, standardError, low, high, maxExceeded, maxExceededLast,
 *                  countedBy }) */
static Napi::Value js_listener_totals(const Napi::CallbackInfo &info)
{
    const auto from = info[0].As<Napi::Object>();
    const Napi::Value last = from.Get("maxExceededLast");
    const std::string last_text = text_of(last, "");
    const std::string counted_by = text_of(from.Get("countedBy"), "");
    porthole_listeners listeners = {};

    listeners.total = to_figure(from.Get("total"));
    listeners.emitters = to_figure(from.Get("emitters"));
    listeners.standard_error = number_of(from.Get("standardError"), NAN);
    listeners.low = number_of(from.Get("low"), NAN);
    listeners.high = number_of(from.Get("high"), NAN);
    listeners.max_exceeded = to_figure(from.Get("maxExceeded"));
    listeners.max_exceeded_last = last.IsString() ? last_text.c_str() : nullptr;
    listeners.counted_by = counted_by.c_str();
    if (joined_thread() != nullptr)
        porthole_listeners_publish(joined_thread(), &listeners);
    return info.Env().Undefined();
}

/* Rows of two names, four figures and, if `noted`, a note, one after the other. */
static Napi::Value publish(const Napi::CallbackInfo &info, enum porthole_table table,
                           bool noted)
{
    const uint32_t width = noted ? 7 : 6;
    const auto flat = info[0].As<Napi::Array>();
    const size_t n = flat.Length() / width;
    std::vector<std::string> texts(3 * n);
    std::vector<porthole_row> rows(n);

    for (uint32_t i = 0; i < n; i++) {
        std::string *text = &texts[size_t{ 3 } * i];

        text[0] = text_of(flat.Get(width * i), "");
        text[1] = text_of(flat.Get(width * i + 1), "");
        rows[i].name = text[0].c_str();
        rows[i].detail = text[1].c_str();
        for (uint32_t k = 0; k < 4; k++)
            rows[i].value[k] = to_figure(flat.Get(width * i + 2 + k));
        if (!noted || !flat.Get(width * i + 6).IsString())
            continue;
        text[2] = text_of(flat.Get(width * i + 6), "");
        rows[i].note = text[2].c_str();
    }
    if (joined_thread() != nullptr)
        porthole_table_publish(joined_thread(), table, rows.data(), n,
                               static_cast<size_t>(to_figure(info[1])));
    return info.Env().Undefined();
}

/* listenerKinds([class, event, listeners, mostOnOne, emitters, standardError, …], total) */
static Napi::Value js_listener_kinds(const Napi::CallbackInfo &info)
{
    return publish(info, PORTHOLE_TABLE_LISTENERS, false);
}

/* heavyEmitters([name, event, listeners, aMinuteAgo, tenMinutesAgo, anHourAgo, whoAdds, …],
 *               total) */
static Napi::Value js_heavy_emitters(const Napi::CallbackInfo &info)
{
    return publish(info, PORTHOLE_TABLE_HEAVY, true);
}

struct Export {
    const char *name;
    Napi::Value (*function)(const Napi::CallbackInfo &info);
};

static const Export functions[] = {
    { "listenerTotals", js_listener_totals },
    { "listenerKinds", js_listener_kinds },
    { "heavyEmitters", js_heavy_emitters },
};

void listeners_export(Napi::Env env, Napi::Object exports)
{
    for (const Export &entry : functions)
        exports.Set(entry.name, Napi::Function::New(env, entry.function, entry.name));
}
