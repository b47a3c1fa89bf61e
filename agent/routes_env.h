/* SPDX-License-Identifier: MIT */
#ifndef PH_ROUTES_ENV_H
#define PH_ROUTES_ENV_H

#include "board.h"
#include "capture.h"
#include "collect.h"
#include "current.h"
#include "gather.h"
#include "history.h"
#include "jobs.h"
#include "roundup.h"
#include "settings.h"
#include "suspects.h"
#include "types.h"

/** What the routes may look at. Outlives the http thread. */
struct ph_routes_env {
    const struct ph_settings *settings;
    const struct ph_identity *identity;
    struct ph_board *board;
    struct ph_current *current;
    struct ph_jobs *jobs;
    struct ph_captures *captures;   /* NULL: there are no rules */
    struct ph_suspects *suspects;   /* NULL: memory was out */
    struct ph_gather **gathering; /* http thread only: stacks that are on the way, or NULL */
    const struct ph_types *types;
    struct ph_history *history;     /* NULL: none */
    struct ph_roundups *roundups; /* http thread only */
};

#endif
