/* SPDX-License-Identifier: MIT */
/* Owns libmicrohttpd (no other file includes it) and the thread it runs on.
 *
 * The loop is ours: we accept, check the peer, keep absolute deadlines, and only then
 * hand the socket over. Measured against libmicrohttpd's own thread: a host that closes
 * our descriptors by mistake ends in a disabled agent instead of abort() or a spinning
 * thread, and one byte a second does not keep a connection open for ever. All calls into
 * libmicrohttpd happen on this thread. */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "accept.h"
#include "clock.h"
#include "conns.h"
#include "policy.h"
#include "porthole_wire.h"
#include "status.h"
#include "thread.h"

#define POOL_BYTES 10240        /* a connection's memory: 8 KiB of request head and change */
#define CLOSING_SLACK 64        /* cut connections that libmicrohttpd has not closed yet */
#define CACHED 4                /* prepared answers: one per format, and one to spare */
#define FIRST_STATE_NS PH_NS_PER_S
#define LONGEST_WAIT_MS 500     /* no wake-up comes once the host has closed our descriptors */

struct prepared {
    struct ph_blob *blob;       /* our reference */
    uint64_t age_s;
    struct MHD_Response *response;
};

struct ph_http {
    struct ph_http_env env;     /* immutable */
    pthread_t thread;
    int       wake_fd;          /* immutable; ends the loop */
    atomic_bool stopping;       /* atomic (release before the wake-up) */

    /* http thread only. */
    uint64_t  now_ns;           /* read once per turn of the loop, not per request */
    struct MHD_Daemon *daemon;
    int       epoll_fd;
    struct ph_acceptor acceptor;
    struct ph_conns conns;
    struct ph_conn *arriving;   /* during MHD_add_connection() */
    struct prepared prepared[CACHED];
    size_t    next_prepared;
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

/* ---- Answers ----------------------------------------------------------------------- */

static void drop_blob(void *blob)
{
    ph_blob_unref(blob);
}

static void add_headers(struct MHD_Response *response, const struct ph_reply *reply)
{
    char age[24];

    MHD_add_response_header(response, "Content-Type", reply->content_type);
    MHD_add_response_header(response, PORTHOLE_HEADER, PORTHOLE_VERSION);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (reply->allow)
        MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->status == 401)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer realm=\"porthole\"");
    if (reply->age_s != PH_NO_AGE) {
        snprintf(age, sizeof age, "%llu", (unsigned long long)reply->age_s);
        MHD_add_response_header(response, "Age", age);
    }
}

/* A response that owns the reply's reference on the body, or NULL. */
static struct MHD_Response *make_response(const struct ph_reply *reply)
{
    struct MHD_Response *response;

    if (!reply->body)
        return NULL;
    response = MHD_create_response_from_buffer_with_free_callback_cls(
        reply->body->len, reply->body->bytes, drop_blob, reply->body);
    if (response)
        add_headers(response, reply);
    else
        ph_blob_unref(reply->body);
    return response;
}

static void forget(struct prepared *p)
{
    if (p->response)
        MHD_destroy_response(p->response);
    ph_blob_unref(p->blob);
    *p = (struct prepared){ 0 };
}

/* Between two ticks everybody gets the same response object: headers and body are built
 * once (90,000 instead of 81,000 answers a second, measured). */
static struct MHD_Response *shared_response(struct ph_http *h, const struct ph_reply *reply)
{
    struct prepared *p;

    for (size_t i = 0; i < CACHED; i++) {
        p = &h->prepared[i];
        if (p->blob == reply->body && p->age_s == reply->age_s && p->response) {
            ph_blob_unref(reply->body);
            return p->response;
        }
    }
    p = &h->prepared[h->next_prepared];
    h->next_prepared = (h->next_prepared + 1) % CACHED;
    forget(p);
    p->response = make_response(reply);
    p->blob = p->response ? ph_blob_ref(reply->body) : NULL;
    p->age_s = reply->age_s;
    return p->response;
}

static enum MHD_Result send_reply(struct ph_http *h, struct MHD_Connection *c,
                                  const struct ph_reply *reply)
{
    struct MHD_Response *response =
        reply->shared ? shared_response(h, reply) : make_response(reply);
    enum MHD_Result rc;

    if (!response)
        return MHD_NO; /* memory is out: close the connection */
    rc = MHD_queue_response(c, reply->status, response);
    if (!reply->shared)
        MHD_destroy_response(response);
    return rc;
}

/* ---- Policy ------------------------------------------------------------------------ */

static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    struct ph_head *head = ctx;

    (void)kind;
    value = value ? value : "";
    if (strlen(name) != name_size || (value_size && strlen(value) != value_size))
        head->has_nul = true;
    ph_policy_see(head, name, value);
    return MHD_YES;
}

static void read_head(struct MHD_Connection *c, struct ph_head *head)
{
    head->accept = "";
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, see_header, head);
}

/* Queueing an answer here, on the handler's first call, makes libmicrohttpd close the
 * connection afterwards: what we want for refusals. */
static enum MHD_Result admit(struct ph_http *h, struct MHD_Connection *c, bool local,
                             const char *url, const char *method)
{
    struct ph_reply reply = { .age_s = PH_NO_AGE };
    struct ph_head head = { .method = method, .url = url, .local = local };

    read_head(c, &head);
    if (ph_policy_refuses(&head, &h->env.routes.settings->config, &reply))
        return send_reply(h, c, &reply);
    return MHD_YES;
}

/* ---- libmicrohttpd's callbacks ----------------------------------------------------- */

static const char *query(const struct ph_request *request, const char *name)
{
    const char *value = NULL;
    size_t size = 0;

    if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &size) != MHD_YES)
        return NULL;
    return value ? value : "";
}

static enum MHD_Result answer(struct ph_http *h, struct MHD_Connection *c, bool local,
                              const char *url)
{
    const struct ph_route *route = ph_route_find(url);
    struct ph_request request = { .path = url, .query = query, .connection = c };
    struct ph_reply reply = { .age_s = PH_NO_AGE };
    struct ph_head head = { .url = url, .local = local, .accept = "" };
    bool open = route && route->access == PH_ACCESS_OPEN;

    /* The headers were read once to admit the request; again only if they matter. */
    if (h->env.routes.settings->config.token || (route && route->negotiates))
        read_head(c, &head);
    request.accept = head.accept;
    if (!ph_policy_may_see(&head, &h->env.routes.settings->config, open))
        ph_reply_error(&reply, 401, "unauthorized", "a bearer token is needed for", url);
    else if (!route)
        ph_reply_error(&reply, 404, "not-found", "there is no", url);
    else
        route->answer(&h->env.routes, &request, &reply);
    return send_reply(h, c, &reply);
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
        return admit(h, c, conn->local, url, method);
    }
    atomic_fetch_add_explicit(&h->env.cost->requests, 1, memory_order_relaxed);
    return answer(h, c, conn->local, url);
}

static void on_completed(void *ctx, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct ph_http *h = ctx;

    (void)c;
    (void)why;
    if (*state)
        ph_conns_end(&h->conns, *state, h->now_ns);
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

    if (ph_conns_make_room(&h->conns))
        conn = ph_conns_add(&h->conns, a->fd, a->local, h->now_ns);
    if (!conn) {
        close(a->fd);
        return;
    }
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
    ms = due == UINT64_MAX ? UINT64_MAX : due > now ? (due - now) / PH_NS_PER_MS + 1 : 0;
    if (MHD_get_timeout(h->daemon, &daemon_ms) == MHD_YES && daemon_ms < ms)
        ms = daemon_ms;
    return ms < LONGEST_WAIT_MS ? (int)ms : LONGEST_WAIT_MS;
}

static void dispatch(struct ph_http *h, const struct epoll_event *events, int n)
{
    for (int i = 0; i < n; i++)
        if (events[i].data.u32 == PH_ARRIVAL_TCP || events[i].data.u32 == PH_ARRIVAL_UNIX)
            accept_all(h, events[i].data.u32);
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
        MHD_run(h->daemon);
        ph_conns_expire(&h->conns, h->now_ns);
        ph_acceptor_tend(&h->acceptor, h->now_ns, h->conns.n == 0);
        atomic_store_explicit(&h->env.cost->http_bytes,
                              h->conns.n * (POOL_BYTES + sizeof(struct ph_conn)),
                              memory_order_relaxed);
    }
}

/* What wakes the loop without being an arrival: MHD_run() and the flag tell the rest. */
static bool watch(const struct ph_http *h, int fd)
{
    struct epoll_event event = { .events = EPOLLIN };

    return epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_daemon(struct ph_http *h)
{
    const struct porthole_config *config = &h->env.routes.settings->config;
    const union MHD_DaemonInfo *info;

    MHD_set_panic_func(panic, NULL);
    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request, h,
        MHD_OPTION_CONNECTION_LIMIT, config->max_connections + CLOSING_SLACK,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
    if (!h->daemon)
        return false;
    info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return watch(h, info->epoll_fd) && watch(h, h->wake_fd);
}

static void close_daemon(struct ph_http *h)
{
    for (size_t i = 0; i < CACHED; i++)
        forget(&h->prepared[i]);
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

/* libmicrohttpd writes Date headers with gmtime_r(), whose first call in a process reads
 * TZ from the environment. Let that happen here, on the thread of the host that changes
 * the environment, and not on ours while it does so. */
static void settle_time_zone(void)
{
    time_t epoch = 0;
    struct tm tm;

    (void)gmtime_r(&epoch, &tm);
}

static void destroy(struct ph_http *h)
{
    if (h->epoll_fd >= 0)
        close(h->epoll_fd);
    if (h->wake_fd >= 0)
        close(h->wake_fd);
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
    settle_time_zone();
    h->env = *env;
    ph_conns_init(&h->conns, config->max_connections, config->idle_ms * PH_NS_PER_MS,
                  config->write_ms * PH_NS_PER_MS);
    h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    h->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (h->wake_fd < 0 || h->epoll_fd < 0 || !open_daemon(h))
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

/* Should the host have closed our eventfd and got its number for a file of its own, that
 * file must not receive a wake-up; the thread has ended by itself then. Only anonymous
 * inodes have no file type. */
static void wake(int fd)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == 0)
        (void)eventfd_write(fd, 1);
}

void ph_http_stop(struct ph_http *h)
{
    if (!h)
        return;
    atomic_store_explicit(&h->stopping, true, memory_order_release);
    wake(h->wake_fd);
    pthread_join(h->thread, NULL);
    destroy(h);
}

pthread_t ph_http_thread(const struct ph_http *h)
{
    return h->thread;
}
