/* SPDX-License-Identifier: MIT */
/*
 * kangout: text is cleaned wherever it goes, JSON and CSV when it goes to a terminal.
 */
#include "kangout.h"

#include "grid.h"
#include "jsonwrite.h"
#include "mem.h"
#include "say.h"
#include "spill.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_WIDTH 1000 /* of a cell */

bool kangout_find(const char *name, enum kangout_format *format)
{
    static const char *const names[] = { "text", "json", "ndjson", "csv" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *format = (enum kangout_format)i;
            return true;
        }
    }
    return false;
}

/* ---- Columns -------------------------------------------------------------------------- */

struct columns {
    const struct kangrow_list *list;
    struct names names;
    struct pool pool;
    bool origin;          /* merging writes it */
    bool cut;             /* there are more than KANGOUT_FIELDS */
    struct buf *cells;    /* of the row that is being filled */
};

static void note_field(void *user, struct slice name, const struct kangrow_value *value)
{
    struct columns *columns = user;

    (void)value;
    if (names_find(&columns->names, name) != NAMES_NONE)
        return;
    if (columns->names.count == KANGOUT_FIELDS)
        columns->cut = true;
    else
        names_add(&columns->names, pool_copy(&columns->pool, name));
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* The id first, then the others by name. */
static void sort_columns(struct columns *columns)
{
    struct names sorted = { 0 };

    if (columns->names.count > 1)
        qsort(columns->names.items + 1, columns->names.count - 1, sizeof(struct slice),
              by_name);
    for (uint32_t i = 0; i < columns->names.count; i++)
        names_add(&sorted, columns->names.items[i]);
    names_fini(&columns->names);
    columns->names = sorted;
}

static void find_columns(const struct kangout *out, struct columns *columns)
{
    names_add(&columns->names, columns->list->type);
    if (out->format == KANGOUT_TEXT && !out->long_listing)
        return;
    for (size_t i = 0; i < columns->list->count; i++)
        kangrow_fields(columns->list, &columns->list->items[i], columns->origin, note_field,
                       columns);
    sort_columns(columns);
    if (columns->cut)
        say_error("there are more than %d fields; -o chooses which to show", KANGOUT_FIELDS);
}

/* kang 0.0.3 writes no `origin`: its tables must stay as they are unless asked. */
static struct columns choose_columns(const struct kangout *out)
{
    struct columns columns = { .list = out->list };

    columns.origin = out->format != KANGOUT_TEXT;
    for (uint32_t i = 0; i < out->fields->count; i++) {
        names_add(&columns.names, out->fields->items[i]);
        columns.origin |= slice_equal(out->fields->items[i], slice_of("origin"));
    }
    if (out->fields->count == 0)
        find_columns(out, &columns);
    return columns;
}

static void drop_columns(struct columns *columns)
{
    names_fini(&columns->names);
    pool_fini(&columns->pool);
}

/* ---- Text ----------------------------------------------------------------------------- */

static void fill_text(void *user, struct slice name, const struct kangrow_value *value)
{
    struct columns *columns = user;
    uint32_t column = names_find(&columns->names, name);

    if (column != NAMES_NONE)
        kangrow_text(&columns->cells[column], value);
}

static void fill_row(const struct grid *grid, size_t row, struct buf *cells)
{
    struct columns *columns = grid->user;

    columns->cells = cells;
    kangrow_fields(columns->list, &columns->list->items[row], columns->origin, fill_text,
                   columns);
}

static void print_text(struct columns *columns, struct spill *spill)
{
    struct grid grid = {
        .columns = mem_new(columns->names.count, sizeof *grid.columns),
        .count = columns->names.count,
        .rows = columns->list->count,
        .most = MOST_WIDTH,
        .kang = true,
        .charset = say_charset(),
        .fill = fill_row,
        .user = columns,
    };
    struct buf *cells = grid_cells(&grid);

    for (size_t i = 0; i < grid.count; i++)
        grid.columns[i].title = columns->names.items[i];
    grid_measure(&grid);
    grid_titles(&grid, &spill->text);
    for (size_t i = 0; i < grid.rows && spill_step(spill); i++)
        grid_row(&grid, i, cells, &spill->text);
    grid_drop_cells(cells, grid.count);
    free(grid.columns);
}

/* ---- JSON ----------------------------------------------------------------------------- */

struct object {
    struct jsonwrite write; /* one level in */
    const struct names *fields;
    bool first;
};

static void write_value(const struct jsonwrite *write, const struct kangrow_value *value)
{
    if (value->json.len > 0)
        jsonwrite_value(write, value->json);
    else
        jsonwrite_string(write, value->text);
}

static void write_field(void *user, struct slice name, const struct kangrow_value *value)
{
    struct object *object = user;

    if (object->fields->count > 0 && names_find(object->fields, name) == NAMES_NONE)
        return;
    jsonwrite_key(&object->write, name, &object->first);
    write_value(&object->write, value);
}

static void write_object(const struct kangout *out, size_t row, const struct jsonwrite *write)
{
    struct object object = { *write, out->fields, true };
    const struct kangrow *item = &out->list->items[row];
    struct jsonspan bare = kangrow_bare(out->list, item);

    if (bare.len > 0 && out->format == KANGOUT_JSON) {
        jsonwrite_value(write, bare);
        return;
    }
    object.write.level++;
    buf_puts(write->out, "{");
    kangrow_fields(out->list, item, true, write_field, &object);
    if (!object.first)
        jsonwrite_line(write);
    buf_puts(write->out, "}");
}

static void print_json(const struct kangout *out, struct spill *spill)
{
    bool lines = out->format == KANGOUT_NDJSON;
    struct jsonwrite write = { &spill->text, lines ? NULL : "\t", lines ? 0 : 1,
                               isatty(STDOUT_FILENO) == 1 };

    buf_puts(&spill->text, lines ? "" : "[");
    for (size_t i = 0; i < out->list->count && spill_step(spill); i++) {
        buf_puts(&spill->text, lines || i == 0 ? "" : ",");
        jsonwrite_line(&write);
        write_object(out, i, &write);
        buf_puts(&spill->text, lines ? "\n" : "");
    }
    write.level = 0;
    if (out->list->count > 0)
        jsonwrite_line(&write);
    buf_puts(&spill->text, lines ? "" : "]\n");
}

/* ---- CSV ------------------------------------------------------------------------------ */

/* Texts bare, everything else as JSON, null as nothing. */
static void fill_csv(void *user, struct slice name, const struct kangrow_value *value)
{
    struct columns *columns = user;
    uint32_t column = names_find(&columns->names, name);
    char kind = jsonspan_kind(value->json);

    if (column == NAMES_NONE || kind == 'n')
        return;
    if (kind == '{' || kind == '[') {
        struct jsonwrite write = { .out = &columns->cells[column] };

        jsonwrite_value(&write, value->json);
    } else {
        kangrow_text(&columns->cells[column], value);
    }
}

static void write_cell(struct buf *out, const char *text, size_t len, bool terminal)
{
    struct buf clean = { 0 };
    bool quoted;

    if (terminal) {
        text_clean(&clean, text, len, say_charset());
        text = buf_text(&clean);
        len = clean.len;
    }
    quoted = memchr(text, ',', len) != NULL || memchr(text, '"', len) != NULL ||
             memchr(text, '\n', len) != NULL || memchr(text, '\r', len) != NULL;
    buf_puts(out, quoted ? "\"" : "");
    for (size_t i = 0; i < len; i++)
        buf_add(out, text[i] == '"' ? "\"\"" : &text[i], text[i] == '"' ? 2 : 1);
    buf_puts(out, quoted ? "\"" : "");
    buf_fini(&clean);
}

static void print_csv(struct columns *columns, struct spill *spill)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    size_t count = columns->names.count;
    struct buf *cells = mem_new(count, sizeof *cells);

    columns->cells = cells;
    for (size_t i = 0; i < count; i++) {
        buf_puts(&spill->text, i > 0 ? "," : "");
        write_cell(&spill->text, columns->names.items[i].text, columns->names.items[i].len,
                   terminal);
    }
    buf_puts(&spill->text, "\n");
    for (size_t row = 0; row < columns->list->count && spill_step(spill); row++) {
        kangrow_fields(columns->list, &columns->list->items[row], columns->origin, fill_csv,
                       columns);
        for (size_t i = 0; i < count; i++) {
            buf_puts(&spill->text, i > 0 ? "," : "");
            write_cell(&spill->text, buf_text(&cells[i]), cells[i].len, terminal);
            buf_clear(&cells[i]);
        }
        buf_puts(&spill->text, "\n");
    }
    grid_drop_cells(cells, count);
}

bool kangout_print(const struct kangout *out)
{
    struct spill spill = { 0 };
    struct columns columns = { 0 };

    switch (out->format) {
    case KANGOUT_JSON:
    case KANGOUT_NDJSON:
        print_json(out, &spill);
        break;
    case KANGOUT_TEXT:
        columns = choose_columns(out);
        print_text(&columns, &spill);
        break;
    case KANGOUT_CSV:
        columns = choose_columns(out);
        print_csv(&columns, &spill);
        break;
    }
    drop_columns(&columns);
    return spill_end(&spill);
}
