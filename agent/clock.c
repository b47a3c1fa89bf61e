/* SPDX-License-Identifier: MIT */
/* Owns every reading of a clock. */
#include "clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_clock(clockid_t id)
{
    struct timespec ts;

    if (clock_gettime(id, &ts) != 0)
        return 0;
    return (uint64_t)ts.tv_sec * PH_NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t ph_clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t ph_clock_unix_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

uint64_t ph_clock_thread_cpu_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double ph_clock_ms(uint64_t ns)
{
    return (double)ns / (double)PH_NS_PER_MS;
}

const char *ph_clock_iso(uint64_t unix_ns, char *out)
{
    time_t seconds = (time_t)(unix_ns / PH_NS_PER_S);
    unsigned ms = (unsigned)(unix_ns % PH_NS_PER_S / PH_NS_PER_MS);
    struct tm tm;
    size_t used;

    out[0] = '\0';
    if (!gmtime_r(&seconds, &tm))
        return out;
    used = strftime(out, PH_ISO_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + used, PH_ISO_BYTES - used, ".%03uZ", ms);
    return out;
}
