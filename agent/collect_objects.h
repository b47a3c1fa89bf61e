/* SPDX-License-Identifier: MIT */
#ifndef PH_COLLECT_OBJECTS_H
#define PH_COLLECT_OBJECTS_H

#include "collect.h"

/** "objects": how many there are of each of the application's types. */
extern const struct ph_collector ph_collect_objects;

#endif
