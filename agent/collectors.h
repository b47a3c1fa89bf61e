/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECTORS_H
#define PH_COLLECTORS_H

#include <stddef.h>

#include "collect.h"

/** All collectors, in the order in which their sections appear. */
extern const struct ph_collector *const ph_collectors[];
extern const size_t ph_n_collectors;

#endif
