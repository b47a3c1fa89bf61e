/* SPDX-License-Identifier: MIT */
/**
 * The options object that addon/options.js has validated, as C structs.
 */
#ifndef PORTHOLE_ADDON_CONFIG_H
#define PORTHOLE_ADDON_CONFIG_H

#include "host.h"
#include "porthole.h"

#include <napi.h>

#include <cstdint>
#include <deque>
#include <string>

/* Not copyable: `agent` points into `texts`. */
struct Config {
    Config() = default;
    Config(const Config &) = delete;
    Config &operator=(const Config &) = delete;

    porthole_config         agent = {};
    HostOptions             host = {};
    std::deque<std::string> texts;
};

/**
 * The value as text or as a number, or `otherwise` if it has another type. Not the same as
 * ToString() and ToNumber(): those end the process on the empty value that Get() returns in
 * a worker that is being terminated.
 *
 * Threads: JavaScript thread.
 */
std::string text_of(const Napi::Value &value, const char *otherwise);
double number_of(const Napi::Value &value, double otherwise);

/**
 * Fill `out` with the defaults and every property of `from` that is not undefined. The
 * types were checked in JavaScript; a value of another type is left at its default.
 *
 * Threads: JavaScript thread.
 */
void config_read(const Napi::Object &from, Config *out);

#endif /* PORTHOLE_ADDON_CONFIG_H */
