/* SPDX-License-Identifier: MIT */
/*
 * trail: a table of descriptors over the rows of a recorder file. The reader of the file has
 * made sure that a figure is 0 .. 1e18 or NaN; times may still jump, as wall clocks do.
 */
#include "trail.h"

#include "mem.h"
#include "table.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Less than this share of the most is no movement. */
#define FLAT 0.01

enum unit { BYTES, COUNT, MS, SHARE };

/* How a value comes from the rows. */
enum gain {
    AS_IT_IS,
    PER_SECOND, /* growth since the row before, per second */
    PER_ROW,    /* growth since the row before */
};

static const struct figure {
    const char *title;
    enum porthole_figure index;
    enum unit unit;
    enum gain gain;
} figures[] = {
    { "rss", PORTHOLE_FIGURE_RSS_BYTES, BYTES, AS_IT_IS },
    { "heap used", PORTHOLE_FIGURE_HEAP_USED_BYTES, BYTES, AS_IT_IS },
    { "external", PORTHOLE_FIGURE_EXTERNAL_BYTES, BYTES, AS_IT_IS },
    { "full gcs", PORTHOLE_FIGURE_FULL_GCS, COUNT, PER_ROW },
    { "gc pause", PORTHOLE_FIGURE_GC_PAUSE_S, SHARE, PER_SECOND },
    { "cpu", PORTHOLE_FIGURE_CPU_S, SHARE, PER_SECOND },
    { "loop busy", PORTHOLE_FIGURE_UTILIZATION, SHARE, AS_IT_IS },
    { "p99 ms", PORTHOLE_FIGURE_DELAY_P99_MS, MS, AS_IT_IS },
    { "blocked ms", PORTHOLE_FIGURE_BLOCKED_MS, MS, AS_IT_IS },
    { "tcp", PORTHOLE_FIGURE_TCP_ESTABLISHED, COUNT, AS_IT_IS },
    { "files", PORTHOLE_FIGURE_FDS, COUNT, AS_IT_IS },
    { "handles", PORTHOLE_FIGURE_HANDLES, COUNT, AS_IT_IS },
    { "listeners", PORTHOLE_FIGURE_LISTENERS, COUNT, AS_IT_IS },
};

#define FIGURES (sizeof figures / sizeof figures[0])

/* One line of the table. */
struct line {
    const struct figure *figure;
    double *values; /* of each row; NaN: unknown */
    size_t count;
    double first, last, least, most;
};

/* ---- Values -------------------------------------------------------------------------- */

static double gained(const struct porthole_record_row *before,
                     const struct porthole_record_row *row, const struct figure *figure)
{
    double growth = row->figure[figure->index] - before->figure[figure->index];
    double seconds = ((double)row->written_unix_ns - (double)before->written_unix_ns) / 1e9;

    if (!(growth >= 0)) /* it has begun anew, or is not known */
        return NAN;
    if (figure->gain == PER_ROW)
        return growth;
    return seconds > 0 ? growth / seconds : NAN;
}

static void fill(struct line *line, const struct porthole_record_row *rows)
{
    line->first = line->last = line->least = line->most = NAN;
    for (size_t i = 0; i < line->count; i++) {
        double value = NAN;

        if (line->figure->gain == AS_IT_IS)
            value = rows[i].figure[line->figure->index];
        else if (i > 0)
            value = gained(&rows[i - 1], &rows[i], line->figure);
        line->values[i] = value;
        if (isnan(value))
            continue;
        line->first = isnan(line->first) ? value : line->first;
        line->last = value;
        line->least = fmin(line->least, value); /* which passes NaN over */
        line->most = fmax(line->most, value);
    }
}

/* ---- Signs --------------------------------------------------------------------------- */

static double most_of(const double *values, size_t from, size_t to)
{
    double most = NAN;

    for (size_t i = from; i < to; i++)
        most = fmax(most, values[i]);
    return most;
}

void trail_signs(struct buf *out, const double *values, size_t count, enum text_charset charset)
{
    static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char *const plain[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
    size_t pieces = count < TRAIL_PIECES ? count : TRAIL_PIECES;
    double least = NAN, most = most_of(values, 0, count);
    bool moves;

    for (size_t i = 0; i < count; i++)
        least = fmin(least, values[i]);
    moves = most - least > FLAT * most;
    for (size_t i = 0; i < pieces; i++) {
        double value = most_of(values, i * count / pieces, (i + 1) * count / pieces);
        double height = moves && !isnan(value) ? (value - least) / (most - least) : 0;
        size_t step = (size_t)(7 * height + 0.5);

        if (isnan(value))
            buf_puts(out, " ");
        else
            buf_puts(out, charset == TEXT_ASCII ? plain[step] : blocks[step]);
    }
}

/* ---- Cells --------------------------------------------------------------------------- */

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct line *line_of(const void *v)
{
    return v;
}

static void put_value(struct buf *out, double value, enum unit unit)
{
    char text[UNITS_BYTES] = "";

    switch (unit) {
    case BYTES:
        units_bytes(text, value);
        break;
    case COUNT:
        units_count(text, value);
        break;
    case MS:
        units_ms(text, value);
        break;
    case SHARE:
        units_count(text, value * 100);
        break;
    }
    buf_puts(out, text);
    if (unit == SHARE && !isnan(value))
        buf_puts(out, "%");
}

CELL(title)
{
    (void)user;
    buf_puts(out, line_of(v)->figure->title);
}

CELL(first)
{
    (void)user;
    put_value(out, line_of(v)->first, line_of(v)->figure->unit);
}

CELL(last)
{
    (void)user;
    put_value(out, line_of(v)->last, line_of(v)->figure->unit);
}

CELL(change)
{
    const struct line *line = line_of(v);
    double growth = line->last - line->first;
    struct buf size = { 0 };

    (void)user;
    put_value(&size, fabs(growth), line->figure->unit);
    if (strpbrk(buf_text(&size), "123456789") != NULL)
        buf_puts(out, growth < 0 ? "-" : "+");
    buf_puts(out, buf_text(&size));
    buf_fini(&size);
}

CELL(highest)
{
    (void)user;
    put_value(out, line_of(v)->most, line_of(v)->figure->unit);
}

CELL(signs)
{
    const enum text_charset *charset = user;

    trail_signs(out, line_of(v)->values, line_of(v)->count, *charset);
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "TRAIL", NULL, 10, 0, false, TEXT_LEFT, 0, NULL, title, NULL, NULL },
    { "FIRST", NULL, 6, 0, false, TEXT_RIGHT, 0, NULL, first, NULL, NULL },
    { "LAST", NULL, 6, 0, false, TEXT_RIGHT, 0, NULL, last, NULL, NULL },
    { "CHANGE", NULL, 7, 0, false, TEXT_RIGHT, 0, NULL, change, NULL, NULL },
    { "MOST", NULL, 6, 0, false, TEXT_RIGHT, 0, NULL, highest, NULL, NULL },
    { "LEAST TO MOST", NULL, TRAIL_PIECES, 0, false, TEXT_LEFT, 0, NULL, signs, NULL, NULL },
};

/* ---- The table ----------------------------------------------------------------------- */

static void put_heading(struct buf *out, const struct porthole_record_row *rows, size_t count)
{
    double first_s = (double)rows[0].written_unix_ns / 1e9;
    double last_s = (double)rows[count - 1].written_unix_ns / 1e9;
    char text[UNITS_BYTES];

    units_age(text, last_s - first_s);
    buf_printf(out, "the last %s, in %zu tick%s:\n", text, count, count == 1 ? "" : "s");
}

static void put_lines(struct buf *out, const struct line *lines, size_t count,
                      enum text_charset charset)
{
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .user = &charset,
                           .charset = charset };

    table_layout(&table, NULL, 0, 0);
    buf_puts(out, "  ");
    table_titles(&table, -1, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, "  ");
        table_row(&table, &lines[i], out);
        buf_puts(out, "\n");
    }
}

void trail_table(struct buf *out, const struct porthole_record_row *rows, size_t count,
                 enum text_charset charset)
{
    double *values = mem_new(count * FIGURES, sizeof *values);
    struct line lines[FIGURES];
    size_t known = 0;

    for (size_t i = 0; i < FIGURES; i++) {
        lines[known] = (struct line){ .figure = &figures[i],
                                      .values = values + i * count,
                                      .count = count };
        fill(&lines[known], rows);
        known += !isnan(lines[known].last);
    }
    if (known > 0) {
        put_heading(out, rows, count);
        put_lines(out, lines, known, charset);
    }
    free(values);
}
