/* SPDX-License-Identifier: MIT */
/* A client that measures latency: one keep-alive connection, one request at a time, from
 * before the write to after the last byte of the answer. In C, because a client that is
 * collecting its own garbage measures itself.
 *
 *     ask PORT PATH REQUESTS PAUSE-US TIMEOUT-MS
 *
 * Prints JSON: how many were answered, p50, p99 and the longest in microseconds. The first
 * request that is not answered in time ends it. Pauses between requests keep the client
 * from taking the processor away from what it measures.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ull
#define MAX_REQUESTS 1000000
#define BUFFER_BYTES (1 << 20)

struct plan {
    uint16_t    port;
    const char *path;
    size_t      requests;
    long        pause_us, timeout_ms;
};

static char buffer[BUFFER_BYTES + 1];

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static int connect_to(const struct plan *plan)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(plan->port) };
    struct timeval timeout = { .tv_sec = plan->timeout_ms / 1000,
                               .tv_usec = plan->timeout_ms % 1000 * 1000 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout))
        return -1;
    return fd;
}

/* Bytes of the whole answer, head included, once the head is in; else 0. */
static size_t answer_bytes(void)
{
    const char *end = strstr(buffer, "\r\n\r\n"), *line = buffer;

    while (end && line < end) {
        line = strstr(line, "\r\n") + 2;
        if (strncasecmp(line, "content-length:", 15) == 0)
            return (size_t)(end + 4 - buffer) + strtoul(line + 15, NULL, 10);
    }
    return 0;
}

/* False: not answered, or not with 200 and a Content-Length. */
static bool ask(int fd, const char *request, size_t len)
{
    size_t have = 0, want = 0;

    if (write(fd, request, len) != (ssize_t)len)
        return false;
    while (want == 0 || have < want) {
        ssize_t n = read(fd, buffer + have, BUFFER_BYTES - have);

        if (n <= 0)
            return false;
        have += (size_t)n;
        buffer[have] = '\0';
        if (want == 0)
            want = answer_bytes();
    }
    return strncmp(buffer, "HTTP/1.1 200", 12) == 0;
}

static size_t measure(const struct plan *plan, uint64_t *took_ns)
{
    struct timespec pause = { .tv_sec = plan->pause_us / 1000000,
                              .tv_nsec = plan->pause_us % 1000000 * 1000 };
    int fd = connect_to(plan);
    char request[512];
    int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
                       plan->path);
    size_t n;

    if (fd < 0 || len < 0 || (size_t)len >= sizeof request)
        return 0;
    for (n = 0; n < plan->requests; n++) {
        uint64_t start = now_ns();

        if (!ask(fd, request, (size_t)len))
            break;
        took_ns[n] = now_ns() - start;
        if (plan->pause_us)
            nanosleep(&pause, NULL);
    }
    close(fd);
    return n;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static double quantile_us(const uint64_t *sorted, size_t n, double q)
{
    return n ? (double)sorted[(size_t)((double)(n - 1) * q)] / 1000.0 : 0;
}

static bool parse_number(const char *text, long min, long max, long *out)
{
    char *end;

    errno = 0;
    *out = strtol(text, &end, 10);
    return !errno && *text && !*end && *out >= min && *out <= max;
}

static bool parse(int argc, char **argv, struct plan *plan)
{
    long port, requests;

    if (argc != 6 || !parse_number(argv[1], 1, UINT16_MAX, &port) ||
        !parse_number(argv[3], 1, MAX_REQUESTS, &requests) ||
        !parse_number(argv[4], 0, 1000000, &plan->pause_us) ||
        !parse_number(argv[5], 1, 60000, &plan->timeout_ms))
        return false;
    plan->port = (uint16_t)port;
    plan->path = argv[2];
    plan->requests = (size_t)requests;
    return true;
}

int main(int argc, char **argv)
{
    struct plan plan = { 0 };
    uint64_t *took_ns;
    size_t n;

    if (!parse(argc, argv, &plan)) {
        fprintf(stderr, "usage: ask PORT PATH REQUESTS PAUSE-US TIMEOUT-MS\n");
        return 2;
    }
    took_ns = calloc(plan.requests, sizeof *took_ns);
    if (!took_ns)
        return 1;
    n = measure(&plan, took_ns);
    qsort(took_ns, n, sizeof *took_ns, by_size);
    printf("{\"asked\":%zu,\"answered\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}\n",
           plan.requests, n, quantile_us(took_ns, n, 0.5), quantile_us(took_ns, n, 0.99),
           quantile_us(took_ns, n, 1));
    free(took_ns);
    return 0;
}
