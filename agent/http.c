/* SPDX-License-Identifier: MIT */
/* Owns the thread that libmicrohttpd runs on; all calls into it happen there. What waits for
 * its answer is suspended here. The loop is ours: we accept, check the peer, keep absolute
 * deadlines, and only then hand the socket over. Measured against libmicrohttpd's own thread:
 * a host that closes our descriptors by mistake ends in a disabled agent instead of abort() or
 * a spinning thread, and one byte a second does not keep a connection open for ever. */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "accept.h"
#include "clock.h"
#include "conns.h"
#include "http_head.h"
#include "http_reply.h"
#include "pipe.h"
#include "policy.h"
#include "status.h"
#include "thread.h"

#define POOL_BYTES 10240 /* a connection's memory: 8 KiB of request head and change */
#define CLOSING_SLACK 64 /* cut connections that libmicrohttpd has not closed yet */
#define FIRST_STATE_NS PH_NS_PER_S
#define STREAM_PATIENCE_NS (120 * PH_NS_PER_S) /* for the next bytes of a stream */
#define LONGEST_WAIT_MS 500 /* no wake-up comes once the host has closed our descriptors */

struct ph_http {
    struct ph_http_env env; /* immutable */
    pthread_t thread;
    atomic_bool stopping; /* atomic (release before the wake-up) */

    /* http thread only. */
    uint64_t now_ns; /* read once per turn of the loop, not per request */
    struct MHD_Daemon *daemon;
    int epoll_fd;
    struct ph_acceptor acceptor;
    struct ph_conns conns;
    struct ph_conn *arriving; /* during MHD_add_connection() */
    struct ph_conn *waiting;  /* the suspended ones */
    struct ph_prepared_cache prepared;
};

/* libmicrohttpd wants to abort the process: end this thread instead. The host lives on
 * without its window; what the daemon held is lost. */
static void panic(void *ctx, const char *file, unsigned line, const char *reason)
{
    (void)ctx;
    (void)file;
    (void)line;
    (void)reason;
    pthread_exit(NULL);
}

/* ---- Waiting ----------------------------------------------------------------------- */

/* libmicrohttpd does not look at a suspended connection: whether its client leaves is for us
 * to notice. The number is told apart from those of ph_arrival by its upper half. */
#define HANGUP_BIT (UINT64_C(1) << 32)
#define BELL_BIT (UINT64_C(1) << 33)

static void suspend(struct ph_http *h, struct ph_conn *conn)
{
    /* TCP cannot tell who has closed from who only sends no more; EPOLLHUP always comes. */
    struct epoll_event event = { .events = conn->local ? 0 : EPOLLRDHUP,
                                 .data.u64 = HANGUP_BIT | (uint32_t)conn->fd };

    (void)epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, conn->fd, &event);
    conn->waits_after = h->waiting;
    h->waiting = conn;
    MHD_suspend_connection(conn->handle);
}

/* The caller has taken it out of the list. */
static void resume(struct ph_http *h, struct ph_conn *conn)
{
    (void)epoll_ctl(h->epoll_fd, EPOLL_CTL_DEL, conn->fd, NULL);
    MHD_resume_connection(conn->handle);
}

static void on_moved(void *ctx, size_t n)
{
    struct ph_conn *conn = ctx;
    struct ph_http *h = conn->server;

    ph_conns_moved(&h->conns, conn, n, h->now_ns);
}

static void on_dry(void *ctx)
{
    struct ph_conn *conn = ctx;
    struct ph_http *h = conn->server;

    ph_conns_extend(&h->conns, conn, h->now_ns + STREAM_PATIENCE_NS);
    suspend(h, conn);
}

/* May the connection go on: its answer is there, its stream has bytes, its client is gone? */
static bool is_due(struct ph_http *h, struct ph_conn *conn)
{
    if (conn->gone || conn->cut || !conn->later)
        return true;
    if (conn->settled)
        return ph_pipe_is_ready(conn->reply.pipe);
    conn->reply = (struct ph_reply){ .age_s = PH_NO_AGE };
    conn->settled = conn->later->settle(conn->later, h->now_ns, &conn->reply);
    if (!conn->settled)
        ph_conns_extend(&h->conns, conn, conn->later->due_ns + h->conns.write_ns);
    return conn->settled;
}

static void tend_waiting(struct ph_http *h)
{
    struct ph_conn *due = NULL, **link = &h->waiting;

    while (*link) {
        struct ph_conn *conn = *link;

        if (!is_due(h, conn)) {
            link = &conn->waits_after;
            continue;
        }
        *link = conn->waits_after;
        conn->waits_after = due;
        due = conn;
    }
    for (; due; due = due->waits_after)
        resume(h, due);
}

static void note_hangup(struct ph_http *h, int fd)
{
    for (struct ph_conn *conn = h->waiting; conn; conn = conn->waits_after)
        conn->gone |= conn->fd == fd;
}

/* The request is over, answered or not. */
static void end_request(struct ph_conn *conn)
{
    if (conn->later)
        conn->later->drop(conn->later);
    if (conn->settled && !conn->sent) {
        ph_blob_unref(conn->reply.body);
        ph_pipe_unref(conn->reply.pipe);
        if (conn->reply.feed)
            conn->reply.feed->drop(conn->reply.feed);
    }
    conn->later = NULL;
    conn->settled = conn->sent = conn->gone = false;
    conn->reply = (struct ph_reply){ .age_s = PH_NO_AGE };
}

/* ---- Answers ----------------------------------------------------------------------- */

static enum MHD_Result send_reply(struct ph_http *h, struct MHD_Connection *c,
                                  struct ph_conn *conn, const struct ph_reply *reply)
{
    struct ph_stream_ops ops = { .moved = on_moved, .dry = on_dry, .ctx = conn };

    conn->handle = c;
    return ph_http_send(&h->prepared, c, reply, &ops);
}

/* ---- Policy ------------------------------------------------------------------------ */

/* Queueing an answer here, on the handler's first call, makes libmicrohttpd close the
 * connection afterwards: what we want for refusals. */
static enum MHD_Result admit(struct ph_http *h, struct MHD_Connection *c, struct ph_conn *conn,
                             const char *url, const char *method)
{
    struct ph_reply reply = { .age_s = PH_NO_AGE };
    struct ph_head head = { .method = method, .url = url, .local = conn->local };

    ph_http_read_head(c, &head);
    if (ph_policy_refuses(&head, &h->env.routes.settings->config, &reply))
        return send_reply(h, c, conn, &reply);
    return MHD_YES;
}

/* ---- libmicrohttpd's callbacks ----------------------------------------------------- */

static void ask_route(struct ph_http *h, const struct ph_route *route,
                      const struct ph_request *request, struct ph_reply *reply)
{
    if (!route) {
        ph_reply_error(reply, 404, "not-found", "there is no", request->path);
    } else if (route->works && request->head_only) {
        ph_reply_error(reply, 405, "method-not-allowed", "HEAD cannot be answered for",
                       request->path);
        reply->allow = "GET";
    } else {
        route->answer(&h->env.routes, request, reply);
    }
}

/* The third call for a request that has waited: its answer is there, or nobody to read it. */
static enum MHD_Result answer_late(struct ph_http *h, struct MHD_Connection *c,
                                   struct ph_conn *conn)
{
    if (!conn->settled)
        return MHD_NO;
    conn->sent = true;
    ph_conns_extend(&h->conns, conn, h->now_ns + h->conns.write_ns);
    return send_reply(h, c, conn, &conn->reply);
}

static enum MHD_Result answer(struct ph_http *h, struct MHD_Connection *c, struct ph_conn *conn,
                              const char *url, const char *method)
{
    const struct porthole_config *config = &h->env.routes.settings->config;
    const struct ph_route *route = ph_route_find(url);
    struct ph_request request = { .path = url, .query = ph_http_query, .connection = c };
    struct ph_reply reply = { .age_s = PH_NO_AGE };
    struct ph_head head = { .url = url, .local = conn->local, .accept = "" };

    /* The headers were read once to admit the request; again only if they matter. */
    if (config->token || (route && route->negotiates))
        ph_http_read_head(c, &head);
    request.accept = head.accept;
    request.head_only = strcmp(method, "HEAD") == 0;
    if (ph_policy_may_see(&head, config, route ? route->access : PH_ACCESS_TOKEN, &reply))
        ask_route(h, route, &request, &reply);
    if (!reply.later)
        return send_reply(h, c, conn, &reply);
    conn->later = reply.later;
    conn->handle = c;
    if (is_due(h, conn)) /* nobody could be asked: nobody will ring */
        return answer_late(h, c, conn);
    suspend(h, conn);
    return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct ph_http *h = ctx;
    struct ph_conn *conn = info ? info->socket_context : NULL;

    (void)version;
    (void)upload;
    if (!conn || *upload_size)
        return MHD_NO;
    if (!*state) { /* the head is in; answered on the second call, see DESIGN.md 5 */
        *state = conn;
        ph_conns_begin(&h->conns, conn, h->now_ns);
        return admit(h, c, conn, url, method);
    }
    if (conn->later)
        return answer_late(h, c, conn);
    atomic_fetch_add_explicit(&h->env.cost->requests, 1, memory_order_relaxed);
    return answer(h, c, conn, url, method);
}

static void on_completed(void *ctx, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct ph_http *h = ctx;

    (void)c;
    (void)why;
    if (*state) {
        end_request(*state);
        ph_conns_end(&h->conns, *state, h->now_ns);
    }
    *state = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct ph_http *h = ctx;

    (void)c;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = h->arriving;
        h->arriving = NULL;
    } else if (*socket_context) {
        ph_conns_remove(&h->conns, *socket_context);
        *socket_context = NULL;
    }
}

/* ---- Arrivals ---------------------------------------------------------------------- */

static void hand_over(struct ph_http *h, const struct ph_arrival *a)
{
    struct ph_conn *conn = NULL;

    if (ph_conns_make_room(&h->conns, a->local))
        conn = ph_conns_add(&h->conns, a->fd, a->local, h->now_ns);
    if (!conn) {
        close(a->fd);
        return;
    }
    conn->server = h;
    h->arriving = conn;
    MHD_add_connection(h->daemon, a->fd, (const struct sockaddr *)&a->address, a->len);
    if (h->arriving) { /* never taken over; the descriptor is closed already */
        h->arriving = NULL;
        ph_conns_remove(&h->conns, conn);
    }
}

static void accept_all(struct ph_http *h, uint32_t source)
{
    struct ph_arrival arrival;

    /* Each may push out another: let libmicrohttpd close those before it has too many. What
     * is left waiting is reported again. */
    while (h->conns.closing < CLOSING_SLACK && ph_acceptor_next(&h->acceptor, source, &arrival))
        hand_over(h, &arrival);
}

/* ---- The loop ---------------------------------------------------------------------- */

static int timeout_ms(struct ph_http *h)
{
    uint64_t due = h->conns.due_ns, now = h->now_ns, ms;
    MHD_UNSIGNED_LONG_LONG daemon_ms;

    if (h->acceptor.resume_ns && h->acceptor.resume_ns < due)
        due = h->acceptor.resume_ns;
    for (const struct ph_conn *conn = h->waiting; conn; conn = conn->waits_after)
        if (conn->later && !conn->settled && conn->later->due_ns < due)
            due = conn->later->due_ns;
    ms = due == UINT64_MAX ? UINT64_MAX : due > now ? (due - now) / PH_NS_PER_MS + 1 : 0;
    if (MHD_get_timeout(h->daemon, &daemon_ms) == MHD_YES && daemon_ms < ms)
        ms = daemon_ms;
    return ms < LONGEST_WAIT_MS ? (int)ms : LONGEST_WAIT_MS;
}

static void dispatch(struct ph_http *h, const struct epoll_event *events, int n)
{
    for (int i = 0; i < n; i++) {
        uint64_t what = events[i].data.u64;

        if (what & HANGUP_BIT)
            note_hangup(h, (int)(uint32_t)what);
        else if (what & BELL_BIT)
            ph_bell_quiet(h->env.bell);
        else if (what == PH_ARRIVAL_TCP || what == PH_ARRIVAL_UNIX)
            accept_all(h, (uint32_t)what);
    }
}

/* Connections, and the copies of objects that are kept. */
static void tell_cost(struct ph_http *h)
{
    size_t conns = h->conns.n * (POOL_BYTES + sizeof(struct ph_conn));
    size_t copies = ph_shelf_bytes(&h->env.routes.roundups->shelf);

    atomic_store_explicit(&h->env.cost->http_bytes, conns + copies, memory_order_relaxed);
}

static void serve(struct ph_http *h)
{
    struct epoll_event events[8];

    while (!atomic_load_explicit(&h->stopping, memory_order_acquire)) {
        int n = epoll_wait(h->epoll_fd, events, 8, timeout_ms(h));

        if (n < 0 && errno != EINTR)
            return; /* the host closed our epoll: disabled, without a fuss */
        h->now_ns = ph_clock_ns();
        dispatch(h, events, n);
        tend_waiting(h);
        MHD_run(h->daemon);
        ph_conns_expire(&h->conns, h->now_ns);
        ph_acceptor_tend(&h->acceptor, h->now_ns, h->conns.n == 0);
        tell_cost(h);
    }
}

/* What wakes the loop without being an arrival: MHD_run() and the flags tell the rest. */
static bool watch(const struct ph_http *h, int fd, uint64_t what)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = what };

    return epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_daemon(struct ph_http *h)
{
    const struct porthole_config *config = &h->env.routes.settings->config;
    const union MHD_DaemonInfo *info;

    MHD_set_panic_func(panic, NULL);
    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        on_request, h, MHD_OPTION_CONNECTION_LIMIT, config->max_connections + CLOSING_SLACK,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
        MHD_OPTION_UNESCAPE_CALLBACK, ph_http_unescape, NULL, MHD_OPTION_END);
    if (!h->daemon)
        return false;
    info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return watch(h, info->epoll_fd, 0) && watch(h, h->env.bell->fd, BELL_BIT);
}

static void close_daemon(struct ph_http *h)
{
    ph_prepared_forget_all(&h->prepared);
    while (h->waiting) { /* libmicrohttpd would end the process over a suspended one */
        struct ph_conn *conn = h->waiting;

        h->waiting = conn->waits_after;
        conn->gone = true;
        resume(h, conn);
    }
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    h->daemon = NULL;
}

/* The loop has ended by itself: clients shall be refused, not left waiting. */
static void refuse(int listener)
{
    int listening = 0;
    socklen_t len = sizeof listening;

    if (getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening)
        shutdown(listener, SHUT_RDWR);
}

static void *run(void *arg)
{
    struct ph_http *h = arg;

    /* Never answer before there is something to answer with. */
    ph_published_unref(ph_current_await(h->env.routes.current, 0, FIRST_STATE_NS));
    ph_acceptor_init(&h->acceptor, h->epoll_fd, h->env.tcp_fd, h->env.unix_fd);
    serve(h);
    if (!atomic_load_explicit(&h->stopping, memory_order_acquire)) {
        refuse(h->env.tcp_fd);
        refuse(h->env.unix_fd);
    }
    close_daemon(h);
    ph_acceptor_fini(&h->acceptor);
    return NULL;
}

static void destroy(struct ph_http *h)
{
    if (h->epoll_fd >= 0)
        close(h->epoll_fd);
    free(h);
}

enum porthole_status ph_http_start(const struct ph_http_env *env, struct ph_http **out,
                                   porthole_error *err)
{
    const struct porthole_config *config = &env->routes.settings->config;
    struct ph_http *h = calloc(1, sizeof *h);
    enum porthole_status rc = PORTHOLE_ESYSTEM;

    if (!h)
        return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
    ph_clock_settle_time_zone(); /* libmicrohttpd writes Date headers with gmtime_r() */
    h->env = *env;
    ph_conns_init(&h->conns, config->max_connections, config->idle_ms * PH_NS_PER_MS,
                  config->write_ms * PH_NS_PER_MS);
    h->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (h->epoll_fd < 0 || !open_daemon(h))
        ph_fail(err, rc, "cannot start the HTTP server: %s", ph_errno_text(errno));
    else
        rc = ph_thread_start(&h->thread, "porthole-http", run, h, err);
    if (rc) {
        close_daemon(h);
        destroy(h);
        return rc;
    }
    *out = h;
    return PORTHOLE_OK;
}

void ph_http_stop(struct ph_http *h)
{
    if (!h)
        return;
    atomic_store_explicit(&h->stopping, true, memory_order_release);
    ph_bell_ring(h->env.bell);
    pthread_join(h->thread, NULL);
    destroy(h);
}

pthread_t ph_http_thread(const struct ph_http *h)
{
    return h->thread;
}
