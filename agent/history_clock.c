/* SPDX-License-Identifier: MIT */
/* Owns the way from the machine's clock to that of the rings. */
#include "history_clock.h"

#include "clock.h"

static double seconds(uint64_t ns)
{
    return (double)ns / (double)PH_NS_PER_S;
}

void ph_history_clock_init(struct ph_history_clock *clock, double scale)
{
    *clock = (struct ph_history_clock){ seconds(ph_clock_boot_ns()), scale };
}

double ph_history_clock_s(const struct ph_history_clock *clock)
{
    double boot_s = seconds(ph_clock_boot_ns());

    return clock->scale > 1 ? clock->origin_s + (boot_s - clock->origin_s) * clock->scale
                            : boot_s;
}

double ph_history_clock_unix_offset_s(void)
{
    return seconds(ph_clock_unix_ns()) - seconds(ph_clock_boot_ns());
}
