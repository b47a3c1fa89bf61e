/* SPDX-License-Identifier: MIT */
/**
 * Tables of numbers as CSV: a line of names, then lines of numbers.
 *
 * Names and cells may be quoted as RFC 4180 has it, but not over several lines. An empty cell
 * and "nan", "na" or "null" are no number. Everything else that is no decimal number is an
 * error that names its column: nothing is guessed, and nothing is dropped in silence.
 *
 * Threads: any; no state but the caller's.
 */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>

#define CSV_COLUMNS 256u  /* more are refused */
#define CSV_NAME 128u     /* bytes of a name with NUL; longer ones are refused */
#define CSV_ERROR 256u

struct csv {
    size_t count;
    char names[CSV_COLUMNS][CSV_NAME]; /* as they came */
    char error[CSV_ERROR];             /* "column 3 ('x'): …", uncleaned */
};

/**
 * Read the line of names; a byte order mark in front of it is skipped.
 *
 * @return false with csv->error set: no names, too many, one that is empty, too long or there
 *         twice, a bad quote, bytes that are no text.
 *
 * Threads: any.
 */
bool csv_header(struct csv *csv, const char *line, size_t len);

/**
 * Read a line of numbers.
 *
 * @param cells  csv->count of them; NaN: none.
 *
 * @return false with csv->error set.
 *
 * Threads: any.
 */
bool csv_row(struct csv *csv, const char *line, size_t len, double *cells);

/**
 * The number of the column called `name`; csv->count if there is none.
 *
 * Threads: any.
 */
size_t csv_column(const struct csv *csv, const char *name);

#endif /* CSV_H */
