/* SPDX-License-Identifier: MIT */
#ifndef PH_FIGURE_READ_H
#define PH_FIGURE_READ_H

#include "snapshot.h"

/**
 * The numbers of a snapshot by the names that rules give them: as the command reads them in
 * /state, without the detour through JSON.
 */
#define PH_FIGURE_ALL (-1)

/**
 * The value of a figure: the path of a number in /state, or one of those that figure.h names.
 *
 * @param thread  of figures of threads: an id, or PH_FIGURE_ALL for all of them together.
 * @param most    the id of the thread that has most of it; unchanged if it is of no thread.
 *                May be NULL.
 *
 * @return NaN: it is not known, or there is no such number.
 *
 * Threads: any; the snapshot is frozen. 1 µs, and another one for each further thread; no
 *          allocation.
 */
double ph_figure_read(const struct ph_snapshot *snapshot, const char *figure, int thread,
                      int *most);

#endif
