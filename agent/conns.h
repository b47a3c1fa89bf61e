/* SPDX-License-Identifier: MIT */
#ifndef PH_CONNS_H
#define PH_CONNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request.h"

/**
 * The open connections and their absolute deadlines. (libmicrohttpd's own timeout is one
 * of inactivity: one byte a second defeats it.)
 *
 * Threads: http thread, as all functions here.
 */
struct ph_conn {
    struct ph_conn *older, *newer; /* by last completed request */
    int fd;
    bool local; /* came by the unix socket, from a permitted user */
    bool busy;  /* an answer is being sent */
    bool cut;   /* shut down by us; about to be closed */
    uint64_t deadline_ns;
    uint64_t moving_ns, moved; /* since when its answer moves; bytes of it */

    /* The request's, from its beginning to its end. */
    void *server;                /* whose connection it is */
    void *handle;                /* libmicrohttpd's connection while it is suspended */
    struct ph_conn *waits_after; /* next in the list of suspended ones */
    struct ph_later *later;      /* to be dropped when the request ends; NULL: none */
    struct ph_reply reply;       /* once settled */
    bool settled, sent;          /* its reply is there; has been handed over */
    bool gone;                   /* the client has left while it waited */
};

struct ph_conns {
    struct ph_conn *oldest, *newest;
    size_t n;       /* not counting those cut */
    size_t closing; /* those cut and not removed yet */
    size_t max;
    uint64_t idle_ns, write_ns;
    uint64_t due_ns; /* no deadline is earlier; UINT64_MAX if none */
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

/** It may take until then. */
void ph_conns_extend(struct ph_conns *conns, struct ph_conn *conn, uint64_t until_ns);

/** So many bytes of its answer are out: it may take on, but not at less than
 *  PH_CONNS_LEAST_RATE on the whole, since what it reads is kept for it. `n` 0: at any pace. */
#define PH_CONNS_LEAST_RATE (64u * 1024) /* bytes per second */
void ph_conns_moved(struct ph_conns *conns, struct ph_conn *conn, size_t n, uint64_t now_ns);

/** Shut a connection down; libmicrohttpd notices and closes it. */
void ph_conns_cut(struct ph_conns *conns, struct ph_conn *conn);

#define PH_CONNS_KEPT_FREE 8u /* beyond `max`, for the process's own user */

/** Make room for one more by cutting the oldest idle connection. False if all are busy; a
 *  `local` one is let in all the same, so that clients who never read cannot lock out the
 *  one who comes to see what is going on. */
bool ph_conns_make_room(struct ph_conns *conns, bool local);

/** Cut whatever is past its deadline. */
void ph_conns_expire(struct ph_conns *conns, uint64_t now_ns);

#endif
