/* SPDX-License-Identifier: MIT */
/*
 * sdout: what a record says is its writer's, so its URL passes the grammar of targets before
 * anybody is sent there.
 */
#include "sdout.h"

#include "discover.h"
#include "jsontext.h"
#include "mem.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Places --------------------------------------------------------------------------- */

/* Who listens everywhere is found by the name of this machine, from others as well. */
static bool cut_wildcard(const char **address, char host[128])
{
    static const char *const wildcards[] = { "0.0.0.0:", "[::]:" };

    for (size_t i = 0; i < sizeof wildcards / sizeof wildcards[0]; i++) {
        size_t len = strlen(wildcards[i]);

        if (strncmp(*address, wildcards[i], len) == 0 && gethostname(host, 127) == 0) {
            host[127] = '\0';
            *address += len - 1;
            return true;
        }
    }
    return false;
}

static void set_address(struct sdout_place *place, const char *origin)
{
    const char *address = strstr(origin, "://");
    char host[128] = "";

    if (address == NULL)
        return;
    address += strlen("://");
    cut_wildcard(&address, host);
    snprintf(place->address, sizeof place->address, "%s%s", host, address);
    if (strncmp(origin, "https:", 6) == 0)
        labels_set(&place->labels, "__scheme__", "https");
}

static void name_process(struct labels *labels, const struct discover_process *process)
{
    const struct record *record = &process->record;
    struct sample last;
    char pid[16];

    snprintf(pid, sizeof pid, "%u", process->pid);
    labels_set(labels, "pid", pid);
    if (record->document == NULL ||
        sample_read(record->document, record->length, &last) != CAUSE_NONE)
        return;
    {
        const char *const known[][2] = { { "service", last.service },
                                         { "component", last.component },
                                         { "version", last.version },
                                         { "ident", last.ident } };

        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            if (known[i][1][0] != '\0' && labels_get(labels, known[i][0]) == NULL)
                labels_set(labels, known[i][0], known[i][1]);
        }
    }
}

static const struct discover_process *process_of(const struct discover_list *local,
                                                 const struct target *target)
{
    for (size_t i = 0; i < local->count; i++) {
        const struct discover_process *p = &local->items[i];

        if (p->alive && p->socket != NULL && strcmp(p->socket, target->socket) == 0)
            return p;
    }
    return NULL;
}

static void find_published(struct sdout_place *place, const struct discover_list *local)
{
    const struct discover_process *process = process_of(local, place->target);
    struct target_list published = { .kang = false };
    struct target_error error;

    if (process == NULL)
        return;
    if (process->record.url[0] != '\0' &&
        target_add_network(&published, process->record.url, &error) && published.count == 1)
        set_address(place, published.items[0].origin);
    name_process(&place->labels, process);
    target_fini(&published);
}

static bool has_sockets(const struct target_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].socket != NULL)
            return true;
    }
    return false;
}

void sdout_find(struct sdout *out, const struct target_list *list)
{
    struct discover_list local = { 0 };

    out->items = mem_new(list->count, sizeof *out->items);
    out->count = list->count;
    if (has_sockets(list))
        discover_all(&local);
    for (size_t i = 0; i < list->count; i++) {
        struct sdout_place *place = &out->items[i];

        place->target = &list->items[i];
        labels_inherit(&place->labels, &place->target->labels);
        if (place->target->socket != NULL)
            find_published(place, &local);
        else
            set_address(place, place->target->origin);
    }
    discover_fini(&local);
}

void sdout_fini(struct sdout *out)
{
    for (size_t i = 0; i < out->count; i++)
        labels_fini(&out->items[i].labels);
    free(out->items);
    *out = (struct sdout){ 0 };
}

/* ---- The document --------------------------------------------------------------------- */

static void write_place(struct buf *to, const struct sdout_place *place)
{
    buf_puts(to, "{\"targets\":[");
    jsontext_string(to, place->address);
    buf_puts(to, "],\"labels\":{");
    for (size_t i = 0; i < place->labels.count; i++) {
        buf_puts(to, i > 0 ? "," : "");
        jsontext_string(to, place->labels.items[i].name);
        buf_puts(to, ":");
        jsontext_string(to, place->labels.items[i].value);
    }
    buf_puts(to, "}}");
}

void sdout_write(struct buf *to, const struct sdout *out)
{
    bool any = false;

    buf_puts(to, "[");
    for (size_t i = 0; i < out->count; i++) {
        if (out->items[i].address[0] == '\0')
            continue;
        buf_puts(to, any ? ",\n" : "\n");
        write_place(to, &out->items[i]);
        any = true;
    }
    buf_puts(to, any ? "\n]\n" : "]\n");
}
