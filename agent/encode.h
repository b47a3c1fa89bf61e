/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_H
#define PH_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sink.h"
#include "snapshot.h"

/** A format is one file and one entry in the array. */
struct ph_encoder {
    const char *content_type;
    size_t      max_bytes;      /* of one answer */
    void (*encode)(const struct ph_snapshot *snapshot, struct ph_sink *out);
};

enum ph_format { PH_FORMAT_JSON, PH_FORMAT_PROMETHEUS, PH_FORMAT_OPENMETRICS, PH_FORMATS };

/** Indexed by enum ph_format. */
extern const struct ph_encoder ph_encoders[PH_FORMATS];

#endif
