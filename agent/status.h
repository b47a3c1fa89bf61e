/* SPDX-License-Identifier: MIT */
#ifndef PH_STATUS_H
#define PH_STATUS_H

#include "porthole.h"

/**
 * Fill `err` with one line and return `status`, so that a failing function can end with
 * `return ph_fail(err, PORTHOLE_ESYSTEM, "cannot …", …);`. The first text wins: the
 * function nearest the cause knows most. A NULL `err` is allowed. Allocates nothing.
 *
 * Threads: any; `err` belongs to the caller.
 */
enum porthole_status ph_fail(porthole_error *err, enum porthole_status status, const char *fmt,
                             ...) __attribute__((format(printf, 3, 4)));

/**
 * The text for an errno value, without strerror()'s shared buffer, in lower case as our own
 * messages are. Borrowed until the thread's next call.
 *
 * Threads: any.
 */
const char *ph_errno_text(int code);

#endif
