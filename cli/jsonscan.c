/* SPDX-License-Identifier: MIT */
/*
 * jsonscan: counts the characters that begin values. It must never count less than the
 * parser would build; it may count more.
 */
#include "jsonscan.h"

/* Position behind the string that begins at `text[i]`. */
static size_t skip_string(const char *text, size_t len, size_t i)
{
    for (i++; i < len && text[i] != '"'; i++) {
        if (text[i] == '\\')
            i++;
    }
    return i;
}

bool jsonscan_is_within(const char *text, size_t len, size_t most_values, size_t most_depth)
{
    size_t values = 1, depth = 0;

    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '"':
            i = skip_string(text, len, i);
            break;
        case '[':
        case '{':
            depth++;
            values++;
            break;
        case ']':
        case '}':
            depth -= depth > 0;
            break;
        case ',':
            values++;
            break;
        default:
            break;
        }
        if (depth > most_depth || values > most_values)
            return false;
    }
    return true;
}

bool jsonscan_is_modest(const char *text, size_t len)
{
    return jsonscan_is_within(text, len, JSONSCAN_VALUES, JSONSCAN_DEPTH);
}
