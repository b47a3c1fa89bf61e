/* SPDX-License-Identifier: MIT */
/* Owns the tests' side of a conversation with the agent. */
#include "client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"

#define PATIENCE_S 10

void live_config(struct porthole_config *config)
{
    porthole_config_default(config);
    config->port = 0;
    config->tick_ms = 50;
    config->run_dir = "";
}

porthole_agent *live_start(const struct porthole_config *config)
{
    struct porthole_config standard;
    porthole_agent *agent = NULL;
    porthole_error err;
    char *json = NULL;
    size_t len;

    live_config(&standard);
    cr_assert_eq(porthole_start(config ? config : &standard, &agent, &err), PORTHOLE_OK, "%s",
                 err.text);
    cr_assert_eq(porthole_state(agent, &json, &len), PORTHOLE_OK);
    free(json);
    return agent;
}

int live_port(const porthole_agent *agent)
{
    const char *colon = strrchr(porthole_url(agent), ':');

    cr_assert_not_null(colon);
    return (int)strtol(colon + 1, NULL, 10);
}

static void be_patient(int fd)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/* Where descriptors are short, the agent's own threads may have the last one for a moment. */
static int open_socket(void)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    int fd;

    for (int i = 0; i < PATIENCE_S * 1000; i++) {
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0)
            return fd;
        nanosleep(&moment, NULL);
    }
    return -1;
}

int client_tcp(const porthole_agent *agent)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)live_port(agent)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = open_socket();

    be_patient(fd);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int client_unix(const char *path)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    be_patient(fd);
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0, "%s", path);
    return fd;
}

/* The agent may end the connection at any byte: that shows in the answer. */
void client_send_bytes(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        at += sent;
        n -= (size_t)sent;
    }
}

void client_send(int fd, const char *text)
{
    client_send_bytes(fd, text, strlen(text));
}

static bool read_head(int fd, struct answer *out)
{
    size_t n = 0;

    while (n < sizeof out->head - 1 && recv(fd, out->head + n, 1, 0) == 1) {
        out->head[++n] = '\0';
        if (n >= 4 && memcmp(out->head + n - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

/* Read so many bytes; false if the connection ends before. */
static bool read_bytes(int fd, char *to, size_t n)
{
    for (size_t have = 0; have < n;) {
        ssize_t got = recv(fd, to + have, n - have, 0);

        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

/* Read a body that comes in chunks; false if it is cut short. */
static bool read_chunks(int fd, struct answer *out)
{
    size_t size = 1, len = 0;
    char line[16];

    while (size > 0) {
        size_t n = 0;

        do {
            cr_assert_lt(n, sizeof line - 1);
            if (!read_bytes(fd, line + n, 1))
                return false;
        } while (line[n++] != '\n');
        line[n] = '\0';
        size = strtoul(line, NULL, 16);
        cr_assert_lt(len + size, sizeof out->body);
        if (!read_bytes(fd, out->body + len, size) || !read_bytes(fd, line, 2))
            return false;
        len += size;
    }
    out->len = len;
    return true;
}

int client_read(int fd, struct answer *out, bool headless)
{
    bool chunked, whole = true;

    out->status = 0;
    out->len = 0;
    out->head[0] = out->body[0] = '\0';
    if (!read_head(fd, out) || strncmp(out->head, "HTTP/1.", 7) != 0)
        return 0;
    out->len = strtoul(client_header(out, "Content-Length"), NULL, 10);
    cr_assert_lt(out->len, sizeof out->body);
    chunked = strcmp(client_header(out, "Transfer-Encoding"), "chunked") == 0;
    if (!headless)
        whole = chunked ? read_chunks(fd, out) : read_bytes(fd, out->body, out->len);
    if (!whole)
        return 0;
    out->body[headless ? 0 : out->len] = '\0';
    out->status = (int)strtol(out->head + strlen("HTTP/1.1 "), NULL, 10);
    return out->status;
}

int client_ask(const porthole_agent *agent, const char *target)
{
    char request[256];
    int fd = client_tcp(agent);

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    client_send(fd, request);
    return fd;
}

int client_get(const porthole_agent *agent, const char *target, const char *headers,
               struct answer *out)
{
    char request[4096];
    int fd = client_tcp(agent);

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n%s%s\r\n", target,
             strstr(headers, "Host:") ? "" : "Host: localhost\r\n", headers);
    client_send(fd, request);
    client_read(fd, out, false);
    close(fd);
    return out->status;
}

const char *client_header(const struct answer *answer, const char *name)
{
    static _Thread_local char value[256];
    size_t len = strlen(name);

    value[0] = '\0';
    for (const char *line = answer->head; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        line += len + 1;
        line += strspn(line, " ");
        snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r\n"), line);
        break;
    }
    return value;
}

int client_await_end(int fd, int patience_ms, bool reading)
{
    uint64_t began = ph_clock_ns(), passed;
    struct pollfd watched = { .fd = fd, .events = reading ? POLLIN | POLLRDHUP : POLLRDHUP };
    char waste[4096];

    do {
        passed = (ph_clock_ns() - began) / PH_NS_PER_MS;
        if (poll(&watched, 1, 10) <= 0)
            continue;
        if (!reading || recv(fd, waste, sizeof waste, MSG_DONTWAIT) <= 0)
            return (int)passed;
    } while (passed < (uint64_t)patience_ms);
    return -1;
}
