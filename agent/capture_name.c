/* SPDX-License-Identifier: MIT */
/* Owns how captured files are called. A name that does not fit to the letter is somebody
 * else's, and its file is not ours to count or to remove. */
#include "capture_name.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "porthole_wire.h"

#define STAMP_BYTES sizeof("20261120T230657906Z")
#define KIND_CHARACTERS "abcdefghijklmnopqrstuvwxyz."
#define DIGITS "0123456789"

/* The ISO time without what separates its figures. */
static void stamp(uint64_t unix_ns, char out[STAMP_BYTES])
{
    char iso[PH_ISO_BYTES];
    size_t n = 0;

    ph_clock_iso(unix_ns, iso);
    for (const char *c = iso; *c && n < STAMP_BYTES - 1; c++)
        if (!strchr("-:.", *c))
            out[n++] = *c;
    out[n] = '\0';
}

const char *ph_capture_name(const struct ph_capture_name *name, uint64_t unix_ns,
                            const char *kind, char *out)
{
    char at[STAMP_BYTES];

    stamp(unix_ns, at);
    snprintf(out, PH_CAPTURE_NAME_BYTES, "%u-%s-%u-%.32s%s", name->pid, at, name->rule, kind,
             name->partial ? PORTHOLE_PARTIAL_SUFFIX : "");
    return out;
}

/* A number without leading zeros, at most nine digits, and the `end` character behind it. */
static bool take_number(const char **text, char end, unsigned *out)
{
    size_t n = strspn(*text, DIGITS);
    unsigned value = 0;

    if (n == 0 || n > 9 || **text == '0' || (*text)[n] != end)
        return false;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (unsigned)((*text)[i] - '0');
    *out = value;
    *text += n + 1;
    return true;
}

static bool take_stamp(const char **text)
{
    const char *t = *text;

    if (strspn(t, DIGITS) != 8 || t[8] != 'T' || strspn(t + 9, DIGITS) != 9 || t[18] != 'Z' ||
        t[19] != '-')
        return false;
    *text += 20;
    return true;
}

bool ph_capture_name_parse(const char *text, struct ph_capture_name *out)
{
    static const char suffix[] = PORTHOLE_PARTIAL_SUFFIX;
    struct ph_capture_name name;
    size_t n;

    if (strlen(text) >= PH_CAPTURE_NAME_BYTES || !take_number(&text, '-', &name.pid) ||
        !take_stamp(&text) || !take_number(&text, '-', &name.rule))
        return false;
    n = strlen(text);
    if (n == 0 || strspn(text, KIND_CHARACTERS) != n)
        return false;
    name.partial = n >= sizeof suffix && strcmp(text + n - (sizeof suffix - 1), suffix) == 0;
    *out = name;
    return true;
}
