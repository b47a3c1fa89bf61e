/* SPDX-License-Identifier: MIT */
#ifndef PORTHOLE_ADDON_METRICS_BINDING_H
#define PORTHOLE_ADDON_METRICS_BINDING_H

#include <napi.h>

/**
 * Add the functions that addon/metrics.js sees.
 *
 * Threads: JavaScript thread.
 */
void metrics_export(Napi::Env env, Napi::Object exports);

#endif /* PORTHOLE_ADDON_METRICS_BINDING_H */
