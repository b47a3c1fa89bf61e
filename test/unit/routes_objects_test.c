/* SPDX-License-Identifier: MIT */
#include "agent/routes_objects.h"

#include <criterion/criterion.h>
#include <string.h>

#include "agent/clock.h"
#include "alloc.h"
#include "fake_host.h"

static struct ph_bell bell;
static struct ph_board board;
static struct ph_types types;
static struct ph_objects objects;
static struct ph_current current;
static struct ph_roundups roundups;
static struct fake_host host;
static const struct ph_identity identity = { .service = "api", .ident = "h/1" };
static const struct ph_routes_env env = { .identity = &identity,
                                          .board = &board,
                                          .current = &current,
                                          .types = &types,
                                          .roundups = &roundups };

static void init(void)
{
    struct porthole_type *type;
    struct porthole_object *o = NULL;

    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, PH_NS_PER_S);
    board.bell = &bell;
    ph_types_init(&types);
    ph_objects_init(&objects);
    ph_current_init(&current);
    roundups = (struct ph_roundups){ .board = &board, .objects = &objects };
    cr_assert_eq(ph_types_add(&types, "job", &type), PORTHOLE_OK);
    cr_assert_eq(ph_objects_add(&objects, type, "1", &o), PORTHOLE_OK);
    cr_assert_eq(porthole_object_publish(o, "{\"n\":1}", 7), PORTHOLE_OK);
    host.provides = true;
    fake_start(&host, NULL, &board);
}

static void fini(void)
{
    fake_stop(&host);
    ph_roundups_fini(&roundups);
    cr_assert_eq(roundups.hauls.n, 0);
    ph_current_fini(&current);
    ph_objects_fini(&objects);
    ph_types_fini(&types);
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(routes_objects, .init = init, .fini = fini);

static const char *no_query(const struct ph_request *request, const char *name)
{
    (void)request;
    return strcmp(name, "fields") == 0 ? "n" : NULL;
}

/* Wait for the answer as the http thread does, and read it. False: memory was out. */
static bool finish(struct ph_reply *reply)
{
    struct ph_later *later = reply->later;
    char buf[4096];
    bool told;

    while (later) {
        uint64_t times = ph_bell_times(&bell);

        *reply = (struct ph_reply){ 0 };
        if (later->settle(later, ph_clock_ns(), reply))
            break;
        ph_bell_wait(&bell, times, later->due_ns);
    }
    if (later)
        later->drop(later);
    told = reply->body || reply->feed;
    if (reply->feed) {
        while (reply->feed->fill(reply->feed, buf, sizeof buf))
            continue;
        reply->feed->drop(reply->feed);
    }
    ph_blob_unref(reply->body);
    return told;
}

static void answer(const char *path, struct ph_reply *reply)
{
    const struct ph_request request = { .path = path, .query = no_query, .accept = "" };

    if (strcmp(path, "/kang/snapshot") == 0)
        ph_answer_kang_snapshot(&env, &request, reply);
    else if (strcmp(path, "/kang/schema") == 0)
        ph_answer_kang_schema(&env, &request, reply);
    else
        ph_answer_objects(&env, &request, reply);
}

Test(routes_objects, survive_every_failed_allocation)
{
    static const char *const paths[] = { "/objects",       "/objects/job", "/objects/job/1",
                                         "/objects/nope",  "/kang/snapshot", "/kang/schema" };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        EVERY_ALLOC_FAILS({
            struct ph_reply reply = { 0 };
            bool told;

            answer(paths[i], &reply);
            told = finish(&reply);
            cr_assert(told || alloc_failed(), "%s", paths[i]);
        });
    }
}
