/* SPDX-License-Identifier: MIT */
/*
 * clock: one place that asks what time it is.
 */
#include "clock.h"

#include <time.h>

double clock_now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void clock_text(char out[CLOCK_TEXT_BYTES])
{
    time_t now = time(NULL);
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(out, CLOCK_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &tm);
}
