/* SPDX-License-Identifier: MIT */
/**
 * The numbers of a /state by the names that rules give them; agent/figure_read.h is the same
 * for who has no document.
 *
 * Threads: one.
 */
#ifndef STATEFIGURE_H
#define STATEFIGURE_H

#include "doc.h"

/**
 * The value of a figure: of threads the sum, or the highest. An item of a list is told by the
 * texts that it begins with, or by its first number: "sockets.by_peer[10.0.0.7:443].count".
 *
 * @param state  NULL: not read.
 *
 * @return NaN: it is not known, or there is no such number.
 *
 * Threads: one.
 */
double statefigure_read(const struct doc *state, const char *figure);

#endif /* STATEFIGURE_H */
