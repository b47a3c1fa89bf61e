/* SPDX-License-Identifier: MIT */
/*
 * csv: a cell at a time, where it stands, or copied out of its quotes. strtod() alone would
 * take "0x1p3" and "infinity", which nobody has written on purpose; main() leaves LC_NUMERIC
 * alone, so that its point is a point.
 */
#include "csv.h"

#include "decimal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

__attribute__((format(printf, 2, 3))) static bool fail(struct csv *csv, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(csv->error, sizeof csv->error, format, args);
    va_end(args);
    return false;
}

/* A walk over the cells of a line. */
struct walk {
    const char *at, *end;
    bool first;
    size_t number;         /* of the cell, from 1 */
    const char *cell;      /* without quotes and spaces around */
    size_t len;
    char copy[CSV_NAME];   /* of what stood in quotes */
    bool cut;              /* it is longer than CSV_NAME has room for */
};

static void keep(struct walk *w, char c)
{
    w->cut = w->cut || w->len + 1 == sizeof w->copy;
    if (!w->cut)
        w->copy[w->len++] = c;
}

/* After the opening quote; false if the closing one is missing or is not the end. */
static bool take_quoted(struct walk *w)
{
    w->cell = w->copy;
    while (w->at < w->end && (*w->at != '"' || (w->at + 1 < w->end && w->at[1] == '"'))) {
        w->at += *w->at == '"';
        keep(w, *w->at++);
    }
    if (w->at == w->end)
        return false;
    w->at++;
    return w->at == w->end || *w->at == ',';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void take_plain(struct walk *w)
{
    const char *comma;

    while (w->at < w->end && is_blank(*w->at))
        w->at++;
    w->cell = w->at;
    comma = w->at < w->end ? memchr(w->at, ',', (size_t)(w->end - w->at)) : NULL;
    w->at = comma != NULL ? comma : w->end;
    w->len = (size_t)(w->at - w->cell);
    while (w->len > 0 && is_blank(w->cell[w->len - 1]))
        w->len--;
    w->cut = w->len >= CSV_NAME;
}

enum { NO_CELL, CELL, BAD_QUOTE };

static int next_cell(struct walk *w)
{
    if (!w->first && w->at == w->end)
        return NO_CELL;
    w->at += !w->first; /* the comma */
    w->first = false;
    w->number++;
    w->len = 0;
    w->cut = false;
    if (w->at < w->end && *w->at == '"') {
        w->at++;
        if (!take_quoted(w))
            return BAD_QUOTE;
    } else {
        take_plain(w);
    }
    return CELL;
}

static struct walk walk_of(const char *line, size_t len)
{
    return (struct walk){ .at = line, .end = line + len, .first = true };
}

/* ---- Names --------------------------------------------------------------------------- */

size_t csv_column(const struct csv *csv, const char *name)
{
    size_t i = 0;

    while (i < csv->count && strcmp(csv->names[i], name) != 0)
        i++;
    return i;
}

static bool add_name(struct csv *csv, const struct walk *w)
{
    char *name;

    if (csv->count == CSV_COLUMNS)
        return fail(csv, "more than %u columns", CSV_COLUMNS);
    if (w->cut)
        return fail(csv, "column %zu: its name is longer than %u bytes", w->number,
                    CSV_NAME - 1);
    if (w->len == 0)
        return fail(csv, "column %zu has no name", w->number);
    name = csv->names[csv->count];
    memcpy(name, w->cell, w->len);
    name[w->len] = '\0';
    if (csv_column(csv, name) < csv->count)
        return fail(csv, "column %zu: '%s' is there twice", w->number, name);
    csv->count++;
    return true;
}

static bool is_text(const char *line, size_t len)
{
    return memchr(line, '\0', len) == NULL &&
           (len < 2 || (memcmp(line, "\xFF\xFE", 2) != 0 && memcmp(line, "\xFE\xFF", 2) != 0));
}

bool csv_header(struct csv *csv, const char *line, size_t len)
{
    struct walk w;
    int got;

    csv->count = 0;
    if (len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
        len -= 3;
    }
    if (!is_text(line, len))
        return fail(csv, "this is no text in UTF-8");
    w = walk_of(line, len);
    while ((got = next_cell(&w)) == CELL) {
        if (!add_name(csv, &w))
            return false;
    }
    if (got == BAD_QUOTE)
        return fail(csv, "column %zu: its quote does not end", w.number);
    return true;
}

/* ---- Numbers ------------------------------------------------------------------------- */

static bool is_gap(const char *text, size_t len)
{
    return len == 0 || strcasecmp(text, "nan") == 0 || strcasecmp(text, "na") == 0 ||
           strcasecmp(text, "null") == 0;
}

static bool read_number(const struct walk *w, double *value)
{
    char text[CSV_NAME], *end;

    if (decimal_short(w->cell, w->len, value))
        return true;
    *value = NAN;
    if (w->cut)
        return false;
    memcpy(text, w->cell, w->len);
    text[w->len] = '\0';
    if (is_gap(text, w->len))
        return true;
    if (strspn(text, "0123456789.+-eE") != w->len)
        return false;
    *value = strtod(text, &end);
    return end == text + w->len && isfinite(*value);
}

bool csv_row(struct csv *csv, const char *line, size_t len, double *cells)
{
    struct walk w = walk_of(line, len);
    size_t count = 0;
    int got;

    while ((got = next_cell(&w)) == CELL) {
        if (count < csv->count && !read_number(&w, &cells[count]))
            return fail(csv, "column %zu ('%.64s'): '%.*s' is no number", w.number,
                        csv->names[count], (int)(w.len < 64 ? w.len : 64), w.cell);
        count++;
    }
    if (got == BAD_QUOTE)
        return fail(csv, "column %zu: its quote does not end", w.number);
    if (count != csv->count)
        return fail(csv, "%zu cell%s, and the first line names %zu column%s", count,
                    count == 1 ? "" : "s", csv->count, csv->count == 1 ? "" : "s");
    return true;
}
