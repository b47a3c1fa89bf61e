/* SPDX-License-Identifier: MIT */
/**
 * The page of `porthole gc`: collections by kind, rates, the floor of the heap, and gcstats'
 * fields.
 *
 * Threads: one.
 */
#ifndef PAGE_GC_H
#define PAGE_GC_H

#include "page.h"

/**
 * Append the page of one target.
 *
 * Threads: one.
 */
void page_gc(struct page *page);

#endif /* PAGE_GC_H */
