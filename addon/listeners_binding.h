/* SPDX-License-Identifier: MIT */
#ifndef PORTHOLE_ADDON_LISTENERS_BINDING_H
#define PORTHOLE_ADDON_LISTENERS_BINDING_H

#include <napi.h>

/**
 * Add the functions by which addon/feeds/listeners.js publishes.
 *
 * Threads: JavaScript thread.
 */
void listeners_export(Napi::Env env, Napi::Object exports);

#endif /* PORTHOLE_ADDON_LISTENERS_BINDING_H */
