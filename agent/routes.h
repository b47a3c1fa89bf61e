/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_H
#define PH_ROUTES_H

#include <stdbool.h>

#include "board.h"
#include "current.h"
#include "request.h"
#include "settings.h"

/** What the routes may look at. Outlives the http thread. */
struct ph_routes_env {
    const struct ph_settings *settings;
    struct ph_board *board;
    struct ph_current *current;
};

/** Who may ask for a path over TCP when a token is set. */
enum ph_access {
    PH_ACCESS_OPEN,     /* anybody, unless everything is protected */
    PH_ACCESS_TOKEN,    /* the token's bearer */
};

struct ph_route {
    const char *path;
    const char *help;           /* one line for "/" */
    void (*answer)(const struct ph_routes_env *env, const struct ph_request *request,
                   struct ph_reply *reply);
    enum ph_access access;
    bool below;                 /* also everything under path + "/" */
    bool negotiates;            /* the answer depends on the Accept header */
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
