/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_STORE_H
#define PH_CAPTURE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blob.h"
#include "capture_name.h"
#include "rules.h"

/**
 * The files that capture rules have kept, in the run directory: PID-* of this process,
 * those of a predecessor with the same number included. Bounded in number by each rule's
 * limit, in bytes by the two figures below; memory that others need is not taken.
 *
 * Threads: tick thread, all functions here.
 */
#define PH_CAPTURE_BYTES (32u << 20)        /* of one process, in all */
#define PH_CAPTURE_FREE_BYTES (64u << 20)   /* so much is left free of the file system */
#define PH_CAPTURE_SPARE_BYTES (16u << 20)  /* so much is left of the control group's memory */
#define PH_CAPTURE_FILES (PH_RULES * PH_RULE_FILES + 1)
#define PH_CAPTURE_WHY 160

struct ph_capture_file {
    char     file[PH_CAPTURE_NAME_BYTES];
    unsigned rule;          /* from 1 */
    uint64_t bytes;
    uint64_t at_unix_ns;
};

struct ph_capture_store {
    const char *run_dir;    /* immutable, as pid; "": there is none */
    unsigned pid;
    size_t   n;
    struct ph_capture_file files[PH_CAPTURE_FILES]; /* oldest first */
};

void ph_capture_store_init(struct ph_capture_store *store, const char *run_dir, unsigned pid);

/** Look what is there, others may have removed some. Leftovers of ours that were never
 *  completed are removed. */
void ph_capture_store_scan(struct ph_capture_store *store);

/** A file that is to be kept. */
struct ph_capture {
    unsigned rule;              /* from 1 */
    unsigned limit;             /* most files of this rule */
    const char *kind;           /* as ph_capture_name() */
    const struct ph_blob *body;
    uint64_t at_unix_ns;
};

enum ph_capture_ending {
    PH_CAPTURE_KEPT,        /* or: it would be */
    PH_CAPTURE_NO_ROOM,     /* one of the figures above is reached; `why` says which */
    PH_CAPTURE_REFUSED,     /* by the system; `why` says how */
};

/** Would one more file, of `bytes`, be kept? `why` has PH_CAPTURE_WHY bytes, and is untouched
 *  if so. */
enum ph_capture_ending ph_capture_store_room(const struct ph_capture_store *store,
                                             const struct ph_capture *capture, uint64_t bytes,
                                             char *why);

/** Keep it, mode 0600; it is complete when it appears under its name. The oldest ones of its
 *  rule give way until there are no more than `limit`. */
enum ph_capture_ending ph_capture_store_put(struct ph_capture_store *store,
                                            const struct ph_capture *capture, char *why);

#endif
