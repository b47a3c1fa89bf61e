/* SPDX-License-Identifier: MIT */
/**
 * Pages of one process that only the live screen has. Those of `porthole gc` and its like are
 * page_*.h's.
 *
 * Threads: one.
 */
#ifndef DETAILPAGES_H
#define DETAILPAGES_H

#include "fleet.h"
#include "page.h"

/**
 * Append who it is, and all figures of vitals.h that are known.
 *
 * @param row  NULL: it has left the fleet.
 *
 * Threads: one.
 */
void detailpages_overview(struct buf *out, const struct fleet_row *row, size_t width,
                          double now_s, enum text_charset charset);

/**
 * Append the event loops of a /state document; the types of /objects; the verdicts of
 * /suspects; the stacks of /stack. What is none of them says so.
 *
 * Threads: one.
 */
void detailpages_loop(struct page *page);
void detailpages_objects(struct page *page);
void detailpages_suspects(struct page *page);
void detailpages_stack(struct page *page);

#endif /* DETAILPAGES_H */
