/* SPDX-License-Identifier: MIT */
/* Owns the cutting of JSON text into the members of its top level. No allocation, no
 * recursion; a value is skipped by counting brackets outside of strings. */
#include "jwalk.h"

#include <string.h>

static const char *skip_space(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
        at++;
    return at;
}

/* Behind the string whose quote is at `at`, or at the NUL. */
static const char *skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1])
            at++;
    return *at ? at + 1 : at;
}

static bool ends_value(char c)
{
    return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the value at `at`: at the comma, the bracket or the space that follows it. */
static const char *skip_value(const char *at)
{
    size_t depth = 0;

    while (*at) {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (depth == 0 && ends_value(*at))
            break;
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        at++;
    }
    return at;
}

bool ph_jwalk_begin(struct ph_jwalk *walk, const char *json)
{
    json = skip_space(json);
    walk->at = *json == '{' ? json + 1 : "";
    return *json == '{';
}

bool ph_jwalk_next(struct ph_jwalk *walk, struct ph_member *out)
{
    const char *at = skip_space(walk->at), *end;

    if (*at == ',')
        at = skip_space(at + 1);
    walk->at = "";
    if (*at != '"')
        return false;
    end = skip_string(at);
    if (end - at < 2)
        return false;
    out->key = at + 1;
    out->key_bytes = (size_t)(end - at) - 2;
    at = skip_space(end);
    if (*at != ':')
        return false;
    out->value = skip_space(at + 1);
    walk->at = skip_value(out->value);
    out->value_bytes = (size_t)(walk->at - out->value);
    return out->value_bytes > 0;
}

bool ph_jwalk_find(const char *json, const char *key, struct ph_member *out)
{
    size_t n = strlen(key);
    struct ph_jwalk walk;

    if (!ph_jwalk_begin(&walk, json))
        return false;
    while (ph_jwalk_next(&walk, out))
        if (out->key_bytes == n && memcmp(out->key, key, n) == 0)
            return true;
    return false;
}

bool ph_member_is_null(const struct ph_member *member)
{
    return member->value_bytes == 4 && memcmp(member->value, "null", 4) == 0;
}
