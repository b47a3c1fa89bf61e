/* SPDX-License-Identifier: MIT */
/**
 * Which line of the application is at work.
 */
#ifndef PORTHOLE_ADDON_CALLER_H
#define PORTHOLE_ADDON_CALLER_H

#include <v8-isolate.h>

#include <cstddef>

/**
 * The innermost frame of the application, as "function (file:line:column)"; the start of the
 * file's path gives way to U+2026 where it does not fit. "" if there is none. A few
 * microseconds.
 *
 * Runs no JavaScript, and Error.prepareStackTrace is not asked. Allocates in the heap.
 *
 * @param home  files whose path begins so are ours, not the application's.
 *
 * Threads: isolate thread, in a handle scope and a context.
 */
void caller_tell(v8::Isolate *isolate, const char *home, char *to, size_t room);

#endif /* PORTHOLE_ADDON_CALLER_H */
