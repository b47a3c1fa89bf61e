/* SPDX-License-Identifier: MIT */
/*
 * doc: jansson behind a face that cannot be misused. Integers come as numbers, so that one
 * beyond 64 bits costs its precision, not the document. The only file that says where jansson's
 * memory comes from; nobody frees by free() what jansson gave.
 */
#include "doc.h"

#include "jsonscan.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory -------------------------------------------------------------------------- */

/* A document of a fleet is hundreds of small pieces, born together and freed together: malloc
 * and free took half of the time of reading one (perf). What fits lies side by side here, and
 * once nothing of it is left the next begins at the start. */
#define POOL_BYTES ((size_t)256 << 10)

static struct {
    char *bytes;
    size_t used;
    size_t live; /* pieces */
} pool;

static void *pool_take(size_t len)
{
    size_t whole = (len + 15) & ~(size_t)15;
    char *piece;

    if (pool.bytes == NULL)
        pool.bytes = malloc(POOL_BYTES);
    if (pool.bytes == NULL || len > POOL_BYTES || whole > POOL_BYTES - pool.used)
        return malloc(len);
    piece = pool.bytes + pool.used;
    pool.used += whole;
    pool.live++;
    return piece;
}

static void pool_give(void *piece)
{
    uintptr_t at = (uintptr_t)piece, from = (uintptr_t)pool.bytes;

    if (pool.bytes == NULL || at < from || at >= from + POOL_BYTES)
        free(piece);
    else if (--pool.live == 0)
        pool.used = 0;
}

/* struct doc is never defined: it is jansson's type under a name without its header. */
static const json_t *json_of(const struct doc *value)
{
    return (const json_t *)value;
}

static const struct doc *doc_of(const json_t *value)
{
    return (const struct doc *)value;
}

enum cause doc_read(const char *text, size_t len, struct doc **out)
{
    static const size_t modest[2] = { JSONSCAN_VALUES, JSONSCAN_DEPTH };

    return doc_read_within(text, len, modest, out);
}

enum cause doc_read_within(const char *text, size_t len, const size_t most[2], struct doc **out)
{
    json_error_t error;
    json_t *value;

    if (!jsonscan_is_within(text, len, most[0], most[1]))
        return CAUSE_TOO_BIG;
    json_set_alloc_funcs(pool_take, pool_give); /* what is older is freed as it should be */
    value = json_loadb(text, len, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &error);
    if (value == NULL)
        return json_error_code(&error) == json_error_premature_end_of_input ? CAUSE_TRUNCATED
                                                                            : CAUSE_BAD_JSON;
    *out = (struct doc *)value;
    return CAUSE_NONE;
}

void doc_free(struct doc *document)
{
    json_decref((json_t *)document);
}

const struct doc *doc_at(const struct doc *value, const char *path)
{
    const json_t *at = json_of(value);

    while (at != NULL && path[0] != '\0') {
        size_t len = strcspn(path, ".");

        at = json_object_getn(at, path, len);
        path += len + (path[len] == '.');
    }
    return doc_of(at);
}

size_t doc_count(const struct doc *array)
{
    return json_array_size(json_of(array));
}

const struct doc *doc_item(const struct doc *array, size_t index)
{
    return doc_of(json_array_get(json_of(array), index));
}

double doc_number(const struct doc *value, const char *path, double most)
{
    const json_t *at = json_of(doc_at(value, path));
    double number = json_is_number(at) ? json_number_value(at) : NAN;

    return number >= 0 && number <= most ? number : NAN;
}

double doc_value(const struct doc *value)
{
    return json_is_number(json_of(value)) ? json_number_value(json_of(value)) : NAN;
}

const char *doc_text(const struct doc *value, const char *path, size_t *len)
{
    const json_t *at = json_of(doc_at(value, path));
    const char *text = json_string_value(at);

    if (len != NULL)
        *len = json_string_length(at);
    return text != NULL ? text : "";
}

bool doc_is_object(const struct doc *value, const char *path)
{
    return json_is_object(json_of(doc_at(value, path)));
}

bool doc_is_array(const struct doc *value, const char *path)
{
    return json_is_array(json_of(doc_at(value, path)));
}

bool doc_is_true(const struct doc *value, const char *path)
{
    return json_is_true(json_of(doc_at(value, path)));
}

void doc_members(const struct doc *object,
                 bool (*each)(const char *key, const struct doc *value, void *user), void *user)
{
    /* the iterators ask for a json_t that may be changed, and change nothing */
    json_t *json = (json_t *)(void *)object;

    for (void *i = json_object_iter(json); i != NULL; i = json_object_iter_next(json, i)) {
        if (!each(json_object_iter_key(i), doc_of(json_object_iter_value(i)), user))
            return;
    }
}
