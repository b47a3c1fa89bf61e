/* SPDX-License-Identifier: MIT */
/**
 * The functions for the application's own objects, as addon/track.js and addon/provide.js
 * see them. Plain V8 functions, not Node-API ones: they are called for each object.
 *
 *     attach() -> boolean                        make this thread's Host
 *     obtainType(name) -> number                 see tracker.h; -1: no room
 *     setRules(type, fields | null, redact | null, secrets, depth)
 *     track(type, id, object) -> number          a token; 0: no room
 *     release(token)
 *     isTracked(token) -> boolean
 *     serialize(value, { depth, fields, redact, secrets }) -> string
 *     setProvider(step | null)                   see provider.h
 *     give(kind, type, id, json, place, bornMs, hasNulls, count) -> boolean
 *     cut(why)
 *
 * Arguments were checked in JavaScript; one of a wrong type is taken for a missing one.
 */
#ifndef PORTHOLE_ADDON_APP_H
#define PORTHOLE_ADDON_APP_H

#include <node_api.h>

/**
 * Add the functions to `exports`.
 *
 * Threads: any JavaScript thread, in a handle scope and a context.
 */
void app_export(napi_env env, napi_value exports);

#endif /* PORTHOLE_ADDON_APP_H */
