/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_STEP_H
#define CORPUS_STEP_H

/** How often a number is seen. The agent looks each second; the lowest level of its rings is
 *  a bucket of 15, of which only the least and the mean count. */
#define STEP_S 15.0
#define DAY_S 86400.0
#define STEP_D (STEP_S / DAY_S)

#endif
