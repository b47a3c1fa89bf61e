/* SPDX-License-Identifier: MIT */
/* Owns the bytes of serialised objects. Adding one is a copy and, once in a block, one
 * allocation: it runs on the host's loop, 100,000 times in a row, and nothing may be moved
 * there by growing. */
#include "fragments.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

struct ph_fragment_block {
    struct ph_fragment_block *older;
    size_t used, size;
    char bytes[];
};

struct ph_fragments *ph_fragments_new(void)
{
    struct ph_fragments *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    atomic_init(&f->refs, 1);
    f->bytes = sizeof *f;
    return f;
}

struct ph_fragments *ph_fragments_ref(struct ph_fragments *f)
{
    if (f)
        atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void ph_fragments_unref(struct ph_fragments *f)
{
    if (!f || atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) != 1)
        return;
    while (f->block) {
        struct ph_fragment_block *older = f->block->older;

        free(f->block);
        f->block = older;
    }
    for (size_t i = 0; i < PH_FRAGMENTS_MAX / PH_FRAGMENT_ROWS && f->rows[i]; i++)
        free(f->rows[i]);
    for (size_t i = 0; i < f->n_types; i++)
        free(f->types[i]);
    free(f);
}

static bool refuse(struct ph_fragments *f, bool failed)
{
    f->cut = true;
    f->failed |= failed;
    return false;
}

/* ---- Room -------------------------------------------------------------------------- */

static char *make_room(struct ph_fragments *f, size_t n)
{
    struct ph_fragment_block *block = f->block;

    if (!block || block->size - block->used < n) {
        size_t size = n > PH_FRAGMENT_BLOCK ? n : PH_FRAGMENT_BLOCK;

        if (f->bytes + size > PH_FRAGMENTS_BYTES)
            return NULL;
        block = malloc(sizeof *block + size);
        if (!block) {
            f->failed = true;
            return NULL;
        }
        *block = (struct ph_fragment_block){ .older = f->block, .size = size };
        f->block = block;
        f->bytes += sizeof *block + size;
    }
    block->used += n;
    return block->bytes + block->used - n;
}

static struct ph_fragment *make_row(struct ph_fragments *f)
{
    struct ph_fragment **rows = &f->rows[f->n / PH_FRAGMENT_ROWS];

    if (!*rows) {
        *rows = calloc(PH_FRAGMENT_ROWS, sizeof **rows);
        if (!*rows) {
            f->failed = true;
            return NULL;
        }
        f->bytes += PH_FRAGMENT_ROWS * sizeof **rows;
    }
    return *rows + f->n % PH_FRAGMENT_ROWS;
}

/* Objects of one type come together: the newest name is most often the right one. False if
 * there is no room for one more. */
static bool find_type(struct ph_fragments *f, const char *name, uint16_t *out)
{
    char cut[PORTHOLE_TYPE_BYTES];

    *out = PH_NO_TYPE;
    if (!name)
        return true;
    *out = (uint16_t)(f->n_types - 1);
    if (f->n_types && strcmp(f->types[*out], name) == 0)
        return true;
    ph_text_copy(cut, sizeof cut, name);
    for (size_t i = f->n_types; i-- > 0;) {
        *out = (uint16_t)i;
        if (strcmp(f->types[i], cut) == 0)
            return true;
    }
    if (f->n_types == PORTHOLE_MAX_TYPES)
        return refuse(f, false);
    f->types[f->n_types] = strdup(cut);
    if (!f->types[f->n_types])
        return refuse(f, true);
    *out = (uint16_t)f->n_types++;
    return true;
}

/* ---- Adding ------------------------------------------------------------------------ */

static void stretch(struct ph_fragments_span *span, size_t row)
{
    if (span->n++ == 0)
        span->first = (uint32_t)row;
    span->end = (uint32_t)row + 1;
}

/* So that what is looked for among a million rows is looked for where it is. */
static void note_row(struct ph_fragments *f, const struct ph_fragment *row)
{
    bool is_object = row->kind == PORTHOLE_FRAGMENT_OBJECT;

    stretch(&f->of_kind[row->kind], f->n);
    f->n_objects += is_object;
    if (is_object && row->type != PH_NO_TYPE)
        stretch(&f->span[row->type], f->n);
}

bool ph_fragments_add(struct ph_fragments *f, const struct porthole_fragment *given)
{
    struct ph_fragment *row;
    uint16_t type;
    char *bytes;

    if (f->failed || f->n == PH_FRAGMENTS_MAX || given->json_bytes > PORTHOLE_OBJECT_BYTES ||
        given->id_bytes >= PORTHOLE_ID_BYTES || given->kind > PORTHOLE_FRAGMENT_SERVICE)
        return refuse(f, false);
    if (!find_type(f, given->type, &type))
        return false;
    row = make_row(f);
    bytes = row ? make_room(f, given->id_bytes + given->json_bytes + 2) : NULL;
    if (!bytes)
        return refuse(f, false);
    if (given->id_bytes)
        memcpy(bytes, given->id, given->id_bytes);
    bytes[given->id_bytes] = '\0';
    if (given->json_bytes)
        memcpy(bytes + given->id_bytes + 1, given->json, given->json_bytes);
    bytes[given->id_bytes + 1 + given->json_bytes] = '\0';
    *row = (struct ph_fragment){ .bytes = bytes,
                                 .born_ns = given->born_ns,
                                 .place = given->place,
                                 .count = given->count,
                                 .json_bytes = (uint32_t)given->json_bytes,
                                 .id_bytes = (uint16_t)given->id_bytes,
                                 .type = type,
                                 .kind = (uint8_t)given->kind,
                                 .has_nulls = given->has_nulls };
    note_row(f, row);
    f->n++;
    return true;
}

/* ---- Reading ----------------------------------------------------------------------- */

const struct ph_fragment *ph_fragments_at(const struct ph_fragments *f, size_t i)
{
    return f->rows[i / PH_FRAGMENT_ROWS] + i % PH_FRAGMENT_ROWS;
}

uint16_t ph_fragments_find_type(const struct ph_fragments *f, const char *name)
{
    size_t i = 0;

    while (i < f->n_types && strcmp(f->types[i], name) != 0)
        i++;
    return i < f->n_types ? (uint16_t)i : PH_NO_TYPE;
}

const char *ph_fragments_type(const struct ph_fragments *f, const struct ph_fragment *fragment)
{
    return fragment->type == PH_NO_TYPE ? "" : f->types[fragment->type];
}

const char *ph_fragment_json(const struct ph_fragment *fragment)
{
    return fragment->bytes + fragment->id_bytes + 1;
}
