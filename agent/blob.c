/* SPDX-License-Identifier: MIT */
/* Owns the life of frozen bytes. */
#include "blob.h"

#include <stdlib.h>

struct ph_blob *ph_blob_take(struct ph_sink *sink)
{
    struct ph_blob *blob = malloc(sizeof *blob);

    ph_sink_put(sink, "", 1);
    if (!blob || sink->failed) {
        free(blob);
        return NULL;
    }
    atomic_init(&blob->refs, 1);
    blob->bytes = ph_sink_take(sink, &blob->len);
    blob->len--; /* the NUL is not part of the document */
    return blob;
}

struct ph_blob *ph_blob_ref(struct ph_blob *blob)
{
    if (blob)
        atomic_fetch_add_explicit(&blob->refs, 1, memory_order_relaxed);
    return blob;
}

void ph_blob_unref(struct ph_blob *blob)
{
    if (!blob || atomic_fetch_sub_explicit(&blob->refs, 1, memory_order_acq_rel) != 1)
        return;
    free(blob->bytes);
    free(blob);
}
