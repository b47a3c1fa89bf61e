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

uint64_t ph_clock_boot_ns(void)
{
    return read_clock(CLOCK_BOOTTIME);
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

/* The date of a day number since 1970 (Howard Hinnant, "chrono-compatible low-level date
 * algorithms", civil_from_days). Not gmtime_r() and strftime(): both may read TZ from an
 * environment that the host is changing at that moment. */
static void civil(uint64_t days, unsigned *year, unsigned *month, unsigned *day)
{
    uint64_t z = days + 719468; /* days since 0000-03-01 */
    unsigned era = (unsigned)(z / 146097);
    unsigned doe = (unsigned)(z % 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;

    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

const char *ph_clock_iso(uint64_t unix_ns, char *out)
{
    uint64_t seconds = unix_ns / PH_NS_PER_S;
    unsigned of_day = (unsigned)(seconds % 86400);
    unsigned ms = (unsigned)(unix_ns % PH_NS_PER_S / PH_NS_PER_MS);
    unsigned year, month, day;

    civil(seconds / 86400, &year, &month, &day);
    /* The remainders change nothing; they show the compiler that it fits. */
    snprintf(out, PH_ISO_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", year % 10000,
             month % 100, day % 100, of_day / 3600, of_day / 60 % 60, of_day % 60, ms);
    return out;
}

void ph_clock_settle_time_zone(void)
{
    time_t epoch = 0;
    struct tm tm;

    (void)gmtime_r(&epoch, &tm);
}
