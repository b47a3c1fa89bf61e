/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_SELF_H
#define PH_COLLECT_SELF_H

#include "collect.h"

/** porthole, service, captured: the agent about itself and its host process. */
extern const struct ph_collector ph_collect_porthole;
extern const struct ph_collector ph_collect_service;
extern const struct ph_collector ph_collect_captured;

#endif
