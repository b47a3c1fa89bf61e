/* SPDX-License-Identifier: MIT */
/* What a client can do to the agent, and a host to the agent it carries. After each of these
 * the agent still answers, and the kit counts its descriptors. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"
#include "client.h"
#include "porthole.h"
#include "scratch.h"

static struct porthole_config config;
static struct answer answer;
static porthole_agent *agent;

static void init(void)
{
    live_config(&config);
    config.max_connections = 8;
    config.idle_ms = 300;
    config.write_ms = 300;
    agent = live_start(&config);
}

static void fini(void)
{
    cr_expect_eq(client_get(agent, "/livez", "", &answer), 200, "it does not answer any more");
    porthole_stop(agent);
}

TestSuite(hostile, .init = init, .fini = fini);

/* Generous: sanitizers and a busy machine are slow. What is cut is cut at 300 ms. */
#define ON_TIME 5000

/* ---- Malformed requests ------------------------------------------------------------ */

#define HOST "Host: localhost\r\n"

Test(hostile, malformed_heads_are_refused)
{
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        { "GET /state HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
        { "GET /state HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 400 },
        { "GET /state HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
          400 },
        { "GET /state HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { "GET /state HTTP/1.1\r\n" HOST
          "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
          "0\r\n\r\n",
          400 },
        { "GET /state HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400 },
        { "GET http://localhost/state HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET state HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n", 405 },
        { "GET /state HTTP/1.1\r\nHost: a b\r\n\r\n", 403 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = client_tcp(agent);

        client_send(fd, rows[i].request);
        cr_assert_eq(client_read(fd, &answer, false), rows[i].status, "%zu: %s", i,
                     answer.head);
        cr_assert_geq(client_await_end(fd, ON_TIME, true), 0, "%zu: closed afterwards", i);
        close(fd);
    }
}

Test(hostile, what_follows_a_smuggled_body_is_not_answered)
{
    int fd = client_tcp(agent);

    client_send(fd, "GET /livez HTTP/1.1\r\n" HOST "Content-Length: 60\r\n\r\n"
                    "GET /state HTTP/1.1\r\n" HOST "\r\nGET /state HTTP/1.1\r\n" HOST "\r\n");

    cr_assert_eq(client_read(fd, &answer, false), 400);
    cr_assert_eq(client_read(fd, &answer, false), 0);
    close(fd);
}

/* libmicrohttpd ends a value at its NUL: what stands before it is what counts. */
Test(hostile, a_nul_in_a_header_hides_nothing)
{
    static const struct {
        const char *header; /* N stands for the NUL */
        int status;
    } rows[] = {
        { "XN: a", 400 },
        { "Host: evil.comNlocalhost", 403 },
        { "Content-Length: 5N0", 400 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = client_tcp(agent), len;
        char request[128];

        len = snprintf(request, sizeof request, "GET /livez HTTP/1.1\r\n%s%s\r\n\r\n",
                       rows[i].header[0] == 'H' ? "" : HOST, rows[i].header);
        *strchr(request + strlen("GET /livez HTTP/1.1\r\n"), 'N') = '\0';
        client_send_bytes(fd, request, (size_t)len);
        cr_assert_eq(client_read(fd, &answer, false), rows[i].status, "%s", rows[i].header);
        close(fd);
    }
}

static void send_many(int fd, char c, size_t n)
{
    static char block[65536];

    memset(block, c, sizeof block);
    client_send_bytes(fd, block, n);
}

Test(hostile, a_head_beyond_8_kib_is_refused)
{
    int fd = client_tcp(agent);

    client_send(fd, "GET /state HTTP/1.1\r\n" HOST "X-A: ");
    send_many(fd, 'a', 40000);
    client_send(fd, "\r\n\r\n");

    client_read(fd, &answer, false);
    cr_assert(answer.status == 431 || answer.status == 0, "%d", answer.status);
    close(fd);
}

Test(hostile, a_url_of_60_kb_is_refused)
{
    int fd = client_tcp(agent);

    client_send(fd, "GET /");
    send_many(fd, 'a', 60000);
    client_send(fd, " HTTP/1.1\r\n" HOST "\r\n");

    client_read(fd, &answer, false);
    cr_assert(answer.status == 414 || answer.status == 431 || answer.status == 0, "%d",
              answer.status);
    close(fd);
}

Test(hostile, a_tls_hello_gets_no_state)
{
    static const unsigned char hello[] = {
        0x16, 3, 1, 0, 0x20, 1, 0, 0,  0x1c, 3,  3,  1,  2,
        3,    4, 5, 6, 7,    8, 9, 10, 11,   12, 13, 14, 15
    };
    int fd = client_tcp(agent);

    client_send_bytes(fd, hello, sizeof hello);

    cr_assert_geq(client_await_end(fd, ON_TIME, true), 0);
    close(fd);
}

Test(hostile, random_bytes_end_in_a_closed_connection)
{
    unsigned seed = 1;

    for (int round = 0; round < 50; round++) {
        unsigned char noise[600];
        int fd = client_tcp(agent);

        for (size_t i = 0; i < sizeof noise; i++) {
            seed = seed * 1103515245u + 12345u;
            noise[i] = (unsigned char)(seed >> 16);
        }
        client_send_bytes(fd, noise, sizeof noise);
        client_send(fd, "\r\n\r\n");
        shutdown(fd, SHUT_WR);
        cr_assert_geq(client_await_end(fd, ON_TIME, true), 0, "round %d", round);
        close(fd);
    }
}

Test(hostile, a_request_cut_at_any_byte_is_survived)
{
    static const char request[] = "GET /state?pretty HTTP/1.1\r\n" HOST "Accept: */*\r\n\r\n";

    for (size_t n = 0; n < sizeof request; n++) {
        int fd = client_tcp(agent);

        client_send_bytes(fd, request, n);
        close(fd);
    }
}

/* ---- Slow clients ------------------------------------------------------------------ */

Test(hostile, one_byte_at_a_time_is_cut_on_time)
{
    int fd = client_tcp(agent), ended = -1;
    uint64_t began = ph_clock_ns();

    client_send(fd, "GET /state HTTP/1.1\r\nX: ");
    for (int i = 0; i < 100 && ended < 0; i++) {
        client_send(fd, "a");
        ended = client_await_end(fd, 50, false);
    }

    cr_assert_geq(ended, 0);
    cr_assert_geq(ph_clock_ns() - began, 250 * PH_NS_PER_MS);
    close(fd);
}

Test(hostile, a_silent_connection_is_cut_on_time)
{
    int fd = client_tcp(agent);
    int ended = client_await_end(fd, ON_TIME, false);

    cr_assert_geq(ended, 250);
    close(fd);
}

/* Ask without reading until the agent cannot send any more. */
static void jam(int fd)
{
    const char *request = "GET /metrics HTTP/1.1\r\n" HOST "\r\n";
    struct pollfd writable = { .fd = fd, .events = POLLOUT };

    while (poll(&writable, 1, 100) == 1 && !(writable.revents & (POLLHUP | POLLERR)))
        if (send(fd, request, strlen(request), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            break;
}

Test(hostile, a_client_that_never_reads_is_cut_on_time)
{
    int fd = client_tcp(agent);

    jam(fd);

    cr_assert_geq(client_await_end(fd, ON_TIME, false), 0);
    close(fd);
}

Test(hostile, a_client_that_never_reads_delays_nobody)
{
    int jammed = client_tcp(agent);

    jam(jammed);

    cr_assert_eq(client_get(agent, "/state", "", &answer), 200);
    close(jammed);
}

/* ---- Too many ---------------------------------------------------------------------- */

Test(hostile, beyond_the_cap_the_oldest_idle_connection_gives_way)
{
    int fds[9];

    for (size_t i = 0; i < 8; i++) {
        fds[i] = client_tcp(agent);
        client_send(fds[i], "GET /livez HTTP/1.1\r\n" HOST "\r\n");
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
    }
    fds[8] = client_tcp(agent);
    client_send(fds[8], "GET /livez HTTP/1.1\r\n" HOST "\r\n");

    cr_assert_eq(client_read(fds[8], &answer, false), 200, "the new one is answered at once");
    cr_assert_geq(client_await_end(fds[0], 200, false), 0, "for the oldest");
    client_send(fds[7], "GET /livez HTTP/1.1\r\n" HOST "\r\n");
    cr_assert_eq(client_read(fds[7], &answer, false), 200, "the others stay");
    for (size_t i = 0; i < 9; i++)
        close(fds[i]);
}

Test(hostile, a_flood_of_connections_leaves_room_for_the_next)
{
    int fds[100];

    for (size_t i = 0; i < 100; i++)
        fds[i] = client_tcp(agent);

    cr_assert_eq(client_get(agent, "/state", "", &answer), 200);
    for (size_t i = 0; i < 100; i++)
        close(fds[i]);
}

/* ---- A host in trouble ------------------------------------------------------------- */

Test(hostile, a_host_without_descriptors_is_still_answered)
{
    struct rlimit limit;
    int fds[128], n = 0, client;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 100;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    while (n < 128 && (fds[n] = dup(0)) >= 0)
        n++;
    cr_assert(n > 0 && n < 128);
    close(fds[--n]); /* the last one there is, for our own end */
    client = client_tcp(agent);
    client_send(client, "GET /state HTTP/1.1\r\n" HOST "\r\n");

    cr_assert_eq(client_read(client, &answer, false), 200);
    close(client);
    while (n > 0)
        close(fds[--n]);
}

#define CHILD_OK 0

/* In a process of its own: the agent's descriptors are closed under it. */
static int lose_every_descriptor(void)
{
    struct rusage use;
    const struct timespec half = { .tv_nsec = 500000000 };
    uint64_t began;
    porthole_agent *lost;
    double cpu_s;

    live_config(&config);
    config.run_dir = scratch_path("");
    lost = live_start(&config);
    if (client_get(lost, "/livez", "", &answer) != 200)
        return 3;
    nanosleep(&half, NULL); /* both threads wait for events now: the harder case */
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    nanosleep(&half, NULL); /* time to spin in, if it does */
    began = ph_clock_ns();
    porthole_stop(lost);
    if (ph_clock_ns() - began > 2 * PH_NS_PER_S)
        return 1;
    getrusage(RUSAGE_SELF, &use);
    cpu_s = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
            (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    return cpu_s < 0.4 ? CHILD_OK : 2;
}

static int exit_of(int (*run)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        alarm(20);
        _exit(run());
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

Test(host_in_trouble, closing_all_our_descriptors_disables_us_and_harms_nobody,
     .init = scratch_init, .fini = scratch_fini)
{
#if defined(__SANITIZE_THREAD__)
    cr_skip_test("TSan allows a forked process no threads");
#endif
    cr_assert_eq(exit_of(lose_every_descriptor), CHILD_OK);
}

Test(hostile, a_nul_in_a_path_does_not_end_it)
{
    cr_assert_eq(client_get(agent, "/%73tate", "", &answer), 200);
    cr_assert_eq(client_get(agent, "/livez%00/objects", "", &answer), 404);
    cr_assert(strstr(answer.body, "/livez%00/objects"), "%s", answer.body);
    cr_assert_eq(client_get(agent, "/%%3", "", &answer), 404, "no escape, and left as it is");
}
