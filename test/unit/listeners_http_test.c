/* SPDX-License-Identifier: MIT */
/* All listeners counted, and who adds them, asked for over HTTP. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "client.h"
#include "fake_host.h"
#include "porthole.h"

#define MS PH_NS_PER_MS
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

TestSuite(listeners_http, .init = init, .fini = fini);

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

static bool says(const char *words)
{
    return strstr(answer.body, words) != NULL;
}

static void check_head(json_t *json)
{
    static const char *const keys[] = { "porthole", "service", "captured", "thread", "cost" };

    for (size_t i = 0; i < COUNT(keys); i++)
        cr_expect_not_null(json_object_get(json, keys[i]), "%s", keys[i]);
}

static void start_with_heap(uint64_t used_bytes)
{
    struct porthole_heap heap = { .used_bytes = used_bytes };

    fake_start(&fake, agent, NULL);
    porthole_heap_publish(fake.thread, &heap);
}

/* ---- /listeners -------------------------------------------------------------------- */

Test(listeners_http, the_census_has_the_most_numerous_first)
{
    const char *emitter, *event;
    int listeners, emitters, most, all, all_emitters, total, truncated;
    json_t *json;

    start_with_heap(1000000);
    cr_assert_eq(get("/listeners"), 200, "%s", answer.body);
    json = parsed();

    check_head(json);
    cr_assert_eq(json_unpack(json, "{s:i s:i s:i s:b s:[{s:s s:s s:i s:i s:i}]}", "emitters",
                             &all_emitters, "listeners", &all, "rows_total", &total,
                             "truncated", &truncated, "rows", "emitter", &emitter, "event",
                             &event, "listeners", &listeners, "emitters", &emitters,
                             "most_on_one", &most),
                 0);
    cr_assert(all_emitters == 77 && all == 5013 && total == 3 && !truncated);
    cr_assert_str_eq(emitter, "Socket");
    cr_assert_str_eq(event, "error");
    cr_assert(listeners == 5000 && emitters == 40 && most == 4961);
    cr_assert(says("{\"emitter\":\"\",\"event\":\"\",\"listeners\":1,"), "no name is a name");
    json_decref(json);
}

Test(listeners_http, a_census_is_cut_to_its_top_and_says_so)
{
    start_with_heap(1000000);
    cr_assert_eq(get("/listeners?top=1"), 200);

    cr_assert(says("\"Socket\"") && !says("\"Feed\""), "%s", answer.body);
    cr_assert(says("\"listeners\":5013,"), "all of them: %s", answer.body);
    cr_assert(says("\"rows_total\":3,\"truncated\":true"), "%s", answer.body);
}

Test(listeners_http, a_stuck_loop_is_counted_in_the_middle_of_its_work)
{
    atomic_store(&fake.stuck, true);
    start_with_heap(1000000);

    cr_assert_eq(get("/listeners"), 200);
    cr_assert_eq(atomic_load(&fake.urged), 1);
}

Test(listeners_http, what_would_stall_for_long_is_refused_unless_forced)
{
    start_with_heap(405000000);
    cr_assert_eq(get("/listeners"), 409);
    cr_assert(says("\"code\":\"needs-force\""), "%s", answer.body);
    cr_assert(says("the loop of thread 'main' would stand still for about 1.40 s"), "%s",
              answer.body);
    cr_assert_eq(atomic_load(&fake.summoned), 0, "nobody was set to work");

    cr_assert_eq(get("/listeners?force"), 200);
    cr_assert(says("\"Socket\""));
}

Test(listeners_http, the_estimate_says_what_it_will_cost_and_does_nothing)
{
    start_with_heap(100000000);
    cr_assert_eq(get("/listeners?estimate"), 200);
    cr_assert(says("\"thread\":{\"id\":0,\"name\":\"main\"},\"heap_used_bytes\":100000000,"
                   "\"estimate\":{\"loop_s\":0.36},\"allowed\":false,\"reason\":\"the loop"),
              "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.summoned), 0);
}

Test(listeners_http, the_estimate_of_a_small_heap_is_allowed)
{
    start_with_heap(20000000);
    cr_assert_eq(get("/listeners?estimate"), 200);
    cr_assert(says("\"allowed\":true,\"reason\":null}\n"), "%s", answer.body);
}

Test(listeners_http, a_heap_that_nobody_knows_gives_no_estimate)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/listeners?estimate"), 200);
    cr_assert(says("\"heap_used_bytes\":null,\"estimate\":{\"loop_s\":null},\"allowed\":false,"
                   "\"reason\":\"nobody knows"),
              "%s", answer.body);
    cr_assert_eq(get("/listeners"), 409);
}

/* ---- /trace ------------------------------------------------------------------------ */

Test(listeners_http, a_trace_is_what_the_thread_has_noted)
{
    json_t *json;

    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/trace?seconds=0.1"), 200, "%s", answer.body);
    json = parsed();

    check_head(json);
    cr_assert_str_eq(json_string_value(json_object_get(json, "what")), "listeners");
    cr_assert_geq(json_number_value(json_object_get(json, "seconds")), 0.1);
    cr_assert_eq(json_integer_value(json_object_get(json, "added")), 3);
    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_TRACE_LISTENERS]), 1);
    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_TRACE_STOP]), 1);
    json_decref(json);
}

Test(listeners_http, sockets_are_traced_when_they_are_asked_for)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/trace?what=sockets&seconds=100ms"), 200);

    cr_assert(says("\"what\":\"sockets\""), "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.finished[PORTHOLE_TASK_TRACE_SOCKETS]), 1);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_LISTENERS]), 0);
}

Test(listeners_http, a_blocked_loop_is_not_traced_and_never_interrupted)
{
    fake.blocked_ns = 5 * PH_NS_PER_S;
    atomic_store(&fake.stuck, true);
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/trace?wait_ms=80"), 503);

    cr_assert(says("\"code\":\"blocked\""), "%s", answer.body);
    cr_assert(says("the loop of thread 'main' is blocked, by now for 5."), "%s", answer.body);
    cr_assert(says("/stack"), "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_LISTENERS]), 0,
                 "the interrupts of who looks at blocked loops do not take it along");
}

Test(listeners_http, a_loop_that_comes_late_is_traced_all_the_same)
{
    int fd;

    atomic_store(&fake.stuck, true);
    fake_start(&fake, agent, NULL);
    fd = ask("/trace?seconds=0.1&wait_ms=9000");
    fake_await(&fake.summoned, 1);
    usleep(100000);
    atomic_store(&fake.stuck, false);
    fake_nudge(&fake);

    cr_assert_eq(client_read(fd, &answer, false), 200);
    cr_assert_eq(atomic_load(&fake.urged), 0);
    close(fd);
}

Test(listeners_http, a_client_that_leaves_ends_its_trace)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/trace?seconds=300");
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_LISTENERS], 1);
    close(fd);
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_STOP], 1);

    cr_assert_eq(atomic_load(&fake.urged), 0, "by its loop");
    cr_assert_eq(get("/trace?seconds=0.1"), 200, "and the next may have one");
}

/* It waits in the mail until the loop turns again. */
Test(listeners_http, a_trace_that_cannot_be_ended_now_is_ended_as_soon_as_it_can)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/trace?seconds=0.1&wait_ms=60");
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_LISTENERS], 1);
    atomic_store(&fake.stuck, true);
    cr_assert_eq(client_read(fd, &answer, false), 503, "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_STOP]), 0);
    atomic_store(&fake.stuck, false);
    fake_nudge(&fake);
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_STOP], 1);
    close(fd);
}

Test(listeners_http, who_asks_for_the_same_trace_shares_it)
{
    int fds[5];

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask("/trace?seconds=1");
    for (size_t i = 0; i < COUNT(fds); i++) {
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
        close(fds[i]);
    }

    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_LISTENERS]), 1);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_STOP]), 1);
}

Test(listeners_http, a_trace_of_something_else_is_told_when_to_come_again)
{
    static const char *const others[] = { "/trace?seconds=20&what=sockets", "/trace?seconds=21",
                                          "/listeners?force", "/profile" };
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/trace?seconds=20");
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_LISTENERS], 1);

    for (size_t i = 0; i < COUNT(others); i++) {
        cr_assert_eq(get(others[i]), 429, "%s", others[i]);
        cr_assert_geq(strtol(client_header(&answer, "Retry-After"), NULL, 10), 15);
    }
    close(fd);
}

static bool give_text(struct fake_host *host, porthole_task *task, bool on_loop)
{
    const char *text = host->more;

    (void)on_loop;
    if (porthole_task_kind_of(task) == PORTHOLE_TASK_TRACE_STOP)
        porthole_task_json(task, text, strlen(text));
    return true;
}

Test(listeners_http, what_is_no_object_is_not_spliced_into_the_answer)
{
    static const char *const texts[] = { "[1,2,3]",    "{}",         "\"text\"", "{\"a\":1",
                                         " {\"a\":1}", "{\"a\":1}}", "" };

    fake.perform = give_text;
    for (size_t i = 0; i < COUNT(texts); i++) {
        fake.more = (void *)(uintptr_t)texts[i];
        fake_start(&fake, agent, NULL);
        cr_assert_eq(get("/trace?seconds=0.1"), 503, "%s", texts[i]);
        cr_assert(says("\"code\":\"failed\""), "%s", answer.body);
        fake_stop(&fake);
        fake.joined = fake.ending = false;
    }
}

Test(listeners_http, a_thread_that_leaves_during_its_trace_is_told)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = ask("/trace?seconds=300");
    fake_await(&fake.finished[PORTHOLE_TASK_TRACE_LISTENERS], 1);
    fake_stop(&fake);
    fake.joined = false;

    cr_assert_eq(client_read(fd, &answer, false), 503);
    cr_assert(says("\"code\":\"thread-ended\""), "%s", answer.body);
    close(fd);
}

Test(listeners_http, a_host_that_cannot_trace_says_why)
{
    fake.fails = "the prototype is frozen";
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/trace?seconds=0.1"), 503);

    cr_assert(says("the prototype is frozen"), "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.performed[PORTHOLE_TASK_TRACE_STOP]), 0);
}

/* ---- What cannot be asked ------------------------------------------------------------ */

Test(listeners_http, bad_parameters_are_400_and_named)
{
    static const struct {
        const char *target, *named;
    } rows[] = {
        { "/listeners?top=0", "'top'" },       { "/listeners?top=10001", "'top'" },
        { "/listeners?thread=x", "'thread'" }, { "/listeners?wait_ms=1", "'wait_ms'" },
        { "/trace?what=timers", "'what'" },    { "/trace?what=", "'what'" },
        { "/trace?seconds=0", "'seconds'" },   { "/trace?seconds=301", "'seconds'" },
        { "/trace?seconds=x", "'seconds'" },   { "/trace?thread=-1", "'thread'" },
    };

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(get(rows[i].target), 400, "%s", rows[i].target);
        cr_assert(says(rows[i].named), "%s: %s", rows[i].target, answer.body);
    }
    cr_assert_eq(atomic_load(&fake.summoned), 0, "nobody was set to work");
}

Test(listeners_http, a_thread_that_is_not_there_is_404)
{
    static const char *const targets[] = { "/listeners?thread=9", "/trace?thread=9",
                                           "/listeners?thread=9&estimate" };

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(targets); i++)
        cr_assert_eq(get(targets[i]), 404, "%s", targets[i]);
}
