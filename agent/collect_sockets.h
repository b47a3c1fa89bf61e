/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_SOCKETS_H
#define PH_COLLECT_SOCKETS_H

#include "collect.h"

/** sockets: the kernel's view, by state and by peer. */
extern const struct ph_collector ph_collect_sockets;

#endif
