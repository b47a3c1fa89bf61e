/* SPDX-License-Identifier: MIT */
/* A stub: there is no history yet. */
#include "history.h"

size_t ph_history_count(const struct ph_history *history)
{
    (void)history;
    return 0;
}

const struct ph_history_series *ph_history_at(const struct ph_history *history, size_t i)
{
    (void)history;
    (void)i;
    return NULL;
}

uint32_t ph_history_epoch(const struct ph_history *history, size_t i)
{
    (void)history;
    (void)i;
    return 0;
}

const struct ph_timeline *ph_history_time(const struct ph_history *history)
{
    (void)history;
    return NULL;
}

double ph_history_born_s(const struct ph_history *history)
{
    (void)history;
    return 0;
}

const struct ph_rings *ph_history_load(const struct ph_history *history)
{
    (void)history;
    return NULL;
}
