/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_PROM_H
#define PH_ENCODE_PROM_H

#include "sink.h"
#include "snapshot.h"

/**
 * The numbers of the state that carry a family name, as Prometheus text 0.0.4, or as
 * OpenMetrics 1.0.0. Unknown values are left out. Durations are in seconds.
 *
 * Threads: any.
 */
void ph_encode_prometheus(const struct ph_snapshot *snapshot, struct ph_sink *out);
void ph_encode_openmetrics(const struct ph_snapshot *snapshot, struct ph_sink *out);

#endif
