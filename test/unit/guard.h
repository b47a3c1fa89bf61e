/* SPDX-License-Identifier: MIT */
/**
 * What every unit test is held to without asking for it: it leaves no descriptor open, no
 * thread running and, under ASan, no memory behind. guard.c hooks itself around each
 * Criterion test; a test includes this header only to count for itself.
 */
#ifndef TEST_GUARD_H
#define TEST_GUARD_H

/**
 * Descriptors this process has open.
 *
 * Threads: any.
 */
int guard_open_fds(void);

/**
 * Threads this process has.
 *
 * Threads: any.
 */
int guard_threads(void);

#endif /* TEST_GUARD_H */
