/* SPDX-License-Identifier: MIT */
/*
 * cmd_ps: a table of what `discover` found.
 */
#include "cmd_ps.h"

#include "discover.h"
#include "exitcode.h"
#include "mem.h"
#include "render_json.h"
#include "sample.h"
#include "say.h"
#include "table.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

struct process {
    const struct discover_process *found;
    struct sample last;
};

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct process *process_of(const void *v)
{
    return v;
}

CELL(pid)
{
    (void)user;
    buf_printf(out, "%u", process_of(v)->found->pid);
}

CELL(service)
{
    const char *name = process_of(v)->last.service;

    (void)user;
    buf_puts(out, name[0] != '\0' ? name : "-");
}

CELL(state)
{
    const struct process *p = process_of(v);

    (void)user;
    if (!p->found->alive)
        buf_puts(out, "dead");
    else if (p->found->hung)
        buf_puts(out, "hung");
    else
        buf_puts(out, p->last.loop == SAMPLE_LOOP_BLOCKED ? "blocked" : "alive");
}

/* A living process has gone on since its last write. */
CELL(up)
{
    const struct process *p = process_of(v);
    char text[UNITS_BYTES];

    (void)user;
    units_age(text,
              p->last.v[VITAL_UPTIME] + (p->found->alive ? fmax(p->found->silent_s, 0) : 0));
    buf_puts(out, text);
}

CELL(rss)
{
    char text[UNITS_BYTES];

    (void)user;
    units_bytes(text, process_of(v)->last.v[VITAL_RSS]);
    buf_puts(out, text);
}

CELL(loop)
{
    const struct process *p = process_of(v);
    char text[UNITS_BYTES];

    (void)user;
    if (p->last.loop == SAMPLE_LOOP_BLOCKED && !isnan(p->last.v[VITAL_BLOCKED])) {
        units_ms(text, p->last.v[VITAL_BLOCKED]);
        buf_printf(out, "BLK %s", text);
    } else if (!isnan(p->last.v[VITAL_UTILIZATION])) {
        buf_printf(out, "%.0f%%", 100 * p->last.v[VITAL_UTILIZATION]);
    } else {
        buf_puts(out, "-");
    }
}

CELL(url)
{
    const struct discover_process *p = process_of(v)->found;

    (void)user;
    if (p->record.url[0] != '\0')
        buf_puts(out, p->record.url);
    else if (p->socket != NULL)
        buf_printf(out, "unix:%s", p->socket);
    else
        buf_puts(out, "-");
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "PID", NULL, 7, 0, true, TEXT_RIGHT, 0, NULL, pid, NULL, NULL },
    { "SERVICE", NULL, 7, 24, true, TEXT_LEFT, 0, NULL, service, NULL, NULL },
    { "STATE", NULL, 7, 0, true, TEXT_LEFT, 0, NULL, state, NULL, NULL },
    { "UP", NULL, 6, 0, true, TEXT_RIGHT, 0, NULL, up, NULL, NULL },
    { "RSS", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, rss, NULL, NULL },
    { "LOOP", NULL, 5, 0, true, TEXT_RIGHT, 0, NULL, loop, NULL, NULL },
    { "URL", NULL, 3, 120, true, TEXT_LEFT, 0, NULL, url, NULL, NULL },
};

static bool print_table(const struct process *processes, size_t count)
{
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .charset = say_charset() };
    const void **rows = mem_new(count, sizeof *rows);
    struct buf out = { 0 };
    bool good;

    for (size_t i = 0; i < count; i++)
        rows[i] = &processes[i];
    table_layout(&table, rows, count, 0);
    table_titles(&table, -1, &out);
    buf_puts(&out, "\n");
    for (size_t i = 0; i < count; i++) {
        table_row(&table, rows[i], &out);
        buf_puts(&out, "\n");
    }
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    free(rows);
    return good;
}

static bool print_text(const struct discover_list *list, bool gone)
{
    struct process *processes = mem_new(list->count, sizeof *processes);
    size_t count = 0;
    bool good;

    for (size_t i = 0; i < list->count; i++) {
        const struct discover_process *found = &list->items[i];
        struct process *p = &processes[count];

        if (!gone && !found->alive)
            continue;
        count++;
        p->found = found;
        if (found->record.document == NULL ||
            sample_read(found->record.document, found->record.length, &p->last) != CAUSE_NONE)
            sample_clear(&p->last);
    }
    good = print_table(processes, count);
    free(processes);
    return good;
}

static bool print_json(const struct discover_list *list, bool gone)
{
    struct buf out = { 0 };
    bool good;

    render_json_processes(&out, list, gone,
                          isatty(STDOUT_FILENO) == 1 ? RENDER_JSON_ASCII | RENDER_JSON_PRETTY
                                                     : 0);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

int cmd_ps(const struct opts *opts, char **arguments, int count)
{
    struct discover_list list;
    bool good;

    (void)arguments;
    (void)count;
    discover_all(&list);
    good = opts->json ? print_json(&list, opts->all) : print_text(&list, opts->all);
    discover_fini(&list);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}
