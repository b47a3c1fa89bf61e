/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_SUSPECTS_H
#define PH_COLLECT_SUSPECTS_H

#include "collect.h"

extern const struct ph_collector ph_collect_suspects;

#endif
