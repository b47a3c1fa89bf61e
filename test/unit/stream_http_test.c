/* SPDX-License-Identifier: MIT */
/* Heap snapshots over HTTP: who may have one, and what becomes of a stream whose ends fail. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/headroom.h"
#include "client.h"
#include "fake_host.h"
#include "porthole.h"
#include "scratch.h"

#define TOKEN "0123456789abcdef"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"
#define REQUEST "GET /heap/snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define MB (UINT64_C(1) << 20)
#define HUGE_HEAP (UINT64_C(1) << 44)
#define ENDLESS (UINT64_C(1) << 50)
#if defined(__SANITIZE_THREAD__)
#define LITTLE (1024 * MB) /* its shadow grows with all that was ever touched */
#else
#define LITTLE (16 * MB)
#endif

static struct porthole_config config;
static struct answer answer;
static porthole_agent *agent;
static struct fake_host fake;

static void init(void)
{
    scratch_init();
    live_config(&config);
    config.run_dir = scratch_path("");
    config.tick_ms = 60000; /* TSan takes the census of descriptors for a race, see tsan.c, and
                               forgets after so many bytes whose it was */
    agent = live_start(&config);
    fake.name = "main";
}

static void fini(void)
{
    if (fake.joined)
        fake_stop(&fake);
    porthole_stop(agent);
    scratch_fini();
}

TestSuite(stream_http, .init = init, .fini = fini);

/* Replace the agent by one with the configuration as it is now. */
static void restart(void)
{
    porthole_stop(agent);
    agent = live_start(&config);
}

/* ---- Reading chunks ---------------------------------------------------------------- */

static int read_status(FILE *from)
{
    char line[512];
    int status = 0;

    while (fgets(line, sizeof line, from) && strcmp(line, "\r\n") != 0) {
        if (strncmp(line, "HTTP/1.1 ", 9) == 0)
            status = (int)strtol(line + 9, NULL, 10);
        else if (strncasecmp(line, "Transfer-Encoding:", 18) == 0)
            cr_assert_not_null(strstr(line, "chunked"));
    }
    return status;
}

/* Read a chunked body on to its end, or to byte `most`; how far it came, in all. `*whole`: it
 * has come to its end. */
static uint64_t read_body(FILE *from, uint64_t most, bool *whole)
{
    static char block[65536];
    static uint64_t total;
    char line[64];

    *whole = false;
    while (total < most && fgets(line, sizeof line, from)) {
        size_t left = strtoul(line, NULL, 16), n = 1;

        *whole = left == 0;
        if (*whole)
            return total;
        for (; left > 0 && n > 0; left -= n) {
            n = fread(block, 1, left < sizeof block ? left : sizeof block, from);
            for (size_t i = 0; i < n; i++)
                cr_assert_eq(block[i], fake_stream_byte(total + i), "byte %zu",
                             (size_t)total + i);
            total += n;
        }
        if (left > 0 || !fgets(line, sizeof line, from))
            break;
    }
    return total;
}

static FILE *ask_snapshot(void)
{
    int fd = client_unix(porthole_socket(agent));
    FILE *from = fdopen(fd, "r");

    client_send(fd, REQUEST);
    return from;
}

/* The most memory this process has ever had. */
static uint64_t peak_bytes(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (uint64_t)use.ru_maxrss * 1024;
}

/* ---- Who may ----------------------------------------------------------------------- */

Test(stream_http, by_tcp_a_snapshot_needs_a_token_that_is_set)
{
    fake_start(&fake, agent, NULL);

    cr_assert_eq(client_get(agent, "/heap/snapshot", "", &answer), 403);
    cr_assert_not_null(strstr(answer.body, "\"code\":\"token-needed\""));
    cr_assert_eq(client_get(agent, "/heap/snapshot", BEARER, &answer), 403, "it is not set");
    cr_assert_eq(client_get(agent, "/heap/snapshot?estimate", "", &answer), 403);
    cr_assert_eq(atomic_load(&fake.summoned), 0);
}

Test(stream_http, its_bearer_gets_it_by_tcp)
{
    bool whole;
    FILE *from;
    int fd;

    config.token = TOKEN;
    restart();
    fake.stream_bytes = 100;
    fake_start(&fake, agent, NULL);
    cr_assert_eq(client_get(agent, "/heap/snapshot", "", &answer), 401);
    fd = client_tcp(agent);
    from = fdopen(fd, "r");
    client_send(fd, "GET /heap/snapshot HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n");

    cr_assert_eq(read_status(from), 200);
    cr_assert_eq(read_body(from, UINT64_MAX, &whole), 100);
    cr_assert(whole);
    fclose(from);
}

/* ---- Whole ------------------------------------------------------------------------- */

Test(stream_http, fifty_megabytes_arrive_whole_with_little_memory)
{
    uint64_t before, total;
    bool whole;
    FILE *from;

    fake.stream_bytes = 50 * MB + 7;
    fake_start(&fake, agent, NULL);
    before = peak_bytes();
    from = ask_snapshot();
    cr_assert_eq(read_status(from), 200);
    total = read_body(from, UINT64_MAX, &whole);

    cr_assert_eq(total, 50 * MB + 7);
    cr_assert(whole);
    cr_assert_lt(peak_bytes(), before + LITTLE);
    fake_await(&fake.finished[PORTHOLE_TASK_SNAPSHOT_DROP], 1);
    fclose(from);
}

Test(stream_http, an_empty_snapshot_is_whole_too)
{
    bool whole;
    FILE *from;

    fake_start(&fake, agent, NULL);
    from = ask_snapshot();

    cr_assert_eq(read_status(from), 200);
    cr_assert_eq(read_body(from, UINT64_MAX, &whole), 0);
    cr_assert(whole);
    fclose(from);
}

Test(stream_http, the_agent_answers_others_meanwhile)
{
    bool whole;
    FILE *from;

    fake.stream_bytes = ENDLESS;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    cr_assert_eq(read_status(from), 200);
    read_body(from, MB, &whole);

    cr_assert_eq(client_get(agent, "/healthz", "", &answer), 200);
    cr_assert_eq(client_get(agent, "/stack", "", &answer), 200);
    cr_assert_eq(client_get(agent, "/heap/histogram", "", &answer), 429);
    fclose(from);
}

/* ---- Ends that fail ---------------------------------------------------------------- */

Test(stream_http, a_client_that_leaves_frees_the_host)
{
    bool whole;
    FILE *from;

    fake.stream_bytes = ENDLESS;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    read_status(from);
    read_body(from, MB, &whole);
    fclose(from);

    fake_await(&fake.finished[PORTHOLE_TASK_SNAPSHOT_DROP], 1);
    cr_assert(atomic_load(&fake.stream_refused));
    cr_assert_eq(client_get(agent, "/heap/histogram", "", &answer), 200);
}

Test(stream_http, a_client_that_stops_reading_is_cut_and_the_host_is_freed)
{
    bool whole;
    FILE *from;

    config.write_ms = 500;
    restart();
    fake.stream_bytes = ENDLESS;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    read_status(from);
    read_body(from, 4 * MB, &whole); /* the stream runs dry now and then */

    fake_await(&fake.finished[PORTHOLE_TASK_SNAPSHOT_DROP], 1);
    cr_assert(atomic_load(&fake.stream_refused));
    cr_assert_lt(atomic_load(&fake.streamed), 24 * MB);
    cr_assert_geq(client_await_end(fileno(from), 5000, true), 0);
    fclose(from);
}

Test(stream_http, a_client_that_reads_slowly_is_not_cut)
{
    const struct timespec pause = { .tv_nsec = 100000000 };
    uint64_t at = 0;
    bool whole;
    FILE *from;

    config.write_ms = 1000; /* for the next bytes, not for all */
    restart();
    fake.stream_bytes = 18 * MB;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    read_status(from);
    for (int i = 0; i < 15; i++) {
        at = read_body(from, at + MB, &whole);
        nanosleep(&pause, NULL);
    }

    cr_assert_eq(read_body(from, UINT64_MAX, &whole), 18 * MB);
    cr_assert(whole);
    fclose(from);
}

Test(stream_http, a_thread_that_leaves_leaves_no_end_to_be_taken_for_one)
{
    bool whole;
    FILE *from;

    fake.stream_bytes = ENDLESS;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    read_status(from);
    read_body(from, MB, &whole);
    fake_stop(&fake);
    fake.joined = false;
    read_body(from, UINT64_MAX, &whole); /* what was on its way */

    cr_assert_not(whole);
    cr_assert_eq(client_get(agent, "/livez", "", &answer), 200);
    fclose(from);
}

Test(stream_http, the_agent_stops_at_once_in_the_middle)
{
    uint64_t began_ns;
    bool whole;
    FILE *from;

    fake.stream_bytes = ENDLESS;
    fake_start(&fake, agent, NULL);
    from = ask_snapshot();
    read_status(from);
    read_body(from, MB, &whole);
    fake_stop(&fake);
    fake.joined = false;
    began_ns = ph_clock_ns();
    porthole_stop(agent);
    agent = NULL;

    cr_assert_lt(ph_clock_ns() - began_ns, 2 * PH_NS_PER_S);
    fclose(from);
}

/* ---- Memory ------------------------------------------------------------------------ */

static bool publish_heap(struct fake_host *host, porthole_task *task, bool on_loop)
{
    const struct porthole_heap heap = { .used_bytes = HUGE_HEAP };

    (void)task;
    (void)on_loop;
    porthole_heap_publish(host->thread, &heap);
    return true;
}

static void ask_by_unix(const char *request)
{
    int fd = client_unix(porthole_socket(agent));

    client_send(fd, request);
    client_read(fd, &answer, false);
    close(fd);
}

Test(stream_http, a_heap_that_is_too_large_is_refused_with_both_figures)
{
    struct ph_snapshot_estimate estimate;
    char needs[64];

    ph_snapshot_estimate(HUGE_HEAP, &estimate);
    snprintf(needs, sizeof needs, "may need %lu MB and there is room for ",
             (unsigned long)(estimate.memory_bytes / MB));
    fake.perform = publish_heap;
    fake_start(&fake, agent, NULL);
    cr_assert_eq(client_get(agent, "/stack", "", &answer), 200);
    ask_by_unix(REQUEST);

    cr_assert_eq(answer.status, 507);
    cr_assert_not_null(strstr(answer.body, "\"code\":\"not-enough-memory\""));
    cr_assert_not_null(strstr(answer.body, needs), "%s", answer.body);
    cr_assert_not_null(strstr(answer.body, "'force'"));
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_SNAPSHOT_TAKE]), 0);
}

Test(stream_http, force_takes_it_all_the_same)
{
    fake.perform = publish_heap;
    fake_start(&fake, agent, NULL);
    cr_assert_eq(client_get(agent, "/stack", "", &answer), 200);
    ask_by_unix("GET /heap/snapshot?force HTTP/1.1\r\nHost: localhost\r\n\r\n");

    cr_assert_eq(answer.status, 200);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_SNAPSHOT_TAKE]), 1);
}

Test(stream_http, the_estimate_takes_nothing)
{
    fake.perform = publish_heap;
    fake_start(&fake, agent, NULL);
    ask_by_unix("GET /heap/snapshot?estimate HTTP/1.1\r\nHost: localhost\r\n\r\n");
    cr_assert_eq(answer.status, 200);
    cr_assert_not_null(strstr(answer.body, "\"heap_used_bytes\":null"));
    cr_assert_not_null(strstr(answer.body, "\"allowed\":true,\"reason\":null}\n"));

    cr_assert_eq(client_get(agent, "/stack", "", &answer), 200);
    ask_by_unix("GET /heap/snapshot?estimate HTTP/1.1\r\nHost: localhost\r\n\r\n");
    cr_assert_not_null(strstr(answer.body, "\"allowed\":false,\"reason\":\"a heap snapshot"));
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_SNAPSHOT_TAKE]), 0);
}
