/* SPDX-License-Identifier: MIT */
/*
 * groupcolumns: how one group looks. A new column is one line of FIGURE and one of the table.
 */
#include "groupcolumns.h"

#include "units.h"

#include <math.h>

static const struct aggregate_group *group_of(const void *v)
{
    return v;
}

static void value(struct buf *out, const void *v, const void *user)
{
    (void)user;
    buf_puts(out, group_of(v)->value[0] != '\0' ? group_of(v)->value : "-");
}

#define FIGURE(name, writer, expression)                                                     \
    static double name##_key(const void *v, const void *user)                                \
    {                                                                                        \
        const struct aggregate_group *g = group_of(v);                                       \
\
        (void)user;                                                                          \
        return expression;                                                                   \
    }                                                                                        \
    static void name(struct buf *out, const void *v, const void *user)                       \
    {                                                                                        \
        char text[UNITS_BYTES];                                                              \
\
        writer(text, name##_key(v, user));                                                   \
        buf_puts(out, text);                                                                 \
    }

#define OF(vital, field) g->figures[vital].field

FIGURE(procs, units_count, (double)g->count)
FIGURE(up, units_count, g->totals.up)
FIGURE(outliers, units_count, g->outliers)
FIGURE(busy, units_count, 100 * OF(VITAL_UTILIZATION, mean))
FIGURE(busiest, units_count, 100 * OF(VITAL_UTILIZATION, highest))
FIGURE(p99, units_ms, isnan(g->delay_p99_ms) ? OF(VITAL_DELAY_P99, highest) : g->delay_p99_ms)
FIGURE(heap, units_bytes, OF(VITAL_HEAP_USED, sum))
FIGURE(heap_mean, units_bytes, OF(VITAL_HEAP_USED, mean))
FIGURE(heap_most, units_bytes, OF(VITAL_HEAP_USED, highest))
FIGURE(rss, units_bytes, OF(VITAL_RSS, sum))
FIGURE(rss_most, units_bytes, OF(VITAL_RSS, highest))
FIGURE(sockets, units_count, g->totals.sockets)
FIGURE(sockets_most, units_count, OF(VITAL_ESTABLISHED, highest))
FIGURE(sockets_change, units_change, g->totals.sockets_change)
FIGURE(listeners, units_count, g->totals.listeners)
FIGURE(listeners_change, units_change, g->totals.listeners_change)
FIGURE(requests, units_count, OF(VITAL_HTTP_STARTED, rate))
FIGURE(cpu, units_count, 100 * (OF(VITAL_CPU_USER, rate) + OF(VITAL_CPU_SYSTEM, rate)))

#define DELTA "\xCE\x94"
#define NUMBER(title, ascii, width, rank, help, name)                                        \
    {                                                                                        \
        title, ascii, width, 0, false, TEXT_RIGHT, rank, help, name, name##_key, NULL        \
    }

const struct table_column groupcolumns[] = {
    { "GROUP", NULL, 13, 0, false, TEXT_LEFT, 0, "value of the label", value, NULL, NULL },
    NUMBER("PROCS", NULL, 5, 0, "targets", procs),
    NUMBER("UP", NULL, 5, 0, "of them, that answer", up),
    NUMBER("OUTL", NULL, 4, 1, "of them, that differ from their peers", outliers),
    NUMBER("LOOP%", NULL, 5, 4, "utilization of event loops, mean", busy),
    NUMBER("P99", NULL, 6, 2, "delay of all their event loops, in ms", p99),
    NUMBER("HEAP", NULL, 5, 5, "JS heap, sum", heap),
    NUMBER("RSS", NULL, 5, 6, "memory, sum", rss),
    NUMBER("SOCK", NULL, 5, 3, "established TCP sockets, sum", sockets),
    NUMBER(DELTA "SOCK", "+SOCK", 5, 7, "their change per minute", sockets_change),
    NUMBER("LSTN", NULL, 5, 8, "event listeners, sum", listeners),
    NUMBER(DELTA "LSTN", "+LSTN", 5, 9, "their change per minute", listeners_change),
    NUMBER("CPU%", NULL, 5, 10, "of a core, sum", cpu),
    NUMBER("REQ/S", NULL, 5, 11, "requests received per second, sum", requests),
    NUMBER("LOOP^", NULL, 5, 12, "utilization of the busiest event loop", busiest),
    NUMBER("HEAP/", NULL, 5, 13, "JS heap, mean", heap_mean),
    NUMBER("HEAP^", NULL, 5, 14, "JS heap, highest", heap_most),
    NUMBER("RSS^", NULL, 5, 15, "memory, highest", rss_most),
    NUMBER("SOCK^", NULL, 5, 16, "established TCP sockets, highest", sockets_most),
};

const size_t groupcolumns_count = sizeof groupcolumns / sizeof groupcolumns[0];
