/* SPDX-License-Identifier: MIT */
/*
 * seriesfile: rows wait in memory until there are too many of them or no more; only as long as
 * all of them wait can they be sorted.
 */
#include "seriesfile.h"

#include "lines.h"
#include "mem.h"
#include "progress.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is more is taken for milliseconds: as seconds it would be the year 5138. */
#define SECONDS_MOST 1e11

/* How many lines go by between two looks at the clock. */
#define LINES_PER_LOOK 1024

struct reading {
    struct seriesfile *file;
    struct lines lines;
    struct progress progress;
    double *rows;    /* those that wait, csv.count numbers each */
    size_t count, room, most;
    bool streaming;  /* there were too many */
    double last_s;   /* of the last row; NaN: there was none */
};

__attribute__((format(printf, 2, 3))) static bool fail(struct reading *r, const char *format,
                                                       ...)
{
    char what[CSV_ERROR + 64];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(r->file->error, sizeof r->file->error, "cannot judge '%.200s': %s", r->file->name,
             what);
    return false;
}

static bool fail_line(struct reading *r, const char *what)
{
    return fail(r, "line %zu: %s", r->lines.number, what);
}

/* 1, 0 or -1 as lines_next(); what went wrong is said. */
static int next_line(struct reading *r, const char **line, size_t *len)
{
    int got = lines_next(&r->lines, line, len);
    char reason[TEXT_REASON_BYTES];

    if (got >= 0)
        return got;
    if (errno == EMSGSIZE) {
        fail(r, "line %zu: longer than %zu bytes", r->lines.number, LINES_ROOM);
        return -1;
    }
    text_reason(reason, errno);
    fail(r, "%s", reason);
    return -1;
}

/* ---- Order --------------------------------------------------------------------------- */

struct by_time {
    double s;
    size_t row;
};

static int compare(const void *a, const void *b)
{
    const struct by_time *x = a, *y = b;

    if (x->s != y->s)
        return x->s < y->s ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void judge_rows(struct reading *r, const struct by_time *order)
{
    size_t width = r->file->csv.count;

    for (size_t i = 0; i < r->count; i++) {
        trials_row(&r->file->trials, r->rows + (order != NULL ? order[i].row : i) * width);
        if (i % LINES_PER_LOOK == 0)
            progress_show(&r->progress, 0);
    }
    r->count = 0;
}

static void judge_sorted(struct reading *r)
{
    struct by_time *order = mem_new(r->count, sizeof *order);
    size_t width = r->file->csv.count;

    for (size_t i = 0; i < r->count; i++)
        order[i] = (struct by_time){ r->rows[i * width + r->file->trials.time], i };
    qsort(order, r->count, sizeof *order, compare);
    judge_rows(r, order);
    r->file->sorted = true;
    free(order);
}

/* ---- Rows ---------------------------------------------------------------------------- */

static bool check_time(struct reading *r, double s)
{
    if (isnan(s))
        return fail_line(r, "column 'seconds' is empty");
    if (s < 0)
        return fail_line(r, "column 'seconds' is below 0");
    if (s > SECONDS_MOST)
        return fail_line(r, "column 'seconds' is beyond 1e11: are these milliseconds?");
    if (s < r->last_s && r->file->disorder_line == 0)
        r->file->disorder_line = r->lines.number;
    r->last_s = s;
    return true;
}

static void keep_row(struct reading *r, const double *cells)
{
    size_t width = r->file->csv.count;

    if (r->count == r->room) {
        r->room = r->room > 0 ? 2 * r->room : 256;
        r->room = r->room < r->most ? r->room : r->most;
        r->rows = mem_resize(r->rows, r->room * width, sizeof *r->rows);
    }
    memcpy(r->rows + r->count++ * width, cells, width * sizeof *cells);
}

static bool take_row(struct reading *r, const double *cells)
{
    if (!check_time(r, cells[r->file->trials.time]))
        return false;
    if (!r->streaming && r->count < r->most) {
        keep_row(r, cells);
        return true;
    }
    if (r->file->disorder_line > 0)
        return fail(r,
                    "line %zu is earlier than the one before, and the file is too long to be "
                    "sorted here: sort it by 'seconds' first",
                    r->file->disorder_line);
    if (!r->streaming)
        judge_rows(r, NULL);
    r->streaming = true;
    trials_row(&r->file->trials, cells);
    return true;
}

static bool read_rows(struct reading *r)
{
    double cells[CSV_COLUMNS];
    const char *line;
    size_t len;
    int got;

    while ((got = next_line(r, &line, &len)) > 0) {
        if (len == 0)
            continue;
        if (!csv_row(&r->file->csv, line, len, cells))
            return fail_line(r, r->file->csv.error);
        if (!take_row(r, cells))
            return false;
        if (r->lines.number % LINES_PER_LOOK == 0)
            progress_show(&r->progress, 0);
    }
    return got == 0;
}

static bool read_names(struct reading *r, const struct trials_options *options)
{
    char why[CSV_ERROR];
    const char *line;
    size_t len;
    int got = next_line(r, &line, &len);

    if (got < 0)
        return false;
    if (got == 0)
        return fail(r, "it is empty");
    if (!csv_header(&r->file->csv, line, len))
        return fail_line(r, r->file->csv.error);
    if (!trials_begin(&r->file->trials, &r->file->csv, options, why))
        return fail(r, "%s", why);
    r->most = r->file->most_bytes / sizeof(double) / r->file->csv.count;
    return true;
}

static bool read_all(struct reading *r, const struct trials_options *options)
{
    if (!read_names(r, options) || !read_rows(r))
        return false;
    if (isnan(r->last_s))
        return fail(r, "a line of names, and no number below");
    if (r->file->disorder_line > 0)
        judge_sorted(r);
    else
        judge_rows(r, NULL);
    return true;
}

bool seriesfile_judge(struct seriesfile *file, const struct trials_options *options)
{
    struct reading r = { .file = file, .last_s = NAN };
    bool from_stdin = strcmp(file->name, "-") == 0, good = false;
    int fd = from_stdin ? STDIN_FILENO : open(file->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char reason[TEXT_REASON_BYTES];

    if (fd < 0) {
        text_reason(reason, errno);
        return fail(&r, "%s", reason);
    }
    lines_init(&r.lines, fd);
    r.progress = (struct progress){ .what = "judging", .expected_s = NAN };
    progress_begin(&r.progress);
    good = read_all(&r, options);
    progress_end(&r.progress);
    free(r.rows);
    lines_fini(&r.lines);
    if (!from_stdin)
        close(fd);
    return good;
}

void seriesfile_fini(struct seriesfile *file)
{
    trials_fini(&file->trials);
}
