/* SPDX-License-Identifier: MIT */
/**
 * A dashboard of Grafana for a fleet, as JSON to be imported: one table of panels, whose
 * explanations are those of vitals.h. Families that prom-client has as well are asked for
 * under its names, so half of it shows processes without porthole.
 *
 * Threads: any; no state.
 */
#ifndef DASHBOARD_H
#define DASHBOARD_H

#include "buf.h"

/**
 * Append it. The same at every call.
 *
 * Threads: any.
 */
void dashboard_write(struct buf *out);

#endif /* DASHBOARD_H */
