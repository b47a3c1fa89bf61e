/* SPDX-License-Identifier: MIT */
/*
 * objectout: tables for people are cleaned wherever they go; JSON when it goes to a terminal.
 */
#include "objectout.h"

#include "grid.h"
#include "jsonwrite.h"
#include "kangrow.h"
#include "mem.h"
#include "say.h"
#include "spill.h"
#include "units.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define CELL_WIDTH 40
#define TYPE_WIDTH 26 /* leaves the figures room in 80 columns */
#define FIELDS_MOST 512
#define LEAST_WIDTH 20

static const char *target_name(const struct objectask *ask, uint32_t target)
{
    return ask->session.round.entries[target]->target.name;
}

static void print_grid(struct grid *grid, struct spill *spill)
{
    struct buf *cells = grid_cells(grid);
    size_t count = grid->count;

    grid_titles(grid, &spill->text);
    for (size_t i = 0; i < grid->rows && spill_step(spill); i++)
        grid_row(grid, i, cells, &spill->text);
    grid_drop_cells(cells, count);
}

/* ---- Types ---------------------------------------------------------------------------- */

enum {
    TYPE,
    COUNT,
    CREATED,
    RELEASED,
    COLLECTED,
    PER_SECOND,
    TARGETS,
    TYPE_COPY,
    TYPE_COLUMNS
};

static void add_figure(struct buf *out, double value, int decimals)
{
    if (isnan(value))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.*f", decimals, value);
}

static void add_age(struct buf *out, double seconds)
{
    char text[UNITS_BYTES];

    units_age(text, seconds);
    buf_puts(out, text);
}

static void fill_type(const struct grid *grid, size_t row, struct buf *cells)
{
    const struct objectask *ask = grid->user;
    const struct objects_type *type = &ask->objects.types[row];

    buf_add(&cells[TYPE], type->name.text, type->name.len);
    add_figure(&cells[COUNT], type->count, 0);
    add_figure(&cells[CREATED], type->created, 0);
    add_figure(&cells[RELEASED], type->released, 0);
    add_figure(&cells[COLLECTED], type->collected, 0);
    add_figure(&cells[PER_SECOND], type->created_per_s, 1);
    add_figure(&cells[TARGETS], type->targets, 0);
    if (grid->count > TYPE_COPY)
        add_age(&cells[TYPE_COPY], type->copy_ms / 1000);
}

bool objectout_types(const struct objectask *ask)
{
    static const char *const titles[] = { "TYPE",      "COUNT", "CREATED", "RELEASED",
                                          "COLLECTED", "NEW/S", "TARGETS", "COPY" };
    struct grid_column *columns = mem_new(TYPE_COLUMNS, sizeof *columns);
    struct grid grid = { .columns = columns,
                         .count = TYPE_COPY,
                         .rows = ask->objects.names.count,
                         .most = TYPE_WIDTH,
                         .charset = say_charset(),
                         .fill = fill_type,
                         .user = (void *)ask };
    struct spill spill = { 0 };

    for (size_t i = 0; i < TYPE_COLUMNS; i++) {
        columns[i].title = slice_of(titles[i]);
        columns[i].right = i != TYPE;
    }
    for (size_t i = 0; i < grid.rows; i++) {
        if (!isnan(ask->objects.types[i].copy_ms))
            grid.count = TYPE_COLUMNS;
    }
    grid_measure(&grid);
    print_grid(&grid, &spill);
    free(columns);
    return spill_end(&spill);
}

/* ---- Objects, a line each ------------------------------------------------------------- */

/* Which columns stand before the fields, and which fields there are. */
struct layout {
    const struct objectask *ask;
    struct names fields;
    struct pool pool;
    size_t target, age, copy; /* column; 0: not shown */
    size_t first_field;
};

static void add_value(struct buf *out, struct jsonspan value)
{
    struct kangrow_value text = { value, { NULL, 0 } };
    struct jsonwrite write = { .out = out };

    if (jsonspan_kind(value) == '{' || jsonspan_kind(value) == '[')
        jsonwrite_value(&write, value);
    else
        kangrow_text(out, &text);
}

static void fill_object(const struct grid *grid, size_t row, struct buf *cells)
{
    const struct layout *layout = grid->user;
    const struct objects_row *object = &layout->ask->objects.rows[row];
    struct jsonspan_walk walk = jsonspan_begin(object->value);
    struct jsonspan key, value;
    struct buf scratch = { 0 };

    buf_add(&cells[0], object->id.text, object->id.len);
    if (layout->target > 0)
        buf_puts(&cells[layout->target], target_name(layout->ask, object->target));
    if (layout->age > 0)
        add_age(&cells[layout->age], object->tracked_s);
    if (layout->copy > 0)
        add_age(&cells[layout->copy], object->copy_ms / 1000);
    while (walk.object && jsonspan_next(&walk, &key, &value)) {
        uint32_t field = names_find(&layout->fields, jsonspan_slice(key, &scratch));

        if (field != NAMES_NONE && layout->first_field + field < grid->count)
            add_value(&cells[layout->first_field + field], value);
    }
    if (!walk.object && layout->first_field < grid->count)
        add_value(&cells[layout->first_field], object->value);
    buf_fini(&scratch);
}

static void find_fields(struct layout *layout)
{
    const struct objects *objects = &layout->ask->objects;
    struct buf scratch = { 0 };

    for (size_t i = 0; i < objects->row_count; i++) {
        struct jsonspan_walk walk = jsonspan_begin(objects->rows[i].value);
        struct jsonspan key, value;

        if (!walk.object)
            names_add(&layout->fields, slice_of("value"));
        while (walk.object && layout->fields.count < FIELDS_MOST &&
               jsonspan_next(&walk, &key, &value)) {
            struct slice name = jsonspan_slice(key, &scratch);

            if (names_find(&layout->fields, name) == NAMES_NONE)
                names_add(&layout->fields, pool_copy(&layout->pool, name));
        }
    }
    buf_fini(&scratch);
}

static struct layout make_layout(const struct objectask *ask, const struct names *fields)
{
    struct layout layout = { .ask = ask };
    bool age = false, copy = false;
    size_t column = 1;

    for (size_t i = 0; i < ask->objects.row_count; i++) {
        age |= !isnan(ask->objects.rows[i].tracked_s);
        copy |= !isnan(ask->objects.rows[i].copy_ms);
    }
    layout.target = ask->count > 1 ? column++ : 0;
    layout.age = age ? column++ : 0;
    layout.copy = copy ? column++ : 0;
    layout.first_field = column;
    for (uint32_t i = 0; i < fields->count; i++)
        names_add(&layout.fields, fields->items[i]);
    if (fields->count == 0)
        find_fields(&layout);
    return layout;
}

static struct grid_column *make_columns(const struct layout *layout, size_t count)
{
    struct grid_column *columns = mem_new(count, sizeof *columns);

    columns[0].title = slice_of("ID");
    if (layout->target > 0)
        columns[layout->target].title = slice_of("TARGET");
    if (layout->age > 0)
        columns[layout->age] = (struct grid_column){ slice_of("AGE"), 0, true };
    if (layout->copy > 0)
        columns[layout->copy] = (struct grid_column){ slice_of("COPY"), 0, true };
    for (size_t i = 0; i < layout->fields.count; i++)
        columns[layout->first_field + i].title = layout->fields.items[i];
    return columns;
}

/* Cuts are visible: fields that found no room, objects beyond the limit. */
static void add_footer(const struct layout *layout, const struct grid *grid, size_t all,
                       struct spill *spill)
{
    struct buf line = { 0 };

    for (size_t i = grid->count; i < all; i++) {
        struct slice name = grid->columns[i].title;

        buf_puts(&line, i > grid->count ? ", " : "... more fields: ");
        buf_add(&line, name.text, name.len < CELL_WIDTH ? name.len : CELL_WIDTH);
        if (i + 1 < all && line.len > 50) {
            buf_puts(&line, ", ...");
            break;
        }
    }
    if (line.len > 0) {
        text_clean(&spill->text, buf_text(&line), line.len, grid->charset);
        buf_puts(&spill->text, "\n");
    }
    for (size_t i = 0; i < layout->ask->count; i++) {
        double more = layout->ask->answers[i].total - layout->ask->answers[i].shown;

        buf_clear(&line);
        if (!(more > 0))
            continue;
        buf_printf(&line, "... %.0f more in '%.200s' (--limit)\n", more,
                   target_name(layout->ask, (uint32_t)i));
        text_clean_lines(&spill->text, buf_text(&line), line.len, grid->charset);
    }
    buf_fini(&line);
}

bool objectout_table(const struct objectask *ask, const struct names *fields)
{
    struct layout layout = make_layout(ask, fields);
    size_t all = layout.first_field + layout.fields.count, fits;
    struct grid grid = { .columns = make_columns(&layout, all),
                         .count = all,
                         .rows = ask->objects.row_count,
                         .most = CELL_WIDTH,
                         .charset = say_charset(),
                         .fill = fill_object,
                         .user = &layout };
    struct spill spill = { 0 };

    grid_measure(&grid);
    fits = grid_fits(&grid, width_of_stdout(LEAST_WIDTH));
    if (fields->count == 0)
        grid.count = fits > layout.first_field ? fits : layout.first_field;
    print_grid(&grid, &spill);
    add_footer(&layout, &grid, all, &spill);
    free(grid.columns);
    names_fini(&layout.fields);
    pool_fini(&layout.pool);
    return spill_end(&spill);
}

/* ---- Objects, whole ------------------------------------------------------------------- */

static void add_heading(struct buf *out, const struct objectask *ask,
                        const struct objects_row *row)
{
    struct jsonspan name = jsonspan_find(row->thread, "name");
    struct jsonspan causes = ask->answers[row->target].causes;

    buf_add(out, ask->query->type.text, ask->query->type.len);
    buf_puts(out, ":");
    buf_add(out, row->id.text, row->id.len);
    buf_printf(out, " of %.200s", target_name(ask, row->target));
    if (jsonspan_kind(name) == '"') {
        buf_puts(out, ", thread ");
        add_value(out, name);
    }
    if (!isnan(row->tracked_s)) {
        buf_puts(out, ", tracked for ");
        add_age(out, row->tracked_s);
    }
    if (row->how.len > 0) {
        buf_puts(out, ", read: ");
        add_value(out, row->how);
    }
    if (!isnan(row->copy_ms)) {
        buf_puts(out, ", ");
        add_age(out, row->copy_ms / 1000);
        buf_puts(out, " old");
    }
    if (jsonspan_kind(causes) == '"') {
        buf_puts(out, ": ");
        add_value(out, causes);
    }
}

bool objectout_whole(const struct objectask *ask)
{
    struct spill spill = { 0 };

    for (size_t i = 0; i < ask->objects.row_count; i++) {
        const struct objects_row *row = &ask->objects.rows[i];
        struct buf text = { .limit = SESSION_KANG_BYTES };
        struct jsonwrite write = { &text, "  ", 0, say_charset() == TEXT_ASCII };

        add_heading(&text, ask, row);
        text_clean(&spill.text, buf_text(&text), text.len, say_charset());
        buf_puts(&spill.text, "\n");
        buf_clear(&text);
        jsonwrite_value(&write, row->value);
        text_clean_lines(&spill.text, buf_text(&text), text.len, say_charset());
        buf_puts(&spill.text, "\n");
        spill_step(&spill);
        buf_fini(&text);
    }
    return spill_end(&spill);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void write_text(const struct jsonwrite *w, const char *key, struct slice text,
                       bool *first)
{
    jsonwrite_key(w, slice_of(key), first);
    jsonwrite_string(w, text);
}

static void write_number(const struct jsonwrite *w, const char *key, double value, bool *first)
{
    jsonwrite_key(w, slice_of(key), first);
    jsonwrite_number(w, value);
}

static void write_type(const struct jsonwrite *w, const struct objects_type *type)
{
    bool first = true;

    buf_puts(w->out, "{");
    write_text(w, "type", type->name, &first);
    write_number(w, "count", type->count, &first);
    write_number(w, "created", type->created, &first);
    write_number(w, "released", type->released, &first);
    write_number(w, "collected", type->collected, &first);
    write_number(w, "created_per_s", type->created_per_s, &first);
    write_number(w, "targets", type->targets, &first);
    write_number(w, "copy_age_ms", type->copy_ms, &first);
    buf_puts(w->out, "}");
}

static void write_object(const struct jsonwrite *w, const struct objectask *ask,
                         const struct objects_row *row)
{
    bool first = true;

    buf_puts(w->out, "{");
    write_text(w, "target", slice_of(target_name(ask, row->target)), &first);
    write_text(w, "type", ask->query->type, &first);
    write_text(w, "id", row->id, &first);
    jsonwrite_key(w, slice_of("thread"), &first);
    jsonwrite_value(w, row->thread);
    jsonwrite_key(w, slice_of("how"), &first);
    jsonwrite_value(w, row->how);
    write_number(w, "tracked_s", row->tracked_s, &first);
    write_number(w, "copy_age_ms", row->copy_ms, &first);
    jsonwrite_key(w, slice_of("value"), &first);
    jsonwrite_value(w, row->value);
    buf_puts(w->out, "}");
}

static void write_target(const struct jsonwrite *w, const struct objectask *ask, size_t i)
{
    const struct poll_job *job = &ask->session.round.entries[i]->job;
    const struct objects_answer *answer = &ask->answers[i];
    char word[CAUSE_BYTES];
    bool first = true;

    cause_word(word, job->cause, job->status);
    buf_puts(w->out, "{");
    write_text(w, "target", slice_of(target_name(ask, (uint32_t)i)), &first);
    jsonwrite_key(w, slice_of("cause"), &first);
    if (job->cause != CAUSE_NONE)
        jsonwrite_string(w, slice_of(word));
    else
        buf_puts(w->out, "null");
    write_number(w, "total", ask->query != NULL ? answer->total : NAN, &first);
    write_number(w, "shown", ask->query != NULL ? answer->shown : NAN, &first);
    write_number(w, "copy_age_ms", answer->copy_ms, &first);
    jsonwrite_key(w, slice_of("causes"), &first);
    jsonwrite_value(w, answer->causes);
    buf_puts(w->out, "}");
}

bool objectout_json(const struct objectask *ask)
{
    struct spill spill = { 0 };
    struct jsonwrite w = { .out = &spill.text, .ascii = isatty(STDOUT_FILENO) == 1 };
    bool types = ask->query == NULL;
    size_t count = types ? ask->objects.names.count : ask->objects.row_count;

    buf_printf(w.out, "{\"schema\":1,\"%s\":[", types ? "types" : "objects");
    for (size_t i = 0; i < count && spill_step(&spill); i++) {
        buf_puts(w.out, i > 0 ? "," : "");
        if (types)
            write_type(&w, &ask->objects.types[i]);
        else
            write_object(&w, ask, &ask->objects.rows[i]);
    }
    buf_puts(w.out, "],\"targets\":[");
    for (size_t i = 0; i < ask->count && spill_step(&spill); i++) {
        buf_puts(w.out, i > 0 ? "," : "");
        write_target(&w, ask, i);
    }
    buf_puts(w.out, "]}\n");
    return spill_end(&spill);
}
