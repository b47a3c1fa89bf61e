/* SPDX-License-Identifier: MIT */
/*
 * farm PORT STATE FEW METRICS KANG [GROWING [HUNG [REFUSED]]]
 *
 * A fleet in one process. Every address 127.x.y.z is a target on PORT and answers with the
 * given files, which hold what a real agent once said: /state with STATE, /state?fields= with
 * FEW, /metrics, /kang/snapshot. The address stands in `pid` and `ident`, the clock runs, and
 * the sockets of every GROWINGth target grow by one a second. Every HUNGth accepts and is
 * silent, every REFUSEDth closes at once. Keep-alive, HTTP/1.1, one thread. Prints {"port":N}
 * when it is ready.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 256
#define HEAD_BYTES 4096
#define PARTS 64
#define CONNECTIONS 65536

enum what { TEXT, PID, IDENT, AT, TICK, UPTIME, SOCKETS };

/* A body, cut where something of the target's own stands. */
struct body {
    char *text;
    size_t count;
    struct {
        enum what what; /* stands behind the text */
        const char *text;
        size_t len;
    } parts[PARTS];
};

struct connection {
    uint32_t address;
    size_t used;
    char head[HEAD_BYTES];
};

static struct body bodies[4];
static const char *const paths[4] = { "/state HTTP", "/state?fields=", "/metrics",
                                      "/kang/snapshot" };
static const char *const types[4] = { "application/json", "application/json",
                                      "text/plain; version=0.0.4", "application/json" };
static struct connection *connections[CONNECTIONS];
static unsigned growing, hung, refused;
static time_t began;

static void fail(const char *what)
{
    fprintf(stderr, "farm: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- Bodies ------------------------------------------------------------------------ */

static const struct {
    const char *key;
    enum what what;
    char end[3];
} variables[] = {
    { "\"pid\":", PID, ",}" },       { "\"ident\":\"", IDENT, "\"\"" },
    { "\"at\":\"", AT, "\"\"" },     { "\"tick\":", TICK, ",}" },
    { "\"uptime_s\":", UPTIME, ",}" }, { "\"established\":", SOCKETS, ",}" },
};

static void add_part(struct body *body, const char *text, size_t len, enum what what)
{
    if (body->count == PARTS)
        return;
    body->parts[body->count].what = what;
    body->parts[body->count].text = text;
    body->parts[body->count++].len = len;
}

static void cut(struct body *body)
{
    const char *from = body->text, *at = body->text;

    while (*at != '\0' && body->count < PARTS - 1) {
        size_t i = 0, n = sizeof variables / sizeof variables[0];

        while (i < n && strncmp(at, variables[i].key, strlen(variables[i].key)) != 0)
            i++;
        if (i == n) {
            at++;
            continue;
        }
        at += strlen(variables[i].key);
        add_part(body, from, (size_t)(at - from), variables[i].what);
        at += strcspn(at, variables[i].end);
        from = at;
    }
    add_part(body, from, strlen(from), TEXT);
}

static void load(struct body *body, const char *path)
{
    FILE *file = fopen(path, "r");
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail(path);
    size = ftell(file);
    rewind(file);
    body->text = calloc(1, (size_t)size + 1);
    if (body->text == NULL || fread(body->text, 1, (size_t)size, file) != (size_t)size)
        fail(path);
    fclose(file);
    cut(body);
}

static int put_own(char *out, size_t room, enum what what, uint32_t address)
{
    static char stamp[40];
    static time_t stamped;
    time_t now = time(NULL);
    long seconds = (long)(now - began) + 100;

    if (now != stamped) {
        struct tm tm;

        gmtime_r(&now, &tm);
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
        stamped = now;
    }
    switch (what) {
    case PID:
        return snprintf(out, room, "%u", (address & 0x3FFFFFu) | 1u);
    case IDENT:
        return snprintf(out, room, "farm-%u/%u", address >> 8 & 0xFFFF, address & 0x3FFFFFu);
    case AT:
        return snprintf(out, room, "%s", stamp);
    case TICK:
    case UPTIME:
        return snprintf(out, room, "%ld", seconds);
    case SOCKETS:
        return snprintf(out, room, "%ld",
                        20 + (growing > 0 && address % growing == 0 ? seconds : 0));
    default:
        return 0;
    }
}

/* ---- Connections ------------------------------------------------------------------- */

static void answer(int fd, uint32_t address, const struct body *body, const char *type)
{
    static char out[1 << 20];
    const size_t head = 256;
    size_t used = head;
    int len;

    for (size_t i = 0; i < body->count && used + body->parts[i].len + 64 < sizeof out; i++) {
        memcpy(out + used, body->parts[i].text, body->parts[i].len);
        used += body->parts[i].len;
        used += (size_t)put_own(out + used, 64, body->parts[i].what, address);
    }
    len = snprintf(out, head,
                   "HTTP/1.1 200 OK\r\nX-Porthole: 0.1.0\r\nContent-Type: %s\r\n"
                   "Content-Length: %zu\r\n\r\n",
                   type, used - head);
    memmove(out + head - (size_t)len, out, (size_t)len);
    /* what does not fit into the socket's buffer is lost, and seen as `truncated` */
    if (send(fd, out + head - (size_t)len, used - head + (size_t)len, MSG_NOSIGNAL) < 0)
        return;
}

static void drop(int fd)
{
    free(connections[fd]);
    connections[fd] = NULL;
    close(fd);
}

static void read_some(int fd)
{
    struct connection *c = connections[fd];
    ssize_t got = recv(fd, c->head + c->used, sizeof c->head - 1 - c->used, 0);
    size_t i = 0;

    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            drop(fd);
        return;
    }
    c->used += (size_t)got;
    c->head[c->used] = '\0';
    if (strstr(c->head, "\r\n\r\n") == NULL || (hung > 0 && c->address % hung == 0))
        return;
    while (i < 3 && strncmp(c->head + 4, paths[i], strlen(paths[i])) != 0)
        i++;
    c->used = 0;
    answer(fd, c->address, &bodies[i], types[i]);
}

static void accept_all(int listener, int epoll)
{
    struct sockaddr_in own;
    socklen_t len = sizeof own;
    int fd, one = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

        len = sizeof own;
        getsockname(fd, (struct sockaddr *)&own, &len);
        if (fd >= CONNECTIONS || (refused > 0 && ntohl(own.sin_addr.s_addr) % refused == 0)) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd] = calloc(1, sizeof *connections[fd]);
        if (connections[fd] == NULL)
            fail("memory");
        connections[fd]->address = ntohl(own.sin_addr.s_addr);
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static int listen_on(unsigned port)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    socklen_t len = sizeof any;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&any, len) != 0 || listen(fd, 4096) != 0)
        fail("cannot listen");
    getsockname(fd, (struct sockaddr *)&any, &len);
    printf("{\"port\":%d}\n", ntohs(any.sin_port));
    fflush(stdout);
    return fd;
}

static unsigned number(int argc, char **argv, int at)
{
    return argc > at ? (unsigned)strtoul(argv[at], NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    int listener, epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN };

    if (argc < 6) {
        fprintf(stderr, "usage: farm PORT STATE FEW METRICS KANG [GROWING [HUNG [REFUSED]]]\n");
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    began = time(NULL);
    for (int i = 0; i < 4; i++)
        load(&bodies[i], argv[2 + i]);
    growing = number(argc, argv, 6);
    hung = number(argc, argv, 7);
    refused = number(argc, argv, 8);
    listener = listen_on(number(argc, argv, 1));
    event.data.fd = listener;
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener, epoll);
            else if (connections[events[i].data.fd] != NULL)
                read_some(events[i].data.fd);
        }
    }
}
