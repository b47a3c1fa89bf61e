/* SPDX-License-Identifier: MIT */
/* What the threads are doing, asked for over HTTP: answers that come late, or never. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/clock.h"
#include "client.h"
#include "fake_host.h"
#include "porthole.h"

#define MS PH_NS_PER_MS
#define HOST "Host: localhost\r\n"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct porthole_config config;
static struct answer answer;
static porthole_agent *agent;
static struct fake_host fake;

static void init(void)
{
    live_config(&config);
    agent = live_start(&config);
    fake.name = "main";
}

static void fini(void)
{
    if (fake.joined)
        fake_stop(&fake);
    porthole_stop(agent);
}

TestSuite(look_http, .init = init, .fini = fini);

static int get(const char *target)
{
    return client_get(agent, target, "", &answer);
}

/* Ask and do not wait. */
static int ask(const char *target)
{
    return client_ask(agent, target);
}

static json_t *parsed(void)
{
    json_error_t at;
    json_t *json = json_loads(answer.body, JSON_REJECT_DUPLICATES, &at);

    cr_assert_not_null(json, "%s at %d: %s", at.text, at.position, answer.body);
    return json;
}

static json_t *first_thread(json_t *json)
{
    return json_array_get(json_object_get(json, "threads"), 0);
}

static const char *string_of(json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "(no string)";
}

static bool says(const char *words)
{
    return strstr(answer.body, words) != NULL;
}

/* ---- /stack ------------------------------------------------------------------------ */

Test(look_http, the_stack_of_a_blocked_loop_is_told)
{
    json_t *json;

    fake.blocked_ns = 5 * PH_NS_PER_S;
    atomic_store(&fake.stuck, true);
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/stack"), 200);
    json = parsed();

    cr_assert_str_eq(client_header(&answer, "Content-Type"), "application/json");
    cr_assert_str_eq(string_of(first_thread(json), "status"), "ok");
    cr_assert_str_eq(string_of(json_object_get(first_thread(json), "loop"), "state"),
                     "blocked");
    cr_assert_eq(json_array_size(json_object_get(first_thread(json), "frames")), 2);
    json_decref(json);
}

Test(look_http, the_stack_is_text_when_asked_for)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/stack?format=text"), 200);

    cr_assert_str_eq(client_header(&answer, "Content-Type"), "text/plain; charset=utf-8");
    cr_assert(says("thread 0 (main): idle\n"));
    cr_assert(says("    at spin (/app/x.js:3:5)\n"));
}

Test(look_http, a_thread_that_does_not_come_is_unreachable_when_the_time_is_up)
{
    uint64_t began_ns = ph_clock_ns();
    json_t *json;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/stack?wait_ms=80"), 200);
    json = parsed();

    cr_assert_geq(ph_clock_ns() - began_ns, 80 * MS);
    cr_assert_str_eq(string_of(first_thread(json), "status"), "unreachable");
    cr_assert_eq(strncmp(string_of(first_thread(json), "reason"), "inside a system call", 20),
                 0);
    json_decref(json);
}

Test(look_http, without_threads_there_are_no_stacks)
{
    json_t *json;

    cr_assert_eq(get("/stack"), 200);
    json = parsed();
    cr_assert_eq(json_array_size(json_object_get(json, "threads")), 0);
    json_decref(json);
}

Test(look_http, ten_who_ask_at_once_share_one_look)
{
    int fds[10];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask(i % 2 ? "/stack?wait_ms=9000" : "/stack?wait_ms=9000&format=text");
    while (get("/state?fields=porthole.cost.requests") == 200)
        if (strtol(strstr(answer.body, "requests\":") + 10, NULL, 10) > 10)
            break;
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    for (size_t i = 0; i < COUNT(fds); i++) {
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
        close(fds[i]);
    }

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_STACK]), 1);
}

Test(look_http, a_connection_goes_on_after_a_late_answer)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = client_tcp(agent);
    for (int i = 0; i < 50; i++) {
        client_send(fd, "GET /stack HTTP/1.1\r\n" HOST "\r\n"
                        "GET /livez HTTP/1.1\r\n" HOST "\r\n");
        cr_assert_eq(client_read(fd, &answer, false), 200);
        cr_assert(says("\"spin\""));
        cr_assert_eq(client_read(fd, &answer, false), 200, "pipelined");
        cr_assert_str_eq(answer.body, "{\"status\":\"ok\"}\n");
    }
    close(fd);
}

/* ---- /blocks ----------------------------------------------------------------------- */

Test(look_http, a_block_is_told_with_its_stack)
{
    json_t *json = NULL, *block = NULL;

    fake.blocked_ns = PH_NS_PER_S;
    atomic_store(&fake.stuck, true);
    fake_start(&fake, agent, NULL);
    do {
        json_decref(json);
        cr_assert_eq(get("/blocks"), 200);
        json = parsed();
        block = json_array_get(json_object_get(first_thread(json), "blocks"), 0);
    } while (!block || strcmp(string_of(block, "status"), "waiting") == 0);

    cr_assert_str_eq(string_of(block, "status"), "ok");
    cr_assert(json_is_true(json_object_get(block, "ongoing")));
    cr_assert_geq(json_number_value(json_object_get(block, "duration_ms")), 1000);
    cr_assert_eq(json_array_size(json_object_get(block, "frames")), 2);
    cr_assert_eq(json_integer_value(json_object_get(first_thread(json), "count")), 1);
    json_decref(json);
    while (get("/state/threads") == 200 && !says("\"top\":\"spin (/app/x.js:3:5)\""))
        ;
    cr_assert(says("\"last_stack\":[{\"function\":\"spin\""));
}

Test(look_http, a_loop_that_was_never_blocked_has_no_blocks)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/blocks?thread=0"), 200);

    cr_assert(says("\"name\":\"main\",\"count\":0,\"blocks\":[]}]}\n"));
}

/* ---- What cannot be asked ------------------------------------------------------------ */

Test(look_http, a_thread_that_is_not_there_is_404)
{
    static const char *const targets[] = { "/stack?thread=9", "/blocks?thread=9",
                                           "/profile?thread=9", "/heap/profile?thread=9",
                                           "/heap/histogram?thread=9" };

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(targets); i++) {
        cr_assert_eq(get(targets[i]), 404, "%s", targets[i]);
        cr_assert(says("\"code\":\"no-such-thread\""), "%s", targets[i]);
        cr_assert(says("'9'"), "%s", targets[i]);
    }
}

Test(look_http, bad_parameters_are_400_and_named)
{
    static const struct {
        const char *target, *named;
    } rows[] = {
        { "/stack?thread=-1", "'thread'" },
        { "/stack?thread=", "'thread'" },
        { "/stack?thread=main", "'thread'" },
        { "/stack?wait_ms=49", "'wait_ms'" },
        { "/stack?wait_ms=60001", "'wait_ms'" },
        { "/stack?format=html", "'format'" },
        { "/blocks?thread=x", "'thread'" },
        { "/profile?seconds=1e9", "'seconds'" },
        { "/profile?seconds=0", "'seconds'" },
        { "/profile?seconds=301", "'seconds'" },
        { "/profile?interval_us=99", "'interval_us'" },
        { "/profile?interval_us=1000.5", "'interval_us'" },
        { "/profile?seconds=300&interval_us=100", "'interval_us'" },
        { "/profile?format=json", "'format'" },
        { "/heap/profile?interval_bytes=1", "'interval_bytes'" },
        { "/heap/histogram?top=0", "'top'" },
        { "/heap/histogram?top=10001", "'top'" },
    };

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(get(rows[i].target), 400, "%s", rows[i].target);
        cr_assert(says("\"code\":\"bad-option\""), "%s", rows[i].target);
        cr_assert(says(rows[i].named), "%s: %s", rows[i].target, answer.body);
    }
    cr_assert_eq(atomic_load(&fake.summoned), 0, "nobody was set to work");
}

Test(look_http, what_sets_a_thread_to_work_takes_no_head)
{
    static const char *const paths[] = { "/stack", "/profile", "/heap/profile",
                                         "/heap/histogram" };
    char request[128];
    int fd = client_tcp(agent);

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(paths); i++) {
        snprintf(request, sizeof request, "HEAD %s HTTP/1.1\r\n" HOST "\r\n", paths[i]);
        client_send(fd, request);
        cr_assert_eq(client_read(fd, &answer, true), 405, "%s", paths[i]);
        cr_assert_str_eq(client_header(&answer, "Allow"), "GET");
    }
    client_send(fd, "HEAD /blocks HTTP/1.1\r\n" HOST "\r\n");
    cr_assert_eq(client_read(fd, &answer, true), 200);
    cr_assert_eq(atomic_load(&fake.summoned), 0);
    close(fd);
}

/* ---- Heavy jobs -------------------------------------------------------------------- */

Test(look_http, a_profile_is_a_file_with_its_cost)
{
    json_t *json;
    char disposition[96];

    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/profile?seconds=0.1"), 200);
    json = parsed();
    snprintf(disposition, sizeof disposition, "attachment; filename=\"porthole-%d.cpuprofile\"",
             (int)getpid());

    cr_assert_eq(json_array_size(json_object_get(json, "nodes")), 2);
    cr_assert_eq(strncmp(client_header(&answer, "X-Porthole-Cost"), "loop_ms=", 8), 0);
    cr_assert_str_eq(client_header(&answer, "Content-Disposition"), disposition);
    json_decref(json);
}

Test(look_http, other_formats_have_their_types)
{
    fake_start(&fake, agent, NULL);

    cr_assert_eq(get("/profile?seconds=0.1&format=folded"), 200);
    cr_assert_str_eq(client_header(&answer, "Content-Type"), "text/plain; charset=utf-8");
    cr_assert_str_eq(answer.body, "spin (/app/x.js:2) 2\n");
    cr_assert_eq(get("/heap/profile?seconds=0.1"), 200);
    cr_assert(says("{\"head\":{"));
    cr_assert_eq(get("/heap/histogram?top=1"), 200);
    cr_assert(says("\"constructor\":\"Many\""));
}

Test(look_http, a_second_heavy_job_is_told_when_to_come_again)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/profile?seconds=20");
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);

    cr_assert_eq(get("/heap/histogram"), 429);
    cr_assert(says("\"code\":\"busy\""));
    cr_assert_geq(strtol(client_header(&answer, "Retry-After"), NULL, 10), 15);
    cr_assert_leq(strtol(client_header(&answer, "Retry-After"), NULL, 10), 21);
    close(fd);
}

Test(look_http, ten_clients_share_one_profile)
{
    static struct answer first;
    int fds[10];

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask("/profile?seconds=1");
    cr_assert_eq(client_read(fds[0], &first, false), 200);
    for (size_t i = 1; i < COUNT(fds); i++) {
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
        cr_assert_str_eq(answer.body, first.body);
    }

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_START]), 1);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_PROFILE_STOP]), 1);
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
}

Test(look_http, a_client_that_leaves_ends_its_profile)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/profile?seconds=300");
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    close(fd);
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_STOP], 1);

    cr_assert_eq(get("/profile?seconds=0.1"), 200, "and the next may have one");
}

Test(look_http, a_client_that_leaves_takes_its_question_with_it)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    bool dropped = false;
    int fd;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    fd = ask("/stack?wait_ms=60000");
    fake_await(&fake.summoned, 1);
    close(fd);
    for (int tries = 0; tries < 10000 && !dropped; tries++) {
        pthread_mutex_lock(&fake.thread->mail.lock);
        dropped = atomic_load(&fake.thread->mail.tasks[0]->state) == PH_TASK_DROPPED;
        pthread_mutex_unlock(&fake.thread->mail.lock);
        nanosleep(&moment, NULL);
    }

    cr_assert(dropped);
}

Test(look_http, a_thread_that_leaves_during_its_profile_is_told)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/profile?seconds=300");
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    fake_stop(&fake);
    fake.joined = false;

    cr_assert_eq(client_read(fd, &answer, false), 503);
    cr_assert(says("\"code\":\"thread-ended\""), "%s", answer.body);
    close(fd);
}

Test(look_http, a_thread_that_does_not_come_for_its_job_is_503)
{
    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);

    cr_assert_eq(get("/profile?wait_ms=60"), 503);
    cr_assert(says("\"code\":\"unreachable\""));
    cr_assert(says("cannot reach thread 'main' within 60 ms: inside a system call"));
}

/* ---- Many who wait, and the end ------------------------------------------------------ */

Test(look_http, a_hundred_who_wait_delay_nobody)
{
    uint64_t began_ns;
    int fds[100];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask("/stack?wait_ms=60000");
    began_ns = ph_clock_ns();
    for (int i = 0; i < 10; i++)
        cr_assert_eq(get("/healthz"), 200);

    cr_assert_lt(ph_clock_ns() - began_ns, 5 * PH_NS_PER_S);
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
}

Test(look_http, it_stops_at_once_while_a_job_runs_and_clients_wait)
{
    uint64_t began_ns;
    int fds[20];

    fake_start(&fake, agent, NULL);
    fds[0] = ask("/profile?seconds=300");
    fake_await(&fake.finished[PORTHOLE_TASK_PROFILE_START], 1);
    atomic_store(&fake.deaf, true);
    for (size_t i = 1; i < COUNT(fds); i++)
        fds[i] = ask("/stack?wait_ms=60000");
    cr_assert_eq(get("/livez"), 200, "they have all been read");
    fake_stop(&fake); /* every thread leaves before */
    fake.joined = false;
    began_ns = ph_clock_ns();
    porthole_stop(agent);
    agent = NULL;

    cr_assert_lt(ph_clock_ns() - began_ns, 2 * PH_NS_PER_S);
    for (size_t i = 0; i < COUNT(fds); i++) {
        cr_assert_geq(client_await_end(fds[i], 5000, true), 0);
        close(fds[i]);
    }
}
