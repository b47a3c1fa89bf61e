/* SPDX-License-Identifier: MIT */
/*
 * The add-on of native.js: leak(bytes) allocates, touches every page, and forgets. Node-API
 * only, so that one build serves every Node.
 */
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

/* Or the compiler sees that nobody reads what is written, and does not write it. */
static void *volatile last;

static napi_value leak(napi_env env, napi_callback_info info)
{
    size_t argc = 1;
    napi_value argument, result = NULL;
    int64_t bytes = 0;
    void *lost;

    if (napi_get_cb_info(env, info, &argc, &argument, NULL, NULL) != napi_ok || argc < 1 ||
        napi_get_value_int64(env, argument, &bytes) != napi_ok || bytes <= 0)
        return NULL;
    lost = malloc((size_t)bytes);
    if (lost)
        memset(lost, 1, (size_t)bytes);
    last = lost;
    if (napi_get_boolean(env, lost != NULL, &result) != napi_ok)
        return NULL;
    return result;
}

/* The name Node looks for; NAPI_MODULE would define it without a prototype. */
NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports);

napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
    napi_value function;

    if (napi_create_function(env, "leak", NAPI_AUTO_LENGTH, leak, NULL, &function) == napi_ok)
        (void)napi_set_named_property(env, exports, "leak", function);
    return exports;
}
