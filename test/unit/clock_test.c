/* SPDX-License-Identifier: MIT */
#include "agent/clock.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

Test(clock, writes_iso_times_with_milliseconds)
{
    static const struct {
        uint64_t unix_ns;
        const char *text;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { UINT64_C(1795215991506999999), "2026-11-20T23:06:31.506Z" },
        { UINT64_C(951782400000000000), "2000-02-29T00:00:00.000Z" },
        { UINT64_C(1000000), "1970-01-01T00:00:00.001Z" },
    };
    char text[PH_ISO_BYTES];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(ph_clock_iso(rows[i].unix_ns, text), rows[i].text, "%s", text);
}

Test(clock, the_last_moment_it_can_tell_fits_as_well)
{
    char text[PH_ISO_BYTES];

    ph_clock_iso(UINT64_MAX, text);

    cr_assert_eq(strlen(text), PH_ISO_BYTES - 1, "%s", text);
}

Test(clock, monotonic_time_never_falls)
{
    uint64_t before = ph_clock_ns();

    for (int i = 0; i < 1000; i++) {
        uint64_t now = ph_clock_ns();

        cr_assert_geq(now, before);
        before = now;
    }
}

Test(clock, the_wall_clock_is_that_of_the_system)
{
    time_t seconds = time(NULL);
    uint64_t told = ph_clock_unix_ns() / PH_NS_PER_S;

    cr_assert_geq(told + 1, (uint64_t)seconds);
    cr_assert_leq(told, (uint64_t)seconds + 60);
}

Test(clock, thread_time_counts_work_and_not_waiting)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    uint64_t before = ph_clock_thread_cpu_ns(), worked;
    volatile unsigned work = 0;

    while (work < 100000)
        work++;
    worked = ph_clock_thread_cpu_ns() - before;
    nanosleep(&pause, NULL);

    cr_assert_gt(worked, 0);
    cr_assert_lt(ph_clock_thread_cpu_ns() - before, worked + 10 * PH_NS_PER_MS);
}

Test(clock, nanoseconds_become_milliseconds)
{
    cr_assert_float_eq(ph_clock_ms(1500000), 1.5, 0);
    cr_assert_float_eq(ph_clock_ms(0), 0, 0);
}
