/* SPDX-License-Identifier: MIT */
/*
 * sourcemap: mappings are a list of segments, each of one, four or five numbers that count
 * from the segment before. Every sum is checked: a map may be any file a target names.
 */
#include "sourcemap.h"

#include "vlq.h"

enum { COLUMN, SOURCE, ORIGINAL_LINE, ORIGINAL_COLUMN, NAME, FIELDS };

/* Generated or original, both from 0. */
struct place {
    uint32_t line;
    uint32_t column;
};

struct segment {
    unsigned count; /* fields it has; 0: none */
    int64_t value[FIELDS];
};

/* ---- Mappings ---------------------------------------------------------------------- */

static bool ends_segment(const char *c, const char *end)
{
    return c == end || *c == ',' || *c == ';';
}

/* Add up one segment; `now` keeps the sums. */
static bool read_segment(const char **at, const char *end, struct segment *now)
{
    now->count = 0;
    while (!ends_segment(*at, end)) {
        int32_t delta;

        if (now->count == FIELDS || !vlq_read(at, end, &delta))
            return false;
        now->value[now->count] += delta;
        if (now->value[now->count] < 0 || now->value[now->count] > INT32_MAX)
            return false;
        now->count++;
    }
    return now->count == 1 || now->count == 4 || now->count == 5;
}

/* The last segment of the line that begins at or before the column. They should be sorted,
 * and not all generators sort them. */
static bool find_segment(const char *at, const char *end, struct place wanted,
                         struct segment *best, size_t *work)
{
    struct segment now = { 0 };
    const char *begin = at;
    uint32_t line = 0;
    bool good = true;

    best->count = 0;
    while (good && at < end && line <= wanted.line) {
        if (*at == ';' || *at == ',') {
            line += *at == ';';
            now.value[COLUMN] = *at == ';' ? 0 : now.value[COLUMN];
            at++;
            continue;
        }
        good = read_segment(&at, end, &now);
        if (good && line == wanted.line && now.value[COLUMN] <= wanted.column &&
            (best->count == 0 || now.value[COLUMN] >= best->value[COLUMN]))
            *best = now;
    }
    *work += (size_t)(at - begin);
    return good && best->count >= 4;
}

/* ---- Maps -------------------------------------------------------------------------- */

static bool find_in(const struct doc *map, struct place wanted, struct sourcemap_origin *out,
                    size_t *work)
{
    const struct doc *sources = doc_at(map, "sources"), *names = doc_at(map, "names");
    struct segment found = { 0 };
    const char *mappings;
    size_t len;

    mappings = doc_text(map, "mappings", &len);
    if (!find_segment(mappings, mappings + len, wanted, &found, work))
        return false;
    *out = (struct sourcemap_origin){
        .root = doc_text(map, "sourceRoot", NULL),
        .source = doc_text(doc_item(sources, (size_t)found.value[SOURCE]), "", NULL),
        .name = "",
        .line = (uint32_t)found.value[ORIGINAL_LINE] + 1,
        .column = (uint32_t)found.value[ORIGINAL_COLUMN] + 1,
    };
    if (found.count == FIELDS)
        out->name = doc_text(doc_item(names, (size_t)found.value[NAME]), "", NULL);
    return out->source[0] != '\0';
}

static bool is_before(struct place a, struct place b)
{
    return a.line < b.line || (a.line == b.line && a.column <= b.column);
}

/* Of an index map: the last section that begins at or before the place, which then counts
 * from the section's beginning. */
static const struct doc *section_of(const struct doc *sections, struct place *wanted)
{
    const struct doc *found = NULL;
    struct place begin = { 0, 0 };

    for (size_t i = 0; i < doc_count(sections); i++) {
        const struct doc *section = doc_item(sections, i);
        double line = doc_number(section, "offset.line", INT32_MAX);
        double column = doc_number(section, "offset.column", INT32_MAX);
        struct place at;

        if (!(line >= 0) || !(column >= 0))
            continue;
        at = (struct place){ (uint32_t)line, (uint32_t)column };
        if (is_before(at, *wanted) && (found == NULL || is_before(begin, at))) {
            begin = at;
            found = section;
        }
    }
    wanted->column -= wanted->line == begin.line ? begin.column : 0;
    wanted->line -= begin.line;
    return doc_at(found, "map");
}

const char *sourcemap_check(const struct doc *map)
{
    if (!doc_is_object(map, ""))
        return "it is no JSON object";
    if (doc_number(map, "version", 3) != 3)
        return "its version is not 3";
    if (doc_is_array(map, "sections"))
        return NULL;
    if (!doc_is_array(map, "sources") || doc_text(map, "mappings", NULL)[0] == '\0')
        return "it has no mappings";
    return NULL;
}

bool sourcemap_find(const struct doc *map, uint32_t line, uint32_t column,
                    struct sourcemap_origin *out, size_t *work)
{
    const struct doc *sections = doc_at(map, "sections");
    struct place wanted = { line - 1, column - 1 };

    if (line == 0 || column == 0)
        return false;
    if (doc_is_array(sections, ""))
        map = section_of(sections, &wanted);
    return map != NULL && find_in(map, wanted, out, work);
}
