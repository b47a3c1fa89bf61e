/* SPDX-License-Identifier: MIT */
/* Owns which names of handles and resources stand for which sockets. */
#include "socket_views.h"

#include <string.h>

#include "porthole.h"

struct source {
    enum porthole_table table;
    struct {
        const char *name; /* NULL: no more */
        enum ph_view_kind kind;
    } known[6];
};

static const struct source libuv = {
    PORTHOLE_TABLE_HANDLES,
    { { "tcp", PH_VIEW_TCP }, { "udp", PH_VIEW_UDP }, { "pipe", PH_VIEW_PIPE } }
};

static const struct source node = { PORTHOLE_TABLE_RESOURCES,
                                    { { "TCPSocketWrap", PH_VIEW_TCP },
                                      { "TCPServerWrap", PH_VIEW_TCP },
                                      { "UDPWrap", PH_VIEW_UDP },
                                      { "PipeWrap", PH_VIEW_PIPE },
                                      { "PipeServerWrap", PH_VIEW_PIPE } } };

static void add(const struct ph_table_view *table, const struct source *source, uint64_t *sums)
{
    for (size_t i = 0; i < table->n; i++)
        for (size_t k = 0; source->known[k].name; k++)
            if (strcmp(source->known[k].name, table->row[i].name) == 0 &&
                table->row[i].value[0] != PORTHOLE_UNKNOWN)
                sums[source->known[k].kind] += table->row[i].value[0];
}

static void read_one(const struct source *source, struct porthole_thread *const *threads,
                     size_t n, struct ph_table_view *scratch, uint64_t *sums)
{
    bool told = false, cut = false;

    memset(sums, 0, PH_VIEW_KINDS * sizeof *sums);
    for (size_t i = 0; i < n; i++) {
        if (!ph_board_table(threads[i], source->table, scratch))
            continue;
        told = true;
        cut = cut || scratch->total > scratch->n;
        add(scratch, source, sums);
    }
    for (size_t i = 0; i < PH_VIEW_KINDS; i++)
        sums[i] = told && !cut ? sums[i] : PORTHOLE_UNKNOWN;
}

void ph_socket_views_read(struct ph_socket_views *views, struct porthole_thread *const *threads,
                          size_t n, struct ph_table_view *scratch)
{
    read_one(&libuv, threads, n, scratch, views->libuv);
    read_one(&node, threads, n, scratch, views->node);
}
