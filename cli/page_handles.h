/* SPDX-License-Identifier: MIT */
/**
 * The page of `porthole handles`: what keeps an event loop alive, and what comes and goes.
 *
 * Threads: one.
 */
#ifndef PAGE_HANDLES_H
#define PAGE_HANDLES_H

#include "page.h"

/**
 * Append the page of one target.
 *
 * Threads: one.
 */
void page_handles(struct page *page);

#endif /* PAGE_HANDLES_H */
