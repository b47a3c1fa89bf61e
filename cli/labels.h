/* SPDX-License-Identifier: MIT */
/**
 * Labels of a target, as Prometheus's service discovery has them: names and values, sorted by
 * name, each name once. They come with the target and are carried along to every output.
 *
 * Values are as they came: clean them before showing them.
 *
 * Threads: one.
 */
#ifndef LABELS_H
#define LABELS_H

#include <stdbool.h>
#include <stddef.h>

#define LABELS_MOST 32
#define LABELS_NAME_BYTES 64   /* with the NUL */
#define LABELS_VALUE_BYTES 256

struct label {
    char *name;
    char *value;
};

/* Zeroed memory is an empty set. */
struct labels {
    struct label *items;
    size_t count;
};

/**
 * Whether `name` is one: [a-zA-Z_][a-zA-Z0-9_]*, shorter than LABELS_NAME_BYTES.
 *
 * Threads: any.
 */
bool labels_is_name(const char *name, size_t len);

/**
 * Add a label, or replace its value.
 *
 * @return false if the name is none, the value too long, or the set is full; it is unchanged.
 *
 * Threads: one.
 */
bool labels_set(struct labels *labels, const char *name, const char *value);

/**
 * The value; NULL: there is no such label.
 *
 * Threads: any.
 */
const char *labels_get(const struct labels *labels, const char *name);

/**
 * Append all labels of `from`; what is there already stays as it is.
 *
 * Threads: one.
 */
void labels_inherit(struct labels *labels, const struct labels *from);

/**
 * Free all; the set is empty afterwards.
 *
 * Threads: one.
 */
void labels_fini(struct labels *labels);

#endif /* LABELS_H */
