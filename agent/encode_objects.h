/* SPDX-License-Identifier: MIT */
#ifndef PH_ENCODE_OBJECTS_H
#define PH_ENCODE_OBJECTS_H

#include "haul.h"
#include "request.h"
#include "sink.h"
#include "types.h"

/** What a list shows of a haul. */
struct ph_list_spec {
    const char *type;     /* copied */
    const char *fields;   /* copied; names by comma, NULL: all */
    uint64_t limit;       /* 0: all */
    struct ph_place from; /* behind this one */
    uint64_t total;       /* PORTHOLE_UNKNOWN: null */
};

/**
 * The answer of /objects/TYPE, streamed. Takes a reference on the haul; NULL if memory is out.
 *
 * Threads: http thread, as all here.
 */
struct ph_feed *ph_encode_list(struct ph_haul *haul, const struct ph_list_spec *spec);

/** The answer of /objects. */
void ph_encode_types(const struct ph_types *types, const struct ph_haul *haul,
                     struct ph_sink *sink);

/** The answer of /objects/TYPE/ID, for what was found. */
void ph_encode_object(const struct ph_find *found, const char *fields, struct ph_sink *sink);

#endif
