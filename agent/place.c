/* SPDX-License-Identifier: MIT */
/* Owns the text of a place in a haul: the kind's letter, the thread, the place in its lot. */
#include "place.h"

#include <stdio.h>

void ph_place_write(const struct ph_place *place, char out[PH_PLACE_BYTES])
{
    snprintf(out, PH_PLACE_BYTES, "%c%d-%llu",
             place->thread == PH_THREAD_PUBLISHED     ? 'c'
             : place->kind == PORTHOLE_TASK_OBJECTS ? 'o'
                                                    : 'p',
             place->thread == PH_THREAD_PUBLISHED ? 0 : place->thread,
             (unsigned long long)place->place);
}

/* Digits up to `end`, which is skipped. */
static bool read_number(const char **at, char end, uint64_t most, uint64_t *out)
{
    const char *begin = *at;

    for (*out = 0; **at >= '0' && **at <= '9'; ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');

        if (*out > (most - digit) / 10)
            return false;
        *out = *out * 10 + digit;
    }
    return *at > begin && *(*at)++ == end;
}

bool ph_place_read(const char *text, struct ph_place *out)
{
    const char *at = text + 1;
    uint64_t thread;

    if (text[0] != 'o' && text[0] != 'p' && text[0] != 'c')
        return false;
    if (!read_number(&at, '-', PH_THREAD_PUBLISHED - 1, &thread) ||
        !read_number(&at, '\0', UINT64_MAX, &out->place) || out->place == 0)
        return false;
    out->thread = text[0] == 'c' ? PH_THREAD_PUBLISHED : (int)thread;
    out->kind = text[0] == 'p' ? PORTHOLE_TASK_PROVIDED : PORTHOLE_TASK_OBJECTS;
    return true;
}
