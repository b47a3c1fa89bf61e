/* SPDX-License-Identifier: MIT */
/**
 * A file of recorded numbers, judged while it is read.
 *
 * Rows may be in any order if the file is short enough to be sorted (SERIESFILE_BYTES of
 * numbers); a longer one is taken row by row, in the memory of one.
 *
 * Threads: one.
 */
#ifndef SERIESFILE_H
#define SERIESFILE_H

#include "csv.h"
#include "trials.h"

#include <stdbool.h>
#include <stddef.h>

#define SERIESFILE_BYTES ((size_t)64 << 20)

struct seriesfile {
    const char *name;       /* "-": stdin */
    size_t most_bytes;      /* of numbers that may wait to be sorted */
    struct csv csv;
    struct trials trials;
    bool sorted;            /* it was not in order, and is now */
    size_t disorder_line;   /* the first that was earlier than the one before; 0: none */
    char error[CSV_ERROR + 300]; /* names file, line and column, uncleaned */
};

/**
 * Read and judge all of it, with a line of progress on a terminal.
 *
 * @param file  zeroed but for the first two members; to be given to seriesfile_fini() whatever
 *              comes out.
 *
 * @return false with file->error set.
 *
 * Threads: one.
 */
bool seriesfile_judge(struct seriesfile *file, const struct trials_options *options);

/**
 * Threads: one.
 */
void seriesfile_fini(struct seriesfile *file);

#endif /* SERIESFILE_H */
