/* SPDX-License-Identifier: MIT */
/* Owns the one array of collectors. */
#include "collectors.h"

#include "collect_objects.h"
#include "collect_process.h"
#include "collect_self.h"
#include "collect_series.h"
#include "collect_sockets.h"
#include "collect_suspects.h"
#include "collect_threads.h"

const struct ph_collector *const ph_collectors[] = {
    &ph_collect_porthole, &ph_collect_service, &ph_collect_captured,
    &ph_collect_process,  &ph_collect_threads, &ph_collect_sockets,
    &ph_collect_objects,  &ph_collect_series,  &ph_collect_suspects,
};

const size_t ph_n_collectors = sizeof ph_collectors / sizeof ph_collectors[0];
