/* SPDX-License-Identifier: MIT */
#ifndef PH_TICK_H
#define PH_TICK_H

#include <pthread.h>
#include <stdbool.h>

#include "capture.h"
#include "collect.h"
#include "current.h"
#include "history.h"
#include "history_clock.h"
#include "history_file.h"
#include "porthole.h"
#include "recorder.h"
#include "settings.h"
#include "suspects.h"

/**
 * The thread `porthole-tick`: once per tick it collects, freezes, encodes, records, and
 * swaps one pointer.
 */
struct ph_tick;

/** What the tick thread works with; all of it outlives the thread. */
struct ph_tick_env {
    const struct ph_settings *settings;
    const struct ph_identity *identity;
    const char *run_dir;            /* "": none */
    struct ph_board *board;
    struct ph_series_table *series;
    struct ph_types *types;
    struct ph_cost *cost;
    struct ph_recorder *recorder;
    struct ph_current *current;
    struct ph_captures *captures;   /* NULL: none */
    struct ph_history *history;     /* NULL: none */
    const struct ph_history_clock *history_clock;
    struct ph_history_file *history_file;
    struct ph_suspects *suspects;   /* NULL: memory was out */
};

/**
 * @return PORTHOLE_OK and `*out`; _ENOMEM; _ESYSTEM.
 *
 * Threads: the thread that starts the agent.
 */
enum porthole_status ph_tick_start(const struct ph_tick_env *env, struct ph_tick **out,
                                   porthole_error *err);

/** Let the next tick begin at once. Threads: any, between start and stop. */
void ph_tick_wake(struct ph_tick *tick);

/** End the thread and free it; returns within one tick's work. NULL is allowed.
 *  Threads: the thread that stops the agent. */
void ph_tick_stop(struct ph_tick *tick);

#endif
