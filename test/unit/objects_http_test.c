/* SPDX-License-Identifier: MIT */
/* The application's objects asked for over HTTP: of loops that come, that are blocked, that
 * never come; by pollers that share, page, or leave. */
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
#define HOST "Host: localhost\r\n"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define OBJECTS PORTHOLE_TASK_OBJECTS
#define PROVIDED PORTHOLE_TASK_PROVIDED

static struct porthole_config config;
static struct answer answer;
static porthole_agent *agent;
static porthole_type *job;
static struct fake_host fake;

#define OBJECT(type_, id_, json_, place_)                                                  \
    {                                                                                      \
        .kind = PORTHOLE_FRAGMENT_OBJECT, .type = (type_), .id = (id_),                        \
        .id_bytes = sizeof(id_) - 1, .json = (json_), .json_bytes = sizeof(json_) - 1,       \
        .place = (place_)                                                                  \
    }

static const struct porthole_fragment tracked[] = {
    OBJECT("job", "1", "{\"state\":\"new\"}", 1),
    OBJECT("job", "2", "{\"state\":\"old\"}", 2),
    OBJECT("a/b", "c/d", "{\"n\":1}", 3),
    OBJECT("job", "3", "{\"state\":\"odd\"}", 4),
};
static const struct porthole_fragment provided[] = {
    { .kind = PORTHOLE_FRAGMENT_TYPE, .type = "queue", .count = 1 },
    OBJECT("queue", "queue", "{\"length\":7}", 1),
};

static void init(void)
{
    live_config(&config);
    agent = live_start(&config);
    cr_assert_eq(porthole_type_register(agent, "job", &job), PORTHOLE_OK);
    porthole_type_created(job, 3);
    fake.objects = tracked;
    fake.n_objects = COUNT(tracked);
    fake.provided = provided;
    fake.n_provided = COUNT(provided);
    fake.provides = true;
}

static void fini(void)
{
    if (fake.joined)
        fake_stop(&fake);
    porthole_stop(agent);
}

TestSuite(objects_http, .init = init, .fini = fini);

static int get(const char *target)
{
    return client_get(agent, target, "", &answer);
}

/* Ask and do not wait. */
static int ask(const char *target)
{
    return client_ask(agent, target);
}

static bool says(const char *words)
{
    return strstr(answer.body, words) != NULL;
}

static void start_blocked(void)
{
    fake.blocked_ns = 5 * PH_NS_PER_S;
    atomic_store(&fake.stuck, true);
    fake_start(&fake, agent, NULL);
}

/* ---- Loops that come --------------------------------------------------------------- */

Test(objects_http, the_objects_of_a_type_are_listed)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job"), 200);

    cr_assert_str_eq(client_header(&answer, "Content-Type"), "application/json");
    cr_assert_str_eq(client_header(&answer, "Age"), "0");
    cr_assert_eq(strncmp(client_header(&answer, "X-Porthole-Cost"), "loop_ms=", 8), 0);
    cr_assert(says("{\"type\":\"job\",\"total\":3,\"captured\":{\"at\":\""), "%s", answer.body);
    cr_assert(says("\"complete\":true,\"causes\":[],\"objects\":[{\"id\":\"1\",\"thread\":0,"
                   "\"tracked_s\":null,\"value\":{\"state\":\"new\"}},{\"id\":\"2\","));
    cr_assert(says("\"shown\":3,\"truncated\":false,\"next\":null}\n"));
}

Test(objects_http, types_are_told_with_those_that_are_provided)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects"), 200);

    cr_assert(says("\"job\":{\"count\":3,\"created\":3,"), "%s", answer.body);
    cr_assert(says("\"queue\":{\"count\":1,\"created\":null,"));
    cr_assert_eq(atomic_load(&fake.performed[OBJECTS]), 0, "counts are known without asking");
}

Test(objects_http, one_object_is_found_by_its_id)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job/2"), 200);
    cr_assert(says("{\"type\":\"job\",\"id\":\"2\",\"thread\":{\"id\":0,\"name\":\"main\"},"
                   "\"how\":\"loop\""),
              "%s", answer.body);
    cr_assert(says("\"value\":{\"state\":\"old\"}}\n"));
    cr_assert_eq(get("/objects/queue/queue"), 200);
    cr_assert(says("\"value\":{\"length\":7}}\n"));
}

Test(objects_http, what_is_not_there_is_404)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job/99"), 404);
    cr_assert(says("'99'"));
    cr_assert_eq(get("/objects/nope"), 404);
    cr_assert_eq(get("/objects/nope/1"), 404);
    cr_assert_eq(get("/objects/"), 404);
}

Test(objects_http, types_and_ids_may_hold_slashes)
{
    porthole_type *type;

    cr_assert_eq(porthole_type_register(agent, "a/b", &type), PORTHOLE_OK);
    cr_assert_eq(porthole_type_register(agent, "a", &type), PORTHOLE_OK);
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/a/b"), 200);
    cr_assert(says("{\"type\":\"a/b\""), "%s", answer.body);
    cr_assert_eq(get("/objects/a/b/c/d"), 200);
    cr_assert(says("\"id\":\"c/d\""));
    cr_assert_eq(get("/objects/a%2Fb/c%2fd"), 200);
}

Test(objects_http, pages_lead_through_all_of_it)
{
    char target[128] = "/objects/job?limit=1", *next;
    unsigned pages = 0;

    fake_start(&fake, agent, NULL);
    do {
        cr_assert_eq(get(target), 200, "%s", answer.body);
        cr_assert(says("\"shown\":1,"), "%s", answer.body);
        cr_assert(says(pages == 0   ? "\"id\":\"1\""
                       : pages == 1 ? "\"id\":\"2\""
                                    : "\"id\":\"3\""));
        pages++;
        next = strstr(answer.body, "\"next\":\"");
        if (next)
            snprintf(target, sizeof target, "/objects/job?limit=1&after=%.*s",
                     (int)strcspn(next + 8, "\""), next + 8);
    } while (next && pages < 10);

    cr_assert_eq(pages, 3);
}

Test(objects_http, slices_come_together_in_one_answer)
{
    fake.per_slice = 1;
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job"), 200);
    cr_assert(says("\"shown\":3,"));
    cr_assert_geq(atomic_load(&fake.performed[OBJECTS]), 4);
}

Test(objects_http, a_connection_goes_on_after_a_stream)
{
    int fd;

    fake_start(&fake, agent, NULL);
    fd = client_tcp(agent);
    for (int i = 0; i < 50; i++) {
        client_send(fd, "GET /objects/job HTTP/1.1\r\n" HOST "\r\n"
                        "GET /livez HTTP/1.1\r\n" HOST "\r\n");
        cr_assert_eq(client_read(fd, &answer, false), 200);
        cr_assert(says("\"next\":null}\n"));
        cr_assert_eq(client_read(fd, &answer, false), 200, "pipelined");
        cr_assert_str_eq(answer.body, "{\"status\":\"ok\"}\n");
    }
    close(fd);
}

/* ---- Loops that do not -------------------------------------------------------------- */

Test(objects_http, a_blocked_loop_is_read_by_interrupt_in_slices)
{
    uint64_t began_ns = ph_clock_ns();

    fake.per_slice = 1;
    start_blocked();
    cr_assert_eq(get("/objects/job/2"), 200);

    cr_assert(says("\"how\":\"interrupt\""), "%s", answer.body);
    cr_assert_geq(atomic_load(&fake.urged), 4);
    cr_assert_lt(ph_clock_ns() - began_ns, PH_NS_PER_S);
}

Test(objects_http, of_what_a_blocked_loop_provides_the_last_copy_comes_at_once)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/queue"), 200);
    cr_assert(says("\"stale\":false"));
    cr_assert_eq(get("/objects"), 200);
    atomic_store(&fake.stuck, true);
    porthole_loop_after_poll(fake.thread, ph_clock_ns() - 5 * PH_NS_PER_S);
    cr_assert_eq(get("/objects/queue?timeout=30"), 200);

    cr_assert(says("\"stale\":true,\"complete\":false,\"causes\":[{\"thread\":{\"id\":0,"
                   "\"name\":\"main\"},\"cause\":\"loop is blocked\"}],"),
              "%s", answer.body);
    cr_assert(says("\"value\":{\"length\":7}}"));
    cr_assert_eq(get("/objects/queue/queue?timeout=30"), 200);
    cr_assert(says("\"how\":\"last copy\""));
    cr_assert(says("\"stale\":true,\"cause\":\"loop is blocked\""));
    cr_assert_eq(get("/objects?timeout=30"), 200);
    cr_assert(says("\"queue\":{\"count\":1,"), "%s", answer.body);
    cr_assert(says("\"source\":\"provided\",\"age_ms\":"));
}

Test(objects_http, without_a_copy_the_cause_is_named)
{
    start_blocked();
    cr_assert_eq(get("/objects/queue/queue"), 503);
    cr_assert(says("{\"error\":{\"code\":\"unavailable\",\"message\":\"loop is blocked\"}}"));
    cr_assert_eq(get("/objects/job/99"), 404, "what is tracked could be read: %s", answer.body);
    cr_assert_eq(get("/objects"), 200);
    cr_assert(says("\"complete\":false,\"causes\":[{"));
}

Test(objects_http, what_is_tracked_misses_no_provider)
{
    start_blocked();
    cr_assert_eq(get("/objects/job"), 200);
    cr_assert(says("\"stale\":false,\"complete\":true,\"causes\":[]"), "%s", answer.body);
    cr_assert_eq(get("/objects/job/1"), 200);
    cr_assert(says("\"stale\":false,\"cause\":null"));
}

Test(objects_http, what_is_not_tracked_is_asked_of_providers_alone)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/queue"), 200);
    cr_assert_eq(atomic_load(&fake.performed[OBJECTS]), 0);
}

Test(objects_http, who_never_comes_is_given_up_when_the_time_is_up)
{
    uint64_t began_ns = ph_clock_ns();

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job/1?timeout=80ms"), 503);

    cr_assert_geq(ph_clock_ns() - began_ns, 80 * MS);
    cr_assert(says("\"message\":\"loop is inside a system call (futex"), "%s", answer.body);
}

/* ---- Kang --------------------------------------------------------------------------- */

Test(objects_http, kang_is_answered)
{
    json_t *json;

    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/kang/snapshot?x=1"), 200);
    json = json_loads(answer.body, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(json, "%s", answer.body);
    cr_assert(says("\"types\":[\"job\",\"a/b\",\"queue\"],\"job\":{\"1\":"), "%s", answer.body);
    cr_assert_gt(json_integer_value(json_object_get(
                     json_object_get(json_object_get(json, "stats"), "memory"), "rss")),
                 0);
    json_decref(json);
    cr_assert_eq(get("/kang/schema"), 200);
    cr_assert_str_eq(answer.body, "{}\n");
}

Test(objects_http, kang_of_a_blocked_loop_is_answered_within_a_tenth_of_a_second)
{
    uint64_t began_ns;

    start_blocked();
    began_ns = ph_clock_ns();
    cr_assert_eq(get("/kang/snapshot"), 200);

    cr_assert_lt(ph_clock_ns() - began_ns, 100 * MS);
    cr_assert(says("\"loop\":\"blocked\""), "%s", answer.body);
    cr_assert(says("\"complete\":false"));
    cr_assert(says("\"job\":{\"1\":{\"state\":\"new\"}"));
}

Test(objects_http, kangs_other_paths_and_methods_are_refused_as_kang_does)
{
    static const char *const paths[] = { "/kang", "/kang/", "/kang/nope", "/kang/snapshot/",
                                         "/kang/snapshot/job" };
    static const char *const methods[] = { "POST", "PUT", "DELETE" };
    char request[128];

    for (size_t i = 0; i < COUNT(paths); i++)
        cr_assert_eq(get(paths[i]), 404, "%s", paths[i]);
    for (size_t i = 0; i < COUNT(methods); i++) {
        int fd = client_tcp(agent);

        snprintf(request, sizeof request, "%s /kang/snapshot HTTP/1.1\r\n" HOST "\r\n",
                 methods[i]);
        client_send(fd, request);
        cr_assert_eq(client_read(fd, &answer, false), 405);
        cr_assert_not_null(strstr(client_header(&answer, "Allow"), "GET"));
        close(fd);
    }
}

/* ---- Who asks ----------------------------------------------------------------------- */

Test(objects_http, bad_parameters_are_400_and_named)
{
    static const struct {
        const char *target, *named;
    } rows[] = {
        { "/objects?timeout=0.01", "'timeout'" },
        { "/objects?timeout=61", "'timeout'" },
        { "/objects?timeout=2h", "'timeout'" },
        { "/objects?max_age=x", "'max_age'" },
        { "/objects/job?timeout=", "'timeout'" },
        { "/objects/job?limit=0", "'limit'" },
        { "/objects/job?limit=1.5", "'limit'" },
        { "/objects/job?limit=1000001", "'limit'" },
        { "/objects/job?depth=0", "'depth'" },
        { "/objects/job?depth=17", "'depth'" },
        { "/objects/job?after=0", "'after'" },
        { "/objects/job?fields=", "'fields'" },
        { "/objects/job/1?max_age=-1", "'max_age'" },
        { "/kang/snapshot?timeout=1ms", "'timeout'" },
    };

    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(get(rows[i].target), 400, "%s", rows[i].target);
        cr_assert(says("\"code\":\"bad-option\""), "%s", rows[i].target);
        cr_assert(says(rows[i].named), "%s: %s", rows[i].target, answer.body);
    }
    cr_assert_eq(atomic_load(&fake.summoned), 0, "nobody was set to work");
}

Test(objects_http, a_copy_young_enough_needs_no_thread)
{
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job"), 200);
    cr_assert_eq(get("/objects/job?max_age=1m"), 200);
    cr_assert(says("\"stale\":false,\"complete\":true"));
    cr_assert_eq(get("/objects/job/2?max_age=60000ms"), 200);
    cr_assert(says("\"how\":\"last copy\""), "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.performed[OBJECTS]), 1);
}

Test(objects_http, equal_requests_at_once_share_one_task)
{
    int fds[5];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = ask("/objects/job?timeout=9");
    while (get("/state?fields=porthole.cost.requests") == 200)
        if (strtol(strstr(answer.body, "requests\":") + 10, NULL, 10) > (long)COUNT(fds))
            break;
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    for (size_t i = 0; i < COUNT(fds); i++) {
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
        cr_assert(says("\"shown\":3,"));
        close(fds[i]);
    }

    cr_assert_eq(atomic_load(&fake.performed[OBJECTS]), 1);
    cr_assert_eq(atomic_load(&fake.performed[PROVIDED]), 1);
}

Test(objects_http, what_nobody_waits_for_any_more_is_never_begun)
{
    int fd;

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    fd = ask("/objects/job?timeout=60");
    fake_await(&fake.summoned, 2);
    close(fd);
    while (get("/objects/job?depth=2&timeout=50ms") != 200)
        ;
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);
    cr_assert_eq(get("/objects/job?depth=3"), 200);

    cr_assert_eq(atomic_load(&fake.performed[OBJECTS]), 1, "the last only");
}

Test(objects_http, too_many_different_requests_are_told_to_come_again)
{
    char target[64];
    int fds[8];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    for (int i = 0; i < 8; i++) {
        snprintf(target, sizeof target, "/objects/job?timeout=60&depth=%d", i + 1);
        fds[i] = ask(target);
    }
    fake_await(&fake.summoned, 16);

    cr_assert_eq(get("/objects/job?timeout=100ms"), 429);
    cr_assert(says("\"code\":\"busy\""));
    cr_assert_str_eq(client_header(&answer, "Retry-After"), "1");
    for (int i = 0; i < 8; i++)
        close(fds[i]);
}

Test(objects_http, who_finds_no_place_waits_for_one)
{
    char target[64];
    int fds[24];

    atomic_store(&fake.deaf, true);
    fake_start(&fake, agent, NULL);
    for (int i = 0; i < 24; i++) {
        snprintf(target, sizeof target, "/objects/job?timeout=10&limit=%d", i + 1);
        fds[i] = ask(target);
    }
    fake_await(&fake.summoned, 16);
    atomic_store(&fake.deaf, false);
    fake_nudge(&fake);

    for (int i = 0; i < 24; i++) {
        cr_assert_eq(client_read(fds[i], &answer, false), 200);
        close(fds[i]);
    }
}

Test(objects_http, one_tracked_object_does_not_wait_for_what_is_provided)
{
    atomic_store(&fake.stuck, true); /* and not known to be blocked yet */
    fake_start(&fake, agent, NULL);
    cr_assert_eq(get("/objects/job/2?timeout=10"), 200);

    cr_assert(says("\"how\":\"interrupt\""), "%s", answer.body);
    cr_assert_eq(atomic_load(&fake.performed[PROVIDED]), 0);
}

Test(objects_http, a_thousand_objects_of_64_kib_are_streamed_whole)
{
    static char json[PORTHOLE_OBJECT_BYTES];
    porthole_object *o = NULL;
    porthole_type *type;
    char buf[65536];
    size_t total = 0;
    ssize_t n;
    int fd;

    cr_assert_eq(porthole_type_register(agent, "big", &type), PORTHOLE_OK);
    memset(json, 'x', sizeof json);
    json[0] = json[sizeof json - 1] = '"';
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(porthole_object_register(agent, type, "b", &o), PORTHOLE_OK);
        cr_assert_eq(porthole_object_publish(o, json, sizeof json), PORTHOLE_OK);
    }
    fd = client_tcp(agent);
    client_send(fd, "GET /objects/big HTTP/1.0\r\n" HOST "\r\n");
    while ((n = read(fd, buf, sizeof buf)) > 0)
        total += (size_t)n;
    close(fd);

    cr_assert_gt(total, 1000 * sizeof json);
}
