/* SPDX-License-Identifier: MIT */
/**
 * The functions addon/trace.js sees; what they do is in tracer.h.
 *
 *     setTracer(step | null)
 *     traceBegin(netSocket, netServer, dgramSocket)   prototypes; undefined: no sockets
 *     traceListener(emitter, event, listener, weight)
 *     traceKind(emitter) -> number                    0: no socket
 *     traceSocket(socket, kind, weight) -> number     0: no room
 *     traceTarget(number, first, second)              arguments of connect()
 *     traceWhat(number, text)
 *     traceTotals(added, oneIn)
 *
 * Arguments were checked in JavaScript, or are whatever the application has passed to methods
 * of Node: nothing is done about what is of a wrong type.
 */
#ifndef PORTHOLE_ADDON_TRACER_BINDING_H
#define PORTHOLE_ADDON_TRACER_BINDING_H

#include <node_api.h>

/**
 * Add the functions to `exports`.
 *
 * Threads: any JavaScript thread, in a handle scope and a context.
 */
void tracer_export(napi_value exports);

#endif /* PORTHOLE_ADDON_TRACER_BINDING_H */
