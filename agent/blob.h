/* SPDX-License-Identifier: MIT */
#ifndef PH_BLOB_H
#define PH_BLOB_H

#include <stdatomic.h>
#include <stddef.h>

#include "sink.h"

/** Frozen, counted bytes: what is handed to a socket while a newer one is made. */
struct ph_blob {
    atomic_uint refs;   /* atomic (acq_rel on the last unref: the freeing thread must see
                           what the others did with the bytes) */
    size_t      len;    /* immutable */
    char       *bytes;  /* immutable; NUL-terminated for the debugger's sake */
};

/**
 * Freeze what is in `sink`, which is empty afterwards. NULL if the sink has failed or
 * memory is out. The caller owns the first reference.
 *
 * Threads: any; `sink` belongs to the caller.
 */
struct ph_blob *ph_blob_take(struct ph_sink *sink);

/** Threads: any. Both accept NULL; ph_blob_ref() returns its argument. */
struct ph_blob *ph_blob_ref(struct ph_blob *blob);
void ph_blob_unref(struct ph_blob *blob);

#endif
