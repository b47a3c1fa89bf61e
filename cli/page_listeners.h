/* SPDX-License-Identifier: MIT */
/**
 * The page of `porthole listeners`: totals with their bounds, kinds, single heavy emitters.
 *
 * Threads: one.
 */
#ifndef PAGE_LISTENERS_H
#define PAGE_LISTENERS_H

#include "page.h"

/**
 * Append the page of one target.
 *
 * Threads: one.
 */
void page_listeners(struct page *page);

#endif /* PAGE_LISTENERS_H */
