/* SPDX-License-Identifier: MIT */
/**
 * The page of `porthole heap`: the memory of the process and of V8 side by side, heap spaces.
 *
 * Threads: one.
 */
#ifndef PAGE_HEAP_H
#define PAGE_HEAP_H

#include "page.h"

/**
 * Append the page of one target.
 *
 * Threads: one.
 */
void page_heap(struct page *page);

#endif /* PAGE_HEAP_H */
