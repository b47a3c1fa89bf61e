/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_PROCESS_H
#define PH_COLLECT_PROCESS_H

#include "collect.h"

/** process: memory, CPU, descriptors, cgroup, as the kernel sees them. */
extern const struct ph_collector ph_collect_process;

#endif
