/* SPDX-License-Identifier: MIT */
/*
 * Copies options from JavaScript to C: names and destinations, no policy.
 */
#include "config.h"

#include <cstdint>

struct TextField {
    const char *name;
    const char *porthole_config::*field;
};

struct FlagField {
    const char *name;
    bool porthole_config::*field;
};

struct CountField {
    const char *name;
    unsigned porthole_config::*field;
};

static const TextField text_fields[] = {
    { "host", &porthole_config::host },
    { "runDir", &porthole_config::run_dir },
    { "token", &porthole_config::token },
    { "allowedHosts", &porthole_config::allowed_hosts },
    { "service", &porthole_config::service },
    { "component", &porthole_config::component },
    { "ident", &porthole_config::ident },
    { "version", &porthole_config::version },
    { "runtime", &porthole_config::runtime },
    { "runtimeVersion", &porthole_config::runtime_version },
    { "capture", &porthole_config::capture },
    { "rules", &porthole_config::rules },
    { "notifySocket", &porthole_config::notify_socket },
};

static const FlagField flag_fields[] = {
    { "protectAll", &porthole_config::protect_all },
    { "insecure", &porthole_config::insecure },
};

static const CountField count_fields[] = {
    { "tickMs", &porthole_config::tick_ms },
    { "blockedMs", &porthole_config::blocked_ms },
    { "unhealthyMs", &porthole_config::unhealthy_ms },
    { "maxConnections", &porthole_config::max_connections },
    { "idleMs", &porthole_config::idle_ms },
    { "watchdogMs", &porthole_config::watchdog_ms },
    { "historyBytes", &porthole_config::history_bytes },
    { "testTimeScale", &porthole_config::test_time_scale },
};

std::string text_of(const Napi::Value &value, const char *otherwise)
{
    return value.IsString() ? value.As<Napi::String>().Utf8Value() : otherwise;
}

double number_of(const Napi::Value &value, double otherwise)
{
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : otherwise;
}

static bool flag_of(const Napi::Value &value, bool otherwise)
{
    return value.IsBoolean() ? value.As<Napi::Boolean>().Value() : otherwise;
}

static void read_host(const Napi::Object &from, Config *out)
{
    out->host.name = text_of(from.Get("threadName"), "unknown");
    out->host.id = static_cast<int>(number_of(from.Get("threadId"), 0));
    out->host.tick_ms = out->agent.tick_ms;
    out->host.delay_interval_ms =
        static_cast<unsigned>(number_of(from.Get("delayIntervalMs"), 0));
    out->host.near_heap_limit = flag_of(from.Get("nearHeapLimit"), false);
    out->host.settings = text_of(from.Get("settings"), "{}");
}

void config_read(const Napi::Object &from, Config *out)
{
    porthole_config_default(&out->agent);
    for (const TextField &entry : text_fields) {
        const Napi::Value value = from.Get(entry.name);

        if (value.IsString()) {
            out->texts.push_back(value.As<Napi::String>().Utf8Value());
            out->agent.*entry.field = out->texts.back().c_str();
        }
    }
    for (const FlagField &entry : flag_fields) {
        bool &field = out->agent.*entry.field;

        field = flag_of(from.Get(entry.name), field);
    }
    for (const CountField &entry : count_fields) {
        unsigned &field = out->agent.*entry.field;

        field = static_cast<unsigned>(number_of(from.Get(entry.name), field));
    }
    out->agent.port = static_cast<int>(number_of(from.Get("port"), out->agent.port));
    read_host(from, out);
}
