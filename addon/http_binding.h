/* SPDX-License-Identifier: MIT */
/**
 * The functions addon/feeds/http.js sees.
 *
 *     lendHttp(arrayBuffer, settle) -> boolean   see http_cells.h; settle() is called before
 *                                                the loop waits while the flag is up
 *     httpAgents([name, origin, sockets, free, pending, oldestMs, …], total)
 */
#ifndef PORTHOLE_ADDON_HTTP_BINDING_H
#define PORTHOLE_ADDON_HTTP_BINDING_H

#include <napi.h>

/**
 * Add the functions to `exports`.
 *
 * Threads: any JavaScript thread, in a handle scope and a context.
 */
void http_export(Napi::Env env, Napi::Object exports);

#endif /* PORTHOLE_ADDON_HTTP_BINDING_H */
