/* SPDX-License-Identifier: MIT */
/**
 * Ctrl-C in the middle of work that has something to clean up.
 *
 * Between begin and end SIGINT, SIGTERM and SIGHUP wait; whoever works asks now and then
 * whether one has come, puts things in order and lets it end the command, so that the shell
 * sees what happened.
 *
 * Threads: one.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/**
 * Let the signals wait.
 *
 * @return a descriptor that can be read once one has come, to be given to interrupt_end();
 *         -1 if there is none (the signals wait all the same).
 *
 * Threads: one.
 */
int interrupt_begin(void);

/**
 * Has a signal come?
 *
 * Threads: one.
 */
bool interrupt_came(void);

/**
 * Let the signals through again: one that has come ends the command here.
 *
 * Threads: one.
 */
void interrupt_end(int fd);

#endif /* INTERRUPT_H */
