/* SPDX-License-Identifier: MIT */
#include "instant.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Further than that no calendar of libc's is sure to reach. */
#define MOST_S 253402300799.0 /* 9999-12-31T23:59:59 */

double instant_read(const char *text)
{
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    double fraction;

    if (rest == NULL)
        return NAN;
    fraction = rest[0] == '.' ? strtod(rest, NULL) : 0;
    return (double)timegm(&tm) + (fraction < 1 ? fraction : 0);
}

void instant_text(char out[INSTANT_BYTES], double unix_s, const char *format)
{
    time_t seconds;
    struct tm tm;

    if (!(unix_s >= 0 && unix_s <= MOST_S)) {
        snprintf(out, INSTANT_BYTES, "-");
        return;
    }
    seconds = (time_t)unix_s;
    gmtime_r(&seconds, &tm);
    if (strftime(out, INSTANT_BYTES, format, &tm) == 0)
        out[0] = '\0';
}
