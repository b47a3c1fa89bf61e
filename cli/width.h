/* SPDX-License-Identifier: MIT */
/**
 * How wide a plain table may be.
 *
 * Threads: one.
 */
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>

/**
 * The columns of the terminal that is stdout, else COLUMNS if that is at least `least`, else
 * 80.
 *
 * Threads: one.
 */
size_t width_of_stdout(unsigned least);

#endif /* WIDTH_H */
