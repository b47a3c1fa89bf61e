/* SPDX-License-Identifier: MIT */
#ifndef PH_JWALK_H
#define PH_JWALK_H

#include <stdbool.h>
#include <stddef.h>

/**
 * The members of a JSON object that somebody has checked already, or V8 has made: found by
 * looking at brackets and quotes, nothing else. Of text that is not JSON it finds something
 * or nothing, and never reads beyond its NUL.
 */
struct ph_member {
    const char *key; /* within its quotes, escapes and all */
    size_t key_bytes;
    const char *value;
    size_t value_bytes;
};

struct ph_jwalk {
    const char *at;
};

/** Begin; false if it is not an object. Threads: any, as below. */
bool ph_jwalk_begin(struct ph_jwalk *walk, const char *json);

/** The next member; false behind the last. */
bool ph_jwalk_next(struct ph_jwalk *walk, struct ph_member *out);

/** Find a member by a key without escapes. */
bool ph_jwalk_find(const char *json, const char *key, struct ph_member *out);

bool ph_member_is_null(const struct ph_member *member);

#endif
