/* SPDX-License-Identifier: MIT */
/**
 * @FILE: targets a line with '#' comments, or file_sd JSON where the first character is a
 * bracket. Read again when the file is another or has changed.
 *
 * Threads: any; no state but what is in struct sdask.
 */
#ifndef SDFILE_H
#define SDFILE_H

#include "sdask.h"

extern const struct sdkind sdfile;

#endif /* SDFILE_H */
