/* SPDX-License-Identifier: MIT */
/* Owns the list of connections: who is idle for longest, and whose time is up. Never
 * closes a descriptor: that is libmicrohttpd's. */
#include "conns.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "clock.h"
#include "ownfds.h"

void ph_conns_init(struct ph_conns *conns, size_t max, uint64_t idle_ns, uint64_t write_ns)
{
    *conns = (struct ph_conns){
        .max = max, .idle_ns = idle_ns, .write_ns = write_ns, .due_ns = UINT64_MAX
    };
}

static void link_newest(struct ph_conns *conns, struct ph_conn *conn)
{
    conn->newer = NULL;
    conn->older = conns->newest;
    if (conns->newest)
        conns->newest->newer = conn;
    else
        conns->oldest = conn;
    conns->newest = conn;
}

static void unlink_conn(struct ph_conns *conns, struct ph_conn *conn)
{
    if (conn->older)
        conn->older->newer = conn->newer;
    else
        conns->oldest = conn->newer;
    if (conn->newer)
        conn->newer->older = conn->older;
    else
        conns->newest = conn->older;
}

static void set_deadline(struct ph_conns *conns, struct ph_conn *conn, uint64_t at_ns)
{
    conn->deadline_ns = at_ns;
    if (at_ns < conns->due_ns)
        conns->due_ns = at_ns;
}

struct ph_conn *ph_conns_add(struct ph_conns *conns, int fd, bool local, uint64_t now_ns)
{
    struct ph_conn *conn = calloc(1, sizeof *conn);

    if (!conn)
        return NULL;
    conn->fd = fd;
    conn->local = local;
    ph_ownfds_add(fd);
    link_newest(conns, conn);
    set_deadline(conns, conn, now_ns + conns->idle_ns);
    conns->n++;
    return conn;
}

void ph_conns_remove(struct ph_conns *conns, struct ph_conn *conn)
{
    unlink_conn(conns, conn);
    ph_ownfds_drop(conn->fd); /* libmicrohttpd says so before it closes it */
    if (conn->cut)
        conns->closing--;
    else
        conns->n--;
    free(conn);
}

void ph_conns_begin(struct ph_conns *conns, struct ph_conn *conn, uint64_t now_ns)
{
    conn->busy = true;
    conn->moved = 0;
    set_deadline(conns, conn, now_ns + conns->write_ns);
}

void ph_conns_end(struct ph_conns *conns, struct ph_conn *conn, uint64_t now_ns)
{
    conn->busy = false;
    set_deadline(conns, conn, now_ns + conns->idle_ns);
    if (conns->newest != conn) {
        unlink_conn(conns, conn);
        link_newest(conns, conn);
    }
}

void ph_conns_extend(struct ph_conns *conns, struct ph_conn *conn, uint64_t until_ns)
{
    set_deadline(conns, conn, until_ns);
}

void ph_conns_moved(struct ph_conns *conns, struct ph_conn *conn, size_t n, uint64_t now_ns)
{
    uint64_t until_ns = now_ns + conns->write_ns, least_ns;

    if (!conn->moved)
        conn->moving_ns = now_ns;
    conn->moved += n;
    least_ns =
        conn->moving_ns + conns->write_ns + conn->moved / PH_CONNS_LEAST_RATE * PH_NS_PER_S;
    set_deadline(conns, conn, n && least_ns < until_ns ? least_ns : until_ns);
}

void ph_conns_cut(struct ph_conns *conns, struct ph_conn *conn)
{
    if (conn->cut)
        return;
    conn->cut = true;
    conns->n--;
    conns->closing++;
    shutdown(conn->fd, SHUT_RDWR);
}

bool ph_conns_make_room(struct ph_conns *conns, bool local)
{
    if (conns->n < conns->max)
        return true;
    for (struct ph_conn *c = conns->oldest; c; c = c->newer) {
        if (c->busy || c->cut)
            continue;
        ph_conns_cut(conns, c);
        return true;
    }
    return local && conns->n < conns->max + PH_CONNS_KEPT_FREE;
}

void ph_conns_expire(struct ph_conns *conns, uint64_t now_ns)
{
    if (now_ns < conns->due_ns)
        return;
    conns->due_ns = UINT64_MAX;
    for (struct ph_conn *c = conns->oldest; c; c = c->newer) {
        if (c->cut)
            continue;
        if (c->deadline_ns <= now_ns)
            ph_conns_cut(conns, c);
        else if (c->deadline_ns < conns->due_ns)
            conns->due_ns = c->deadline_ns;
    }
}
