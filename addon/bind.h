/* SPDX-License-Identifier: MIT */
/**
 * Plain V8 functions among the exports of a Node-API module: for what is called so often that
 * the way through Node-API would count.
 */
#ifndef PORTHOLE_ADDON_BIND_H
#define PORTHOLE_ADDON_BIND_H

#include <node_api.h>
#include <v8-function-callback.h>

#include <cstddef>

struct Bound {
    const char          *name;
    v8::FunctionCallback function;
};

/**
 * Add `n` functions to `exports`.
 *
 * Threads: any JavaScript thread, in a handle scope and a context.
 */
void bind_functions(napi_value exports, const Bound *functions, size_t n);

#endif /* PORTHOLE_ADDON_BIND_H */
