/* SPDX-License-Identifier: MIT */
/* Owns the opening of our two listeners. */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "porthole_wire.h"
#include "status.h"

#define BACKLOG 128

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t parse_host(const char *host, union address *out)
{
    memset(out, 0, sizeof *out);
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        return sizeof out->v4;
    }
    if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        return sizeof out->v6;
    }
    return 0;
}

static void set_port(union address *a, int port)
{
    if (a->any.sa_family == AF_INET)
        a->v4.sin_port = htons((uint16_t)port);
    else
        a->v6.sin6_port = htons((uint16_t)port);
}

static int get_port(int fd)
{
    union address a = { .any = { .sa_family = AF_UNSPEC } };
    socklen_t len = sizeof a;

    if (getsockname(fd, &a.any, &len) != 0)
        return 0;
    return ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
}

/* A listening socket, or -1 with errno. */
static int open_tcp(const union address *a, socklen_t len)
{
    int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, cause;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &a->any, len) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

enum porthole_status ph_listen_tcp(const struct ph_settings *s, int *fd, char *url,
                                   porthole_error *err)
{
    const struct porthole_config *c = &s->config;
    int tries = c->port == 0 ? 1 : c->port_tries;
    int last = c->port + tries - 1 <= 65535 ? c->port + tries - 1 : 65535;
    const char *shape = strchr(c->host, ':') ? "http://[%s]:%d" : "http://%s:%d";
    union address a;
    socklen_t len = parse_host(c->host, &a);

    *fd = -1;
    for (int port = c->port; port <= last && *fd < 0; port++) {
        set_port(&a, port);
        *fd = open_tcp(&a, len);
        if (*fd < 0 && errno != EADDRINUSE)
            break;
    }
    if (*fd < 0 && errno == EADDRINUSE && last > c->port)
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot listen on '%s': ports %d to %d are taken",
                       c->host, c->port, last);
    if (*fd < 0)
        return ph_fail(err, PORTHOLE_ESYSTEM, "cannot listen on '%s:%d': %s", c->host, c->port,
                       ph_errno_text(errno));
    snprintf(url, PH_URL_BYTES, shape, c->host, get_port(*fd));
    return PORTHOLE_OK;
}

/* Containers may share the directory and not the process numbers: never take a socket away
 * from somebody who is listening on it. */
static bool is_taken(const struct sockaddr_un *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool taken = fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof *a) == 0;

    if (fd >= 0)
        close(fd);
    return taken;
}

static bool bind_unix(int fd, const char *path)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    size_t n = strlen(path);

    if (n >= sizeof a.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(a.sun_path, path, n + 1);
    if (is_taken(&a)) {
        errno = EADDRINUSE;
        return false;
    }
    /* Left by a dead process that had our number: the directory is ours alone. The mode
     * is set after bind() because umask belongs to the whole host; until then the
     * directory's 0700 protects it. */
    unlink(path);
    return bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && chmod(path, 0600) == 0 &&
           listen(fd, BACKLOG) == 0;
}

enum porthole_status ph_listen_unix(const char *run_dir, pid_t pid, int *fd, char *path,
                                    porthole_error *err)
{
    enum porthole_status rc;

    snprintf(path, PH_SOCKET_BYTES, "%s/%d%s", run_dir, (int)pid, PORTHOLE_SOCKET_SUFFIX);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd >= 0 && bind_unix(*fd, path))
        return PORTHOLE_OK;
    rc =
        ph_fail(err, PORTHOLE_ESYSTEM, "cannot listen on '%s': %s", path, ph_errno_text(errno));
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    path[0] = '\0';
    return rc;
}
