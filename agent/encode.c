/* SPDX-License-Identifier: MIT */
/* Owns the one array of formats. */
#include "encode.h"

#include "encode_json.h"
#include "encode_prom.h"
#include "porthole_wire.h"

/* 4096 histograms with labels of ordinary length; what goes beyond is left out, visibly. */
#define EXPOSITION_MAX_BYTES (16u << 20)

const struct ph_encoder ph_encoders[PH_FORMATS] = {
    [PH_FORMAT_JSON] = { "application/json", PORTHOLE_STATE_MAX_BYTES, ph_encode_json },
    [PH_FORMAT_PROMETHEUS] = { "text/plain; version=0.0.4; charset=utf-8", EXPOSITION_MAX_BYTES,
                               ph_encode_prometheus },
    [PH_FORMAT_OPENMETRICS] = { "application/openmetrics-text; version=1.0.0; charset=utf-8",
                                EXPOSITION_MAX_BYTES, ph_encode_openmetrics },
};
