/* SPDX-License-Identifier: MIT */
#ifndef PH_PARAMS_H
#define PH_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

/** A number in the query of a request: its name, range and default. */
struct ph_param {
    const char *name;
    double least, most, otherwise;
    bool whole; /* no fractions */
};

/**
 * Read one. False, with a 400 in `reply` that names it and its range, if it is there and not
 * such a number.
 *
 * Threads: http thread.
 */
bool ph_param_read(const struct ph_request *request, const struct ph_param *param, double *out,
                   struct ph_reply *reply);

/**
 * Read a duration, "2", "2s", "500ms" or "5m", in seconds as the range is. False with a 400 as
 * above.
 *
 * Threads: http thread.
 */
bool ph_param_duration(const struct ph_request *request, const struct ph_param *param,
                       double *out, struct ph_reply *reply);

/**
 * Read a word out of a list that ends with NULL; without the parameter it is the first.
 * False with a 400 that names the list.
 *
 * Threads: http thread.
 */
bool ph_param_choice(const struct ph_request *request, const char *name,
                     const char *const *choices, unsigned *out, struct ph_reply *reply);

/** 404 for the host thread that the request names. Threads: http thread. */
void ph_refuse_thread(const struct ph_request *request, struct ph_reply *reply);

#endif
