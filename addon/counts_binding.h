/* SPDX-License-Identifier: MIT */
#ifndef PORTHOLE_ADDON_COUNTS_BINDING_H
#define PORTHOLE_ADDON_COUNTS_BINDING_H

#include <napi.h>

/**
 * Add the functions that addon/gc/, memwatch and feeds/resources.js see.
 *
 * Threads: JavaScript thread.
 */
void counts_export(Napi::Env env, Napi::Object exports);

#endif /* PORTHOLE_ADDON_COUNTS_BINDING_H */
