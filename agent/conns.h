/* SPDX-License-Identifier: MIT */
#ifndef PH_CONNS_H
#define PH_CONNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The open connections and their absolute deadlines. (libmicrohttpd's own timeout is one
 * of inactivity: one byte a second defeats it.)
 *
 * Threads: http thread, as all functions here.
 */
struct ph_conn {
    struct ph_conn *older, *newer;  /* by last completed request */
    int      fd;
    bool     local;                 /* came by the unix socket, from a permitted user */
    bool     busy;                  /* an answer is being sent */
    bool     cut;                   /* shut down by us; about to be closed */
    uint64_t deadline_ns;
};

struct ph_conns {
    struct ph_conn *oldest, *newest;
    size_t   n;                     /* not counting those cut */
    size_t   closing;               /* those cut and not removed yet */
    size_t   max;
    uint64_t idle_ns, write_ns;
    uint64_t due_ns;                /* no deadline is earlier; UINT64_MAX if none */
};

void ph_conns_init(struct ph_conns *conns, size_t max, uint64_t idle_ns, uint64_t write_ns);

/** Take a new connection into the list; NULL if memory is out. */
struct ph_conn *ph_conns_add(struct ph_conns *conns, int fd, bool local, uint64_t now_ns);

/** The connection is closed: forget and free it. */
void ph_conns_remove(struct ph_conns *conns, struct ph_conn *conn);

/** A complete request has come: from now on the client must read. */
void ph_conns_begin(struct ph_conns *conns, struct ph_conn *conn, uint64_t now_ns);

/** The answer is out: from now on the next request must come. */
void ph_conns_end(struct ph_conns *conns, struct ph_conn *conn, uint64_t now_ns);

/** Shut a connection down; libmicrohttpd notices and closes it. */
void ph_conns_cut(struct ph_conns *conns, struct ph_conn *conn);

/** Make room for one more by cutting the oldest idle connection. False if all are busy. */
bool ph_conns_make_room(struct ph_conns *conns);

/** Cut whatever is past its deadline. */
void ph_conns_expire(struct ph_conns *conns, uint64_t now_ns);

#endif
