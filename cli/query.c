/* SPDX-License-Identifier: MIT */
/*
 * query: the words of kang's grammar.
 */
#include "query.h"

#include <ctype.h>
#include <string.h>

struct query query_parse(const char *word)
{
    size_t len = strcspn(word, ":");
    struct query query = { .type = { word, len }, .has_id = word[len] == ':' };

    query.id = slice_of(word + len + query.has_id);
    return query;
}

struct names query_fields(const struct opts_words *words)
{
    struct names fields = { 0 };

    for (size_t i = 0; i < words->count; i++) {
        const char *at = words->items[i];

        while (*at != '\0') {
            size_t len = strcspn(at, ",");

            if (len > 0)
                names_add(&fields, (struct slice){ at, len });
            at += len + (at[len] == ',');
        }
    }
    return fields;
}

/* "." and ".." would be taken for folders on the way. */
static bool is_dots(struct slice text)
{
    size_t dots = 0;

    while (dots < text.len && text.text[dots] == '.')
        dots++;
    return dots == text.len;
}

void query_escape(struct buf *out, struct slice text)
{
    bool dots = is_dots(text);

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.text[i];

        if (isalnum(c) || c == '-' || c == '_' || c == '~' || (c == '.' && !dots))
            buf_add(out, &c, 1);
        else
            buf_printf(out, "%%%02X", c);
    }
}
