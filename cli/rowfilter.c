/* SPDX-License-Identifier: MIT */
/*
 * rowfilter: what top and its frames leave out.
 */
#include "rowfilter.h"

#include "aggregate.h"

#include <fnmatch.h>
#include <string.h>

static bool has_text(const struct fleet_row *row, const char *text)
{
    static const char *const names[] = { "service", "component", "version", "host",
                                         "ident",   "target",    "state" };
    char word[CAUSE_BYTES];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasestr(aggregate_label(row, names[i]), text) != NULL)
            return true;
    }
    cause_word(word, row->cause, row->status);
    return strcasestr(word, text) != NULL;
}

static bool fits(const struct fleet_row *row, const char *filter)
{
    size_t len = strcspn(filter, "=");
    char label[LABELS_NAME_BYTES];

    if (filter[len] != '=' || !labels_is_name(filter, len))
        return has_text(row, filter);
    memcpy(label, filter, len);
    label[len] = '\0';
    return fnmatch(filter + len + 1, aggregate_label(row, label), 0) == 0;
}

bool rowfilter_passes(const struct fleet_row *row, const char *filter)
{
    bool inverse;

    if (filter == NULL || filter[0] == '\0')
        return true;
    inverse = filter[0] == '!' && filter[1] != '\0';
    return fits(row, filter + inverse) != inverse;
}
