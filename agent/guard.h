/* SPDX-License-Identifier: MIT */
#ifndef PH_GUARD_H
#define PH_GUARD_H

#include <stdbool.h>

/**
 * Who may ask, decided on plain strings.
 *
 * Threads: any.
 */

/**
 * May a request with this Host header be answered? DNS rebinding needs a name, so an IP
 * literal, "localhost" and the listed names are let through, with or without a port.
 *
 * @param allowed  further names by comma, or NULL.
 */
bool ph_guard_host(const char *host, const char *allowed);

/**
 * Does an Authorization header carry this token? Takes the same time whatever differs.
 *
 * @param authorization  "Bearer …", or NULL.
 */
bool ph_guard_token(const char *authorization, const char *token);

#endif
