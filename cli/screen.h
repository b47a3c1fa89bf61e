/* SPDX-License-Identifier: MIT */
/**
 * The terminal: takes it, paints frames, reads keys, gives it back as it was, also when
 * the command ends by exit() or by a signal, or crashes, or is stopped.
 *
 * Threads: one; there is one screen.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include "viewframe.h"
#include "viewstate.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Take the terminal on stdin and stdout.
 *
 * From here on SIGINT, SIGTERM and SIGHUP only leave a note: screen_signal(). A crash gives
 * the terminal back and goes on as it would have.
 *
 * @param colour  false: attributes only.
 *
 * @return NULL; else what is wrong, for say_error(), and the terminal is untouched.
 *
 * Threads: one.
 */
const char *screen_open(bool colour);

/**
 * Give the terminal back. Does nothing if there is nothing to give.
 *
 * Threads: one.
 */
void screen_close(void);

/**
 * The current size in characters.
 *
 * Threads: one.
 */
void screen_size(size_t *width, size_t *height);

/**
 * Show a frame.
 *
 * Threads: one.
 */
void screen_paint(const struct view_frame *frame);

/**
 * The next key that was pressed, as view_press() takes it; VIEW_KEY_NONE if there is
 * none. Never waits.
 *
 * Threads: one.
 */
int screen_key(void);

/**
 * Whether nobody is there any more: the terminal has hung up, or its input has ended. Only
 * after screen_key() has said VIEW_KEY_NONE.
 *
 * Threads: one.
 */
bool screen_gone(void);

/**
 * The signal that asked us to end, 0 if none did.
 *
 * Threads: one.
 */
int screen_signal(void);

#endif /* SCREEN_H */
