/* SPDX-License-Identifier: MIT */
/*
 * Collections, live objects and what the loop holds, from and to JavaScript. No policy, no
 * state.
 */
#include "counts_binding.h"

#include "config.h"
#include "heap.h"
#include "histogram.h"
#include "host.h"
#include "porthole.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

static uint64_t to_count(const Napi::Value &value)
{
    return static_cast<uint64_t>(std::max(number_of(value, 0), 0.0));
}

static Napi::Value to_number(Napi::Env env, uint64_t n)
{
    return n == PORTHOLE_UNKNOWN
               ? env.Null()
               : Napi::Number::New(env, static_cast<double>(n)).As<Napi::Value>();
}

/* ---- Collections -------------------------------------------------------------------- */

/* fullCollections() -> number: how many there have been */
static Napi::Value js_full_collections(const Napi::CallbackInfo &info)
{
    Host *host = Host::current();

    return Napi::Number::New(info.Env(), host != nullptr ? host->heap().full_collections() : 0);
}

/* gcWatch(function, all) -> number for gcUnwatch(); 0: refused */
static Napi::Value js_gc_watch(const Napi::CallbackInfo &info)
{
    Host *host = Host::obtain(info.Env());
    const bool all = info[1].IsBoolean() && info[1].As<Napi::Boolean>();
    const uint32_t number =
        host != nullptr && info[0].IsFunction() ? host->gc_feed().add(info[0], all) : 0;

    return Napi::Number::New(info.Env(), number);
}

/* gcUnwatch(number) */
static Napi::Value js_gc_unwatch(const Napi::CallbackInfo &info)
{
    if (Host::current() != nullptr)
        Host::current()->gc_feed().remove(static_cast<uint32_t>(to_count(info[0])));
    return info.Env().Undefined();
}

/* gcFigures() -> [full, others, pauseMs, allocatedBytes, promotedBytes], or null */
static Napi::Value js_gc_figures(const Napi::CallbackInfo &info)
{
    const Napi::Env env = info.Env();
    Host *host = Host::current();

    if (host == nullptr)
        return env.Null();
    HeapWatch &heap = host->heap();
    const HeapFlow &flow = heap.flow();
    Napi::Array figures = Napi::Array::New(env, 5);

    figures.Set(0U, Napi::Number::New(env, heap.full_collections()));
    figures.Set(1U, to_number(env, heap.other_collections()));
    figures.Set(2U, Napi::Number::New(env, static_cast<double>(heap.pause_ns()) / 1e6));
    figures.Set(3U, to_number(env, flow.allocated()));
    figures.Set(4U, to_number(env, flow.promoted()));
    return figures;
}

/* gcRecord(n) -> [unixMs, usedBytes, pauseMs, others] of the nth full collection, or null */
static Napi::Value js_gc_record(const Napi::CallbackInfo &info)
{
    const Napi::Env env = info.Env();
    Host *host = Host::current();
    const auto n = static_cast<uint32_t>(to_count(info[0]));
    const FullCollection *one = host != nullptr ? host->heap().collection(n) : nullptr;

    if (one == nullptr)
        return env.Null();
    const FullCollection gc = *one;
    Napi::Array record = Napi::Array::New(env, 4);

    record.Set(0U, Napi::Number::New(env, gc.unix_ms));
    record.Set(1U, to_number(env, gc.used_bytes));
    record.Set(2U, Napi::Number::New(env, static_cast<double>(gc.pause_ns) / 1e6));
    record.Set(3U, to_number(env, gc.others));
    return record;
}

/* collectGarbage() */
static Napi::Value js_collect_garbage(const Napi::CallbackInfo &info)
{
    HeapWatch::collect_all();
    return info.Env().Undefined();
}

/* ---- Live objects ------------------------------------------------------------------- */

struct Row {
    std::string name;
    uint64_t    count;
    uint64_t    bytes;
};

static bool keep_row(void *rows, const char *name, uint64_t count, uint64_t bytes)
{
    static_cast<std::vector<Row> *>(rows)->push_back({ name, count, bytes });
    return true;
}

/* countObjects([]) -> bytes of heap in use without garbage, or null without memory. Fills the
 * array with name, count, bytes or null; and so on. */
static Napi::Value js_count_objects(const Napi::CallbackInfo &info)
{
    const Napi::Env env = info.Env();
    auto flat = info[0].As<Napi::Array>();
    v8::Isolate *isolate = v8::Isolate::GetCurrent();
    std::vector<Row> rows;
    uint32_t at = 0;

    if (!histogram_each(isolate, isolate->GetCurrentContext(), keep_row, &rows))
        return env.Null();
    const uint64_t used = HeapWatch::used_bytes();

    for (const Row &row : rows) {
        flat.Set(at++, Napi::String::New(env, row.name));
        flat.Set(at++, to_number(env, row.count));
        flat.Set(at++, to_number(env, row.bytes));
    }
    return to_number(env, used);
}

/* ---- What the loop holds ------------------------------------------------------------ */

static void publish_counts(const Napi::Value &list, enum porthole_table table)
{
    const auto flat = list.As<Napi::Array>();
    const size_t n = flat.Length() / 2;
    std::vector<std::string> names(n);
    std::vector<porthole_row> rows(n);

    for (uint32_t i = 0; i < n; i++) {
        names[i] = text_of(flat.Get(2 * i), "");
        rows[i].name = names[i].c_str();
        rows[i].value[0] = to_count(flat.Get(2 * i + 1));
    }
    if (Host::current() != nullptr && Host::current()->thread() != nullptr)
        porthole_table_publish(Host::current()->thread(), table, rows.data(), n, 0);
}

/* resources([name, count, name, count, …]) */
static Napi::Value js_resources(const Napi::CallbackInfo &info)
{
    publish_counts(info[0], PORTHOLE_TABLE_RESOURCES);
    return info.Env().Undefined();
}

/* requests([name, count, name, count, …]) */
static Napi::Value js_requests(const Napi::CallbackInfo &info)
{
    publish_counts(info[0], PORTHOLE_TABLE_REQUESTS);
    return info.Env().Undefined();
}

/* timers(timers, immediates) */
static Napi::Value js_timers(const Napi::CallbackInfo &info)
{
    if (Host::current() != nullptr)
        Host::current()->handles().set_timers(to_count(info[0]), to_count(info[1]));
    return info.Env().Undefined();
}

/* handleWalkNs() -> number: what the last walk over the handles took */
static Napi::Value js_handle_walk_ns(const Napi::CallbackInfo &info)
{
    Host *host = Host::current();

    return to_number(info.Env(), host != nullptr ? host->handles().walk_ns() : 0);
}

struct Export {
    const char *name;
    Napi::Value (*function)(const Napi::CallbackInfo &info);
};

static const Export functions[] = {
    { "fullCollections", js_full_collections },
    { "gcWatch", js_gc_watch },
    { "gcUnwatch", js_gc_unwatch },
    { "gcFigures", js_gc_figures },
    { "gcRecord", js_gc_record },
    { "collectGarbage", js_collect_garbage },
    { "countObjects", js_count_objects },
    { "resources", js_resources },
    { "requests", js_requests },
    { "timers", js_timers },
    { "handleWalkNs", js_handle_walk_ns },
};

void counts_export(Napi::Env env, Napi::Object exports)
{
    for (const Export &entry : functions)
        exports.Set(entry.name, Napi::Function::New(env, entry.function, entry.name));
}
