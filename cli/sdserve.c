/* SPDX-License-Identifier: MIT */
/*
 * sdserve: libmicrohttpd driven by our own loop. The socket is ours, so that what is wrong
 * with it can be told.
 */
#include "sdserve.h"

#include "exitcode.h"
#include "mem.h"
#include "text.h"
#include "units.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 64u
#define IDLE_S 10u
#define STEP_MS 1000.0

struct sdserve {
    struct MHD_Daemon *daemon;
    const struct buf *(*content)(void *user);
    void *user;
    char url[128];
};

/* ---- Answers -------------------------------------------------------------------------- */

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status,
                                 const char *text, size_t len)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status,
                              const char *code, const char *message)
{
    char text[192];
    int len = snprintf(text, sizeof text, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n",
                       code, message);

    return send_text(connection, status, text, (size_t)len);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *body, size_t *body_len, void **state)
{
    struct sdserve *serve = ctx;
    const struct buf *content;

    (void)version;
    (void)body;
    (void)body_len;
    if (*state == NULL && strcmp(method, "GET") == 0) {
        *state = serve; /* an answer to a head alone would end the connection */
        return MHD_YES;
    }
    if (strcmp(path, "/") != 0 && strcmp(path, "/targets") != 0)
        return refuse(connection, MHD_HTTP_NOT_FOUND, "not-found",
                      "the list of targets is at / and /targets");
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed",
                      "only GET and HEAD are answered");
    content = serve->content(serve->user);
    return send_text(connection, MHD_HTTP_OK, buf_text(content), content->len);
}

/* ---- Life ----------------------------------------------------------------------------- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_host(union address *address, const char *host)
{
    if (host[0] == '[') {
        char inner[64];
        size_t len = strlen(host);

        if (len < 3 || len > sizeof inner || host[len - 1] != ']')
            return false;
        snprintf(inner, sizeof inner, "%.*s", (int)(len - 2), host + 1);
        address->v6.sin6_family = AF_INET6;
        return inet_pton(AF_INET6, inner, &address->v6.sin6_addr) == 1;
    }
    address->v4.sin_family = AF_INET;
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    return inet_pton(AF_INET, host, &address->v4.sin_addr) == 1;
}

static bool parse_where(union address *address, const char *where)
{
    const char *colon = strrchr(where, ':'), *text = colon != NULL ? colon + 1 : where;
    char host[64] = "localhost";
    unsigned port;

    if (colon != NULL && (size_t)(colon - where) >= sizeof host)
        return false;
    if (colon != NULL)
        snprintf(host, sizeof host, "%.*s", (int)(colon - where), where);
    if (!units_parse_count(text, 0, 65535, &port) || !parse_host(address, host))
        return false;
    address->v4.sin_port = htons((uint16_t)port); /* at the same place in both */
    return true;
}

static socklen_t size_of(const union address *address)
{
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

static int listen_at(const union address *address)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    int wrong;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &address->any, size_of(address)) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    wrong = errno;
    close(fd);
    errno = wrong;
    return -1;
}

static void write_url(struct sdserve *serve, int fd)
{
    union address address = { .any.sa_family = AF_INET };
    socklen_t len = sizeof address;
    char host[INET6_ADDRSTRLEN] = "";

    getsockname(fd, &address.any, &len);
    if (address.any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
    else
        inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
    snprintf(serve->url, sizeof serve->url,
             address.any.sa_family == AF_INET6 ? "http://[%s]:%u/" : "http://%s:%u/", host,
             ntohs(address.v4.sin_port));
}

static void panic(void *user, const char *file, unsigned line, const char *reason)
{
    (void)user;
    fprintf(stderr, "porthole: libmicrohttpd gives up: %s (%s:%u)\n",
            reason != NULL ? reason : "", file, line);
    exit(EXITCODE_INTERNAL);
}

struct sdserve *sdserve_open(const char *where, const struct buf *(*content)(void *user),
                             void *user, char error[256])
{
    union address address = { .any.sa_family = AF_INET };
    char reason[TEXT_REASON_BYTES];
    struct sdserve *serve;
    int fd;

    if (!parse_where(&address, where)) {
        snprintf(error, 256, "bad '--serve %.100s': expected [ADDRESS:]PORT", where);
        return NULL;
    }
    fd = listen_at(&address);
    if (fd < 0) {
        text_reason(reason, errno);
        snprintf(error, 256, "cannot listen on '%.100s': %s", where, reason);
        return NULL;
    }
    serve = mem_new(1, sizeof *serve);
    serve->content = content;
    serve->user = user;
    write_url(serve, fd);
    MHD_set_panic_func(panic, NULL);
    serve->daemon =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, serve,
                         MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
                         MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_END);
    if (serve->daemon != NULL)
        return serve;
    snprintf(error, 256, "cannot serve on '%.100s'", where);
    close(fd);
    free(serve);
    return NULL;
}

const char *sdserve_url(const struct sdserve *serve)
{
    return serve->url;
}

void sdserve_run(struct sdserve *serve, double ms)
{
    MHD_run_wait(serve->daemon, (int32_t)(ms < 0 ? 0 : ms > STEP_MS ? STEP_MS : ms));
}

void sdserve_close(struct sdserve *serve)
{
    if (serve == NULL)
        return;
    MHD_stop_daemon(serve->daemon); /* closes the socket as well */
    free(serve);
}
