/* SPDX-License-Identifier: MIT */
/**
 * What keys do to the live screen.
 *
 * Threads: one.
 */
#ifndef VIEWKEYS_H
#define VIEWKEYS_H

#include "viewstate.h"

/**
 * Act on one key: a Unicode character or one of VIEW_KEY_*; others do nothing. Rows are those
 * of the last frame.
 *
 * Threads: one.
 */
void view_press(struct view *view, int key);

/**
 * The key of a page, and its word: "c", "gc".
 *
 * Threads: any.
 */
char viewkeys_page_key(enum view_page page);
const char *viewkeys_page_word(enum view_page page);

#endif /* VIEWKEYS_H */
