/* SPDX-License-Identifier: MIT */
/* The peer of `GET /state`: bare libmicrohttpd in the same embedding (external epoll, our
 * own accept, MHD_add_connection, answered on the second call) and one shared response of
 * constant bytes, so that what differs is porthole's own work per request.
 *
 *     bare_mhd BYTES      prints its port, serves until it is killed
 */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <microhttpd.h>

#define MAX_BYTES (4L << 20)

enum source { LISTENER, DAEMON };

static struct MHD_Response *make_response(size_t size)
{
    char *body = malloc(size);
    struct MHD_Response *response;

    if (!body)
        return NULL;
    memset(body, 'x', size);
    response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
    if (response)
        MHD_add_response_header(response, "Content-Type", "application/json");
    return response;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    if (!*state) {
        *state = ctx; /* answered on the first call, the connection would be closed */
        return MHD_YES;
    }
    return MHD_queue_response(c, 200, ctx);
}

static int open_listener(uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) || listen(fd, SOMAXCONN) ||
        getsockname(fd, (struct sockaddr *)&address, &len))
        return -1;
    *port = ntohs(address.sin_port);
    return fd;
}

static bool watch(int epoll_fd, int fd, enum source source)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = source };

    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void accept_all(struct MHD_Daemon *daemon, int listener)
{
    for (;;) {
        struct sockaddr_storage address;
        socklen_t len = sizeof address;
        int fd =
            accept4(listener, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        MHD_add_connection(daemon, fd, (struct sockaddr *)&address, len);
    }
}

static void serve(struct MHD_Daemon *daemon, int listener, int epoll_fd)
{
    struct epoll_event events[8];

    for (;;) {
        MHD_UNSIGNED_LONG_LONG ms = 0;
        bool waits = MHD_get_timeout(daemon, &ms) == MHD_YES && ms < INT_MAX;
        int n = epoll_wait(epoll_fd, events, 8, waits ? (int)ms : -1);

        if (n < 0 && errno != EINTR)
            return;
        for (int i = 0; i < n; i++) {
            if (events[i].data.u32 == LISTENER)
                accept_all(daemon, listener);
        }
        MHD_run(daemon);
    }
}

static int run(size_t size)
{
    struct MHD_Response *response = make_response(size);
    const union MHD_DaemonInfo *info;
    struct MHD_Daemon *daemon;
    uint16_t port = 0;
    int listener = open_listener(&port), epoll_fd = epoll_create1(EPOLL_CLOEXEC);

    if (!response || listener < 0 || epoll_fd < 0)
        return 1;
    daemon =
        MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request,
                         response, MHD_OPTION_CONNECTION_LIMIT, 300u, MHD_OPTION_END);
    if (!daemon)
        return 1;
    info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info || !watch(epoll_fd, info->epoll_fd, DAEMON) ||
        !watch(epoll_fd, listener, LISTENER))
        return 1;
    printf("{\"port\":%u}\n", (unsigned)port);
    fflush(stdout);
    serve(daemon, listener, epoll_fd);
    return 1;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    long size = argc == 2 ? strtol(argv[1], &end, 10) : 0;

    if (size < 1 || size > MAX_BYTES || *end) {
        fprintf(stderr, "usage: bare_mhd BYTES\n");
        return 2;
    }
    if (run((size_t)size) != 0) {
        fprintf(stderr, "bare_mhd: cannot serve: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
