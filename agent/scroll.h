/* SPDX-License-Identifier: MIT */
#ifndef PH_SCROLL_H
#define PH_SCROLL_H

#include <stdbool.h>
#include <stddef.h>

#include "fragments.h"
#include "haul.h"
#include "request.h"
#include "sink.h"

/**
 * Text that is made piece by piece as it is sent, without an allocation: a piece is some text
 * of its own and, behind it, bytes that lie elsewhere. Who makes one embeds this struct first.
 *
 * Threads: http thread, as all here.
 */
struct ph_scroll {
    struct ph_feed feed;
    /* Put the next piece; false: there is none. It may put nothing, having worked. Between
     * two pieces there may be a space. */
    bool (*next)(struct ph_scroll *scroll);
    struct ph_sink text; /* in `room`; a piece that does not fit loses its end */
    char room[8192];
    size_t gone;      /* of the text */
    const char *span; /* behind the text */
    size_t span_bytes;
    size_t work; /* done in this fill: rows looked at, and what they weigh */
    bool ended;
};

#define PH_SCROLL_WORK 8192u /* rows in one fill */
#define PH_SCROLL_BYTES 64u  /* of JSON that is walked through weigh as much as a row */

void ph_scroll_init(struct ph_scroll *scroll, bool (*next)(struct ph_scroll *scroll),
                    void (*drop)(struct ph_feed *feed));

/** Has it worked enough for now? */
bool ph_scroll_is_tired(const struct ph_scroll *scroll);

/* ---- Pieces that more than one kind of text has ------------------------------------- */

/** The next lot from `*at` on that has a cause, as an item of a list; false if there is
 *  none. */
bool ph_scroll_cause(struct ph_scroll *scroll, const struct ph_haul *haul, size_t *at,
                     bool *first);

/** The same for a document that is made at once. */
void ph_put_causes(struct ph_sink *sink, const struct ph_haul *haul);

#endif
