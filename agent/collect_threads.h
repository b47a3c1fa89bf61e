/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_THREADS_H
#define PH_COLLECT_THREADS_H

#include "collect.h"

/** threads: what each JS thread published, and the state of its loop right now. */
extern const struct ph_collector ph_collect_threads;

#endif
