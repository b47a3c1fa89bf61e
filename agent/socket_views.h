/* SPDX-License-Identifier: MIT */
#ifndef PH_SOCKET_VIEWS_H
#define PH_SOCKET_VIEWS_H

#include <stdint.h>

#include "board.h"

/** How many sockets there are by what libuv and Node say, to be laid beside the kernel's
 *  figures. PORTHOLE_UNKNOWN where no thread tells. */
enum ph_view_kind { PH_VIEW_TCP, PH_VIEW_UDP, PH_VIEW_PIPE, PH_VIEW_KINDS };

struct ph_socket_views {
    uint64_t libuv[PH_VIEW_KINDS]; /* open handles */
    uint64_t node[PH_VIEW_KINDS];  /* active resources; unknown if a list of them was cut */
};

/**
 * Sum over all threads.
 *
 * @param scratch  to read tables into.
 *
 * Threads: tick thread.
 */
void ph_socket_views_read(struct ph_socket_views *views, struct porthole_thread *const *threads,
                          size_t n, struct ph_table_view *scratch);

#endif
