/* SPDX-License-Identifier: MIT */
/*
 * columns: how one fleet_row looks. A new column is one function and one line of the
 * table.
 */
#include "columns.h"

#include "units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)
#define KEY(name) static double name(const void *v, const void *user)

static const struct fleet_row *row_of(const void *v)
{
    return v;
}

static double now_of(const void *user)
{
    return ((const struct columns_context *)user)->now_s;
}

/* Its values are old. */
static bool is_down(const void *v, const void *user)
{
    enum fleet_state state = fleet_state(row_of(v), now_of(user));

    return state == FLEET_DOWN || state == FLEET_MISSING;
}

/* ---- Who --------------------------------------------------------------------------- */

CELL(sign)
{
    static const char signs[] = {
        [FLEET_FINE] = ' ',    [FLEET_WAITING] = '?', [FLEET_ATTENTION] = '!',
        [FLEET_MISSING] = '~', [FLEET_BLOCKED] = '#', [FLEET_DOWN] = 'x',
    };

    buf_add(out, &signs[fleet_state(row_of(v), now_of(user))], 1);
}

KEY(badness)
{
    return fleet_badness(row_of(v), now_of(user));
}

CELL(service)
{
    const struct fleet_row *row = row_of(v);

    (void)user;
    buf_puts(out, row->last.service[0] != '\0' ? row->last.service : row->name);
}

/* A target that never answered has no pid and no age: room for its name. */
static size_t name_span(const void *v, const void *user)
{
    return !row_of(v)->known && is_down(v, user) ? 2 : 0;
}

CELL(pid)
{
    double value = row_of(v)->last.pid;

    (void)user;
    if (isnan(value))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.0f", value);
}

CELL(target)
{
    (void)user;
    buf_puts(out, row_of(v)->name);
}

CELL(ident)
{
    (void)user;
    buf_puts(out, row_of(v)->last.ident[0] != '\0' ? row_of(v)->last.ident : "-");
}

/* How long it is up; how long ago it last was: "-12s". */
CELL(up)
{
    const struct fleet_row *row = row_of(v);
    char text[UNITS_BYTES];

    if (!is_down(v, user)) {
        units_age(text, row->last.v[VITAL_UPTIME]);
    } else {
        units_age(text, row->known ? now_of(user) - row->last_s : NAN);
        buf_puts(out, row->known ? "-" : "");
    }
    buf_puts(out, text);
}

/* ---- Loop -------------------------------------------------------------------------- */

CELL(loop)
{
    static const char *const words[] = {
        [SAMPLE_LOOP_UNKNOWN] = "",
        [SAMPLE_LOOP_IDLE] = "idle",
        [SAMPLE_LOOP_RUNNING] = "run",
        [SAMPLE_LOOP_BLOCKED] = "BLOCKED",
    };
    const struct fleet_row *row = row_of(v);
    char word[CAUSE_BYTES];

    if (is_down(v, user)) {
        cause_word(word, row->cause, row->status);
        buf_puts(out, word);
        return;
    }
    if (row->last.loop == SAMPLE_LOOP_BLOCKED && row->last.v[VITAL_BLOCKED] >= 0) {
        units_ms(word, row->last.v[VITAL_BLOCKED]);
        buf_printf(out, "BLK %s", word);
        return;
    }
    buf_puts(out, words[row->last.loop]);
    if (!isnan(row->last.v[VITAL_UTILIZATION]))
        buf_printf(out, "%s%.0f%%", row->last.loop != SAMPLE_LOOP_UNKNOWN ? " " : "",
                   100 * row->last.v[VITAL_UTILIZATION]);
    else if (row->last.loop == SAMPLE_LOOP_UNKNOWN)
        buf_puts(out, "-");
}

KEY(loop_key)
{
    const struct sample *s = &row_of(v)->last;

    (void)user;
    return s->loop == SAMPLE_LOOP_BLOCKED ? 2 + s->v[VITAL_BLOCKED] : s->v[VITAL_UTILIZATION];
}

/* The cause of a target that is down takes the place of the loop and of its delay. */
static size_t cause_span(const void *v, const void *user)
{
    return is_down(v, user) ? 1 : 0;
}

/* ---- Plain figures ----------------------------------------------------------------- */

/* A column that shows one double: its key and its cell. */
#define FIGURE(name, writer, expression)                                                     \
    KEY(name##_key)                                                                          \
    {                                                                                        \
        (void)user;                                                                          \
        return expression;                                                                   \
    }                                                                                        \
    CELL(name)                                                                               \
    {                                                                                        \
        char text[UNITS_BYTES];                                                              \
\
        writer(text, name##_key(v, user));                                                   \
        buf_puts(out, text);                                                                 \
    }

FIGURE(p99, units_ms, row_of(v)->last.v[VITAL_DELAY_P99])
FIGURE(heap, units_bytes, row_of(v)->last.v[VITAL_HEAP_USED])
FIGURE(rss, units_bytes, row_of(v)->last.v[VITAL_RSS])
FIGURE(sockets, units_count, row_of(v)->last.v[VITAL_ESTABLISHED])
FIGURE(sockets_change, units_change, fleet_change(row_of(v), VITAL_ESTABLISHED))
FIGURE(listeners, units_count, row_of(v)->last.v[VITAL_LISTENERS])
FIGURE(listeners_change, units_change, fleet_change(row_of(v), VITAL_LISTENERS))
FIGURE(handles, units_count, row_of(v)->last.v[VITAL_HANDLES])
FIGURE(fds, units_count, row_of(v)->last.v[VITAL_FDS])
FIGURE(round_trip, units_ms, row_of(v)->round_trip_ms)
FIGURE(restarts, units_count, row_of(v)->restarts)

/* The highest share of a limit it has: heap, descriptors, memory of the container. */
KEY(limit_key)
{
    const struct sample *s = &row_of(v)->last;
    double worst = s->v[VITAL_HEAP_SHARE];

    (void)user;
    for (size_t i = 0; i < VITALS; i++) {
        double limit = vitals[i].limit != VITAL_NONE ? s->v[vitals[i].limit] : NAN;

        if (limit > 0)
            worst = fmax(worst, s->v[i] / limit);
    }
    return 100 * worst;
}

static double rate_of(const void *v, enum vital vital)
{
    return (double)row_of(v)->rate[vital];
}

FIGURE(limit_share, units_count, limit_key(v, user))
FIGURE(cpu, units_count, 100 * (rate_of(v, VITAL_CPU_USER) + rate_of(v, VITAL_CPU_SYSTEM)))
FIGURE(gc, units_count, 100 * rate_of(v, VITAL_GC_PAUSE))
FIGURE(requests, units_count, rate_of(v, VITAL_HTTP_STARTED))
FIGURE(heap_floor, units_bytes, row_of(v)->last.v[VITAL_HEAP_FLOOR])
FIGURE(close_wait, units_count, row_of(v)->last.v[VITAL_CLOSE_WAIT])
FIGURE(suspects, units_count, row_of(v)->last.suspects)

CELL(labels)
{
    const struct labels *set = row_of(v)->labels;

    (void)user;
    for (size_t i = 0; set != NULL && i < set->count; i++)
        buf_printf(out, "%s%s=%s", i > 0 ? " " : "", set->items[i].name, set->items[i].value);
}

KEY(up_key)
{
    (void)user;
    return row_of(v)->last.v[VITAL_UPTIME];
}

KEY(pid_key)
{
    (void)user;
    return row_of(v)->last.pid;
}

#define DELTA "\xCE\x94"

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
const struct table_column columns_top[] = {
    { "", NULL, 1, 0, false, TEXT_LEFT, 0,
      "! near a limit  # blocked  ~ missed  x down  ? waiting", sign, badness, NULL },
    { "SERVICE", NULL, 10, 0, false, TEXT_LEFT, 0, "name the application gave itself", service,
      NULL, name_span },
    { "PID", NULL, 7, 0, false, TEXT_RIGHT, 4, "process id", pid, pid_key, NULL },
    { "UP", NULL, 5, 0, false, TEXT_RIGHT, 3, "time since its start; -12s: last answered then",
      up, up_key, NULL },
    { "LOOP", NULL, 8, 0, false, TEXT_LEFT, 0,
      "event loop and its utilization; BLK: blocked for", loop, loop_key, cause_span },
    { "P99", NULL, 6, 0, false, TEXT_RIGHT, 1, "event loop delay in ms, 99th percentile", p99,
      p99_key, NULL },
    { "HEAP", NULL, 5, 0, false, TEXT_RIGHT, 5, "JS heap in use, all threads", heap, heap_key,
      NULL },
    { "RSS", NULL, 5, 0, false, TEXT_RIGHT, 6, "memory of the process", rss, rss_key, NULL },
    { "SOCK", NULL, 5, 0, false, TEXT_RIGHT, 2, "established TCP sockets", sockets, sockets_key,
      NULL },
    { DELTA "SOCK", "+SOCK", 6, 0, false, TEXT_RIGHT, 7, "their change per minute",
      sockets_change, sockets_change_key, NULL },
    { "LSTN", NULL, 5, 0, false, TEXT_RIGHT, 8, "event listeners", listeners, listeners_key,
      NULL },
    { DELTA "LSTN", "+LSTN", 6, 0, false, TEXT_RIGHT, 9, "their change per minute",
      listeners_change, listeners_change_key, NULL },
    { "SUSP", NULL, 4, 0, false, TEXT_RIGHT, 11, "figures it says of itself that they grow",
      suspects, suspects_key, NULL },
    { "LIM%", NULL, 4, 0, false, TEXT_RIGHT, 12, "nearest limit: heap, descriptors, memory",
      limit_share, limit_share_key, NULL },
    { "CPU%", NULL, 4, 0, false, TEXT_RIGHT, 13, "of a core", cpu, cpu_key, NULL },
    { "GC%", NULL, 3, 0, false, TEXT_RIGHT, 15, "share of the time in collections", gc, gc_key,
      NULL },
    { "REQ/S", NULL, 5, 0, false, TEXT_RIGHT, 14, "requests received per second", requests,
      requests_key, NULL },
    { "FLOOR", NULL, 5, 0, false, TEXT_RIGHT, 16, "heap after the last full collection",
      heap_floor, heap_floor_key, NULL },
    { "CLSW", NULL, 5, 0, false, TEXT_RIGHT, 17, "sockets only the peer has closed", close_wait,
      close_wait_key, NULL },
    { "HNDL", NULL, 5, 0, false, TEXT_RIGHT, 18, "libuv handles", handles, handles_key, NULL },
    { "FDS", NULL, 5, 0, false, TEXT_RIGHT, 19, "open descriptors", fds, fds_key, NULL },
    { "RTT", NULL, 5, 0, false, TEXT_RIGHT, 20, "time its answer took, in ms", round_trip,
      round_trip_key, NULL },
    { "RST", NULL, 3, 0, false, TEXT_RIGHT, 21, "restarts seen", restarts, restarts_key, NULL },
    { "TARGET", NULL, 21, 0, false, TEXT_LEFT, 10, "where it was asked", target, NULL, NULL },
    { "IDENT", NULL, 16, 0, false, TEXT_LEFT, 22, "host and process", ident, NULL, NULL },
    { "LABELS", NULL, 24, 0, false, TEXT_LEFT, 23, "of the target", labels, NULL, NULL },
};

const size_t columns_top_count = sizeof columns_top / sizeof columns_top[0];

/* ---- Sorting ------------------------------------------------------------------------ */

KEY(vital_key)
{
    enum vital vital = *(const enum vital *)user;

    return vitals[vital].counter ? rate_of(v, vital) : row_of(v)->last.v[vital];
}

size_t columns_find(const char *name)
{
    for (size_t i = 0; i < columns_top_count; i++) {
        const char *ascii = columns_top[i].ascii_title;

        if (name[0] != '\0' && (strcasecmp(columns_top[i].title, name) == 0 ||
                                (ascii != NULL && strcasecmp(ascii, name) == 0)))
            return i;
    }
    return columns_top_count;
}

bool columns_sort(const void **rows, size_t count, const char *name, bool reverse, double now_s)
{
    static const struct table_column by_vital = { .title = "", .key = vital_key };
    struct columns_context context = { now_s };
    enum vital vital;
    struct table table = { .columns = columns_top,
                           .count = columns_top_count,
                           .user = &context };
    size_t column = name != NULL ? columns_find(name) : COLUMNS_STATE;

    if (column == columns_top_count) {
        vital = vitals_find(name, strlen(name));
        if (vital == VITAL_NONE)
            return false;
        table = (struct table){ .columns = &by_vital, .count = 1, .user = &vital };
        column = 0;
    }
    table_sort(&table, rows, count, column, reverse);
    return true;
}

/* ---- Totals ------------------------------------------------------------------------- */

static bool add_part(struct buf *out, size_t from, const char *text)
{
    return out->len - from + strlen(text) <= 80 && buf_puts(out, text);
}

/* "  sockets 36 (+12/min)"; what nobody knows yet is not said. */
static void change_part(char part[64], const char *name, double now, double change)
{
    char value[UNITS_BYTES], more[UNITS_BYTES];

    units_count(value, now);
    units_change(more, change);
    snprintf(part, 64, isnan(change) ? "  %s %s" : "  %s %s (%s/min)", name, value, more);
}

void columns_totals(struct buf *out, const struct fleet_totals *t)
{
    char parts[4][64], heap_now[UNITS_BYTES], rss_now[UNITS_BYTES];
    size_t from = out->len;

    buf_printf(out, "%u up, %u down", t->up, t->down);
    if (t->missing > 0)
        buf_printf(out, ", %u missing", t->missing);
    if (t->blocked > 0)
        buf_printf(out, ", %u blocked", t->blocked);
    change_part(parts[0], "sockets", t->sockets, t->sockets_change);
    change_part(parts[1], "listeners", t->listeners, t->listeners_change);
    units_bytes(heap_now, t->heap_used_bytes);
    units_bytes(rss_now, t->rss_bytes);
    snprintf(parts[2], sizeof parts[2], "  heap %s", heap_now);
    snprintf(parts[3], sizeof parts[3], "  rss %s", rss_now);
    for (size_t i = 0; i < 4; i++) {
        if (!add_part(out, from, parts[i]))
            break;
    }
}
