/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_H
#define PH_ROUTES_H

#include <stdbool.h>

#include "policy.h"
#include "request.h"
#include "routes_env.h"

struct ph_route {
    const char *path;
    const char *help; /* one line for "/" */
    void (*answer)(const struct ph_routes_env *env, const struct ph_request *request,
                   struct ph_reply *reply);
    enum ph_access access;
    bool below;      /* also everything under path + "/" */
    bool negotiates; /* the answer depends on the Accept header */
    bool works;      /* it sets something to work: no HEAD */
};

/** All of them, ended by one without a path. */
extern const struct ph_route ph_routes[];

/**
 * The route of a path, or NULL.
 *
 * Threads: any.
 */
const struct ph_route *ph_route_find(const char *path);

#endif
