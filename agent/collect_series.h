/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_SERIES_H
#define PH_COLLECT_SERIES_H

#include "collect.h"

/** metrics: the application's own counters and gauges. */
extern const struct ph_collector ph_collect_series;

#endif
