/* SPDX-License-Identifier: MIT */
/**
 * The page of `porthole sockets`: states, peers, ports, three views of them, HTTP agents.
 *
 * Threads: one.
 */
#ifndef PAGE_SOCKETS_H
#define PAGE_SOCKETS_H

#include "page.h"

/**
 * Append the page of one target.
 *
 * Threads: one.
 */
void page_sockets(struct page *page);

#endif /* PAGE_SOCKETS_H */
