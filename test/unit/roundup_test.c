/* SPDX-License-Identifier: MIT */
#include "agent/roundup.h"

#include <criterion/criterion.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/serve.h"
#include "alloc.h"
#include "fake_host.h"

#define MS PH_NS_PER_MS
#define LONG (10 * PH_NS_PER_S)
#define OBJECTS PORTHOLE_TASK_OBJECTS
#define PROVIDED PORTHOLE_TASK_PROVIDED

static struct ph_bell bell;
static struct ph_board board;
static struct ph_types types;
static struct ph_objects objects;
static struct ph_roundups roundups;
static struct fake_host host, worker;

#define OBJECT(type_, id_, place_)                                                     \
    {                                                                                  \
        .kind = PORTHOLE_FRAGMENT_OBJECT, .type = (type_), .id = (id_), .id_bytes = 1,     \
        .json = "{\"n\":1}", .json_bytes = 7, .born_ns = (place_), .place = (place_)   \
    }

static const struct porthole_fragment tracked[] = {
    OBJECT("job", "1", 1), OBJECT("job", "2", 2), OBJECT("conn", "1", 3),
    OBJECT("job", "3", 4), OBJECT("job", "4", 5), OBJECT("job", "5", 6),
};
static const struct porthole_fragment computed[] = { OBJECT("queue", "q", 1) };

static void init(void)
{
    cr_assert(ph_bell_init(&bell));
    ph_board_init(&board, 200 * MS);
    board.bell = &bell;
    ph_types_init(&types);
    ph_objects_init(&objects);
    roundups = (struct ph_roundups){ .board = &board, .objects = &objects };
    host.objects = worker.objects = tracked;
    host.n_objects = worker.n_objects = 6;
    host.provided = computed;
    host.n_provided = 1;
    worker.name = "worker 1";
    worker.id = 1;
}

static void fini(void)
{
    if (host.joined)
        fake_stop(&host);
    if (worker.joined)
        fake_stop(&worker);
    ph_roundups_fini(&roundups);
    cr_assert_eq(roundups.n, 0);
    cr_assert_eq(roundups.hauls.n, 0);
    ph_objects_fini(&objects);
    ph_types_fini(&types);
    ph_board_fini(&board);
    ph_bell_fini(&bell);
}

TestSuite(roundup, .init = init, .fini = fini);

static const struct ph_roundup_ask all = { .wait_ns = LONG };

static struct ph_roundup *ask(const struct ph_roundup_ask *what)
{
    bool busy = true;
    struct ph_roundup *r = ph_roundup_get(&roundups, what, &busy);

    cr_assert_not_null(r);
    cr_assert_not(busy);
    return r;
}

/* Wait as the http thread does: look when the bell has rung, or it is due. */
static struct ph_haul *await(struct ph_roundup *r)
{
    for (;;) {
        uint64_t times = ph_bell_times(&bell);

        if (ph_roundup_tend(r, ph_clock_ns()))
            return ph_roundup_haul(r);
        ph_bell_wait(&bell, times, ph_roundup_due(r));
    }
}

static size_t rows_of(const struct ph_lot *lot)
{
    return lot->fragments ? lot->fragments->n : 0;
}

/* A whole read, for the shelf. */
static void read_once(void)
{
    struct ph_roundup *r = ask(&all);

    await(r);
    ph_roundup_unref(r);
}

Test(roundup, every_thread_brings_what_it_tracks_and_what_it_provides)
{
    struct ph_roundup *r;
    struct ph_haul *haul;

    host.provides = true;
    fake_start(&worker, NULL, &board);
    fake_start(&host, NULL, &board);
    r = ask(&all);
    haul = await(r);

    cr_assert_eq(haul->n, 4, "and what is published");
    for (size_t i = 0; i < haul->n; i++)
        cr_assert_str_eq(haul->lots[i].cause, "");
    cr_assert_eq(haul->lots[0].thread, 0, "in order of threads, not of joining");
    cr_assert_eq(haul->lots[0].kind, OBJECTS);
    cr_assert_eq(rows_of(&haul->lots[0]), 6);
    cr_assert_eq(haul->lots[0].how, PH_HOW_LOOP);
    cr_assert_eq(haul->lots[1].kind, PROVIDED);
    cr_assert_eq(rows_of(&haul->lots[1]), 1);
    cr_assert_eq(haul->lots[2].thread, 1);
    cr_assert_str_eq(haul->lots[2].name, "worker 1");
    cr_assert_eq(haul->lots[3].thread, PH_THREAD_PUBLISHED);
    cr_assert(ph_haul_is_complete(haul));
    cr_assert_not(ph_haul_is_stale(haul));
    ph_roundup_unref(r);
}

Test(roundup, slices_of_a_healthy_loop_are_not_hurried)
{
    struct ph_roundup *r;

    host.per_slice = 1;
    fake_start(&host, NULL, &board);
    r = ask(&all);

    cr_assert_eq(rows_of(&await(r)->lots[0]), 6);
    cr_assert_geq(atomic_load(&host.performed[OBJECTS]), 6);
    ph_roundup_unref(r);
}

Test(roundup, a_loop_that_does_not_come_is_read_by_interrupt_slice_by_slice)
{
    struct ph_roundup *r;
    struct ph_haul *haul;

    host.per_slice = 2;
    atomic_store(&host.stuck, true);
    fake_start(&host, NULL, &board);
    r = ask(&all);
    haul = await(r);

    cr_assert_eq(rows_of(&haul->lots[0]), 6);
    cr_assert_eq(haul->lots[0].how, PH_HOW_INTERRUPT);
    cr_assert_geq(atomic_load(&host.urged), 3, "called again after each slice");
    cr_assert_str_eq(haul->lots[0].cause, "");
    ph_roundup_unref(r);
}

Test(roundup, a_loop_is_given_twenty_milliseconds_before_it_is_interrupted)
{
    struct ph_roundup *r;
    uint64_t began_ns;

    atomic_store(&host.deaf, true);
    fake_start(&host, NULL, &board);
    began_ns = ph_clock_ns();
    r = ask(&all);
    cr_assert_not(ph_roundup_tend(r, began_ns + 10 * MS));
    cr_assert_eq(atomic_load(&host.urged), 0);
    cr_assert_not(ph_roundup_tend(r, ph_clock_ns() + 21 * MS));
    cr_assert_eq(atomic_load(&host.urged), 1);
    ph_roundup_unref(r);
}

Test(roundup, a_loop_known_to_be_blocked_is_interrupted_at_once)
{
    struct ph_roundup *r;

    host.blocked_ns = PH_NS_PER_S;
    atomic_store(&host.stuck, true);
    fake_start(&host, NULL, &board);
    r = ask(&all);

    cr_assert_eq(atomic_load(&host.urged), 1);
    cr_assert_eq(rows_of(&await(r)->lots[0]), 6);
    ph_roundup_unref(r);
}

Test(roundup, what_a_blocked_loop_alone_can_compute_is_not_waited_for)
{
    struct ph_roundup *r;
    const struct ph_lot *lot;

    host.provides = true;
    host.blocked_ns = PH_NS_PER_S;
    atomic_store(&host.stuck, true);
    fake_start(&host, NULL, &board);
    r = ask(&all);
    lot = &await(r)->lots[1];

    cr_assert_str_eq(lot->cause, "loop is blocked");
    cr_assert_null(lot->fragments);
    cr_assert_eq(atomic_load(&host.performed[PROVIDED]), 0, "not even asked");
    cr_assert_not(ph_haul_is_complete(ph_roundup_haul(r)));
    ph_roundup_unref(r);
}

Test(roundup, in_place_of_what_cannot_be_had_comes_the_last_copy)
{
    struct ph_roundup *r;
    const struct ph_lot *lot;

    host.provides = true;
    fake_start(&host, NULL, &board);
    read_once();
    fake_deafen(&host);
    porthole_loop_after_poll(host.thread, ph_clock_ns() - PH_NS_PER_S);
    r = ask(&(struct ph_roundup_ask){ .objects.type = "queue", .wait_ns = 50 * MS });
    lot = &await(r)->lots[1];

    cr_assert_str_eq(lot->cause, "loop is blocked");
    cr_assert(lot->stale);
    cr_assert_eq(lot->how, PH_HOW_COPY);
    cr_assert_eq(rows_of(lot), 1);
    cr_assert(ph_haul_is_stale(ph_roundup_haul(r)));
    ph_roundup_unref(r);
}

Test(roundup, whoever_does_not_come_in_time_is_told_with_the_kernels_words)
{
    struct ph_roundup *r;
    const struct ph_lot *lot;

    atomic_store(&host.deaf, true);
    fake_start(&host, NULL, &board);
    r = ask(&(struct ph_roundup_ask){ .wait_ns = 50 * MS });
    lot = &await(r)->lots[0];

    cr_assert_eq(strncmp(lot->cause, "loop is inside a system call (futex", 34), 0, "%s",
                 lot->cause);
    cr_assert_null(lot->fragments);
    ph_roundup_unref(r);
}

Test(roundup, a_thread_that_leaves_meanwhile_leaves_no_copy_behind)
{
    struct ph_roundup *r;
    const struct ph_lot *lot;

    fake_start(&host, NULL, &board);
    read_once();
    fake_deafen(&host);
    r = ask(&all);
    fake_stop(&host);
    host.joined = false;
    lot = &await(r)->lots[0];

    cr_assert_str_eq(lot->cause, "the thread has ended");
    cr_assert_eq(rows_of(lot), 0);
    ph_roundup_unref(r);
}

static bool fail(struct fake_host *fake, porthole_task *task, bool on_loop)
{
    (void)fake;
    (void)on_loop;
    porthole_task_fail(task, "the isolate is gone");
    return true;
}

Test(roundup, a_host_that_fails_tells_why)
{
    struct ph_roundup *r;

    host.perform = fail;
    fake_start(&host, NULL, &board);
    r = ask(&all);

    cr_assert_str_eq(await(r)->lots[0].cause, "the isolate is gone");
    cr_assert_eq(roundups.shelf.n, 0);
    ph_roundup_unref(r);
}

static bool cut(struct fake_host *fake, porthole_task *task, bool on_loop)
{
    (void)fake;
    (void)on_loop;
    porthole_task_fragment(task, &tracked[0]);
    porthole_task_fragments_cut(task, "over budget");
    return true;
}

Test(roundup, what_a_host_has_cut_is_not_complete_and_no_copy_for_later)
{
    struct ph_roundup *r;

    host.perform = cut;
    fake_start(&host, NULL, &board);
    r = ask(&all);

    cr_assert_str_eq(await(r)->lots[0].cause, "over budget");
    cr_assert_eq(rows_of(&ph_roundup_haul(r)->lots[0]), 1);
    cr_assert_eq(roundups.shelf.n, 0);
    ph_roundup_unref(r);
}

/* ---- Sharing and dropping ---------------------------------------------------------- */

Test(roundup, equal_asks_share_one_and_others_do_not)
{
    const struct ph_roundup_ask job = { .objects.type = "job", .wait_ns = LONG };
    struct ph_roundup *a, *b, *c;

    atomic_store(&host.deaf, true);
    fake_start(&host, NULL, &board);
    a = ask(&all);
    b = ask(&all);
    c = ask(&job);

    cr_assert_eq(a, b);
    cr_assert_neq(a, c);
    cr_assert_eq(host.thread->mail.n, 2);
    ph_roundup_unref(a);
    ph_roundup_unref(b);
    ph_roundup_unref(c);
}

Test(roundup, what_is_ready_is_not_shared_any_more)
{
    struct ph_roundup *a, *b;

    fake_start(&host, NULL, &board);
    a = ask(&all);
    await(a);
    b = ask(&all);
    cr_assert_neq(a, b);
    ph_roundup_unref(a);
    ph_roundup_unref(b);
}

Test(roundup, what_nobody_waits_for_is_never_begun)
{
    struct ph_roundup *r;

    host.provides = true;
    atomic_store(&host.deaf, true);
    fake_start(&host, NULL, &board);
    r = ask(&all);
    ph_roundup_unref(r);
    atomic_store(&host.deaf, false);
    fake_nudge(&host);
    read_once();

    cr_assert_eq(atomic_load(&host.performed[OBJECTS]), 1, "the second only");
    cr_assert_eq(atomic_load(&host.performed[PROVIDED]), 1);
}

Test(roundup, more_than_eight_at_once_are_refused)
{
    struct ph_roundup *held[PH_ROUNDUPS];
    struct ph_roundup_ask what = all;
    bool busy = false;

    atomic_store(&host.deaf, true);
    fake_start(&host, NULL, &board);
    for (unsigned i = 0; i < PH_ROUNDUPS; i++) {
        what.objects.depth = i + 1;
        held[i] = ask(&what);
    }
    what.objects.depth = 16;

    cr_assert_null(ph_roundup_get(&roundups, &what, &busy));
    cr_assert(busy);
    for (unsigned i = 0; i < PH_ROUNDUPS; i++)
        ph_roundup_unref(held[i]);
}

/* ---- Copies, places, what is published ----------------------------------------------- */

Test(roundup, a_copy_young_enough_is_not_asked_for_again)
{
    struct ph_roundup *r;

    fake_start(&host, NULL, &board);
    read_once();
    r = ask(&(struct ph_roundup_ask){ .wait_ns = LONG, .max_age_ns = LONG });
    cr_assert_eq(rows_of(&await(r)->lots[0]), 6);
    cr_assert_not(ph_haul_is_stale(ph_roundup_haul(r)));
    cr_assert(ph_haul_is_complete(ph_roundup_haul(r)));
    ph_roundup_unref(r);
    cr_assert_eq(atomic_load(&host.performed[OBJECTS]), 1);
    r = ask(&(struct ph_roundup_ask){ .wait_ns = LONG, .max_age_ns = 1 });
    await(r);
    cr_assert_eq(atomic_load(&host.performed[OBJECTS]), 2, "that one was too old");
    ph_roundup_unref(r);
}

Test(roundup, only_whole_reads_become_copies)
{
    static const struct ph_roundup_ask parts[] = {
        { .objects.limit = 2, .wait_ns = LONG },
        { .objects.depth = 2, .wait_ns = LONG },
        { .objects.fields = "n", .wait_ns = LONG },
        { .from = { 0, OBJECTS, 2 }, .wait_ns = LONG },
        { .objects.id = "1", .objects.id_bytes = 1, .wait_ns = LONG },
    };

    fake_start(&host, NULL, &board);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct ph_roundup *r = ask(&parts[i]);

        await(r);
        cr_assert_eq(roundups.shelf.n, 0, "row %zu", i);
        ph_roundup_unref(r);
    }
    read_once();
    cr_assert_eq(roundups.shelf.n, 1);
}

Test(roundup, behind_a_place_come_only_the_sources_behind_it)
{
    struct ph_roundup *r;
    struct ph_haul *haul;

    fake_start(&host, NULL, &board);
    fake_start(&worker, NULL, &board);
    r = ask(&(struct ph_roundup_ask){ .from = { 1, OBJECTS, 4 }, .wait_ns = LONG });
    haul = await(r);

    cr_assert_eq(haul->n, 2);
    cr_assert_eq(haul->lots[0].thread, 1);
    cr_assert_eq(rows_of(&haul->lots[0]), 2);
    cr_assert_eq(atomic_load(&host.performed[OBJECTS]), 0);
    ph_roundup_unref(r);
}

Test(roundup, what_is_published_is_read_in_turns)
{
    struct porthole_type *job;
    struct ph_roundup *r;
    unsigned turns = 0;

    cr_assert_eq(ph_types_add(&types, "job", &job), PORTHOLE_OK);
    for (int i = 0; i < 5000; i++) {
        struct porthole_object *o = NULL;

        cr_assert_eq(ph_objects_add(&objects, job, "x", &o), PORTHOLE_OK);
        cr_assert_eq(porthole_object_publish(o, "1", 1), PORTHOLE_OK);
    }
    r = ask(&all);
    for (uint64_t now_ns = ph_clock_ns(); !ph_roundup_tend(r, now_ns); now_ns++) {
        cr_assert_eq(ph_roundup_due(r), now_ns, "at once");
        turns++;
    }

    cr_assert_eq(rows_of(&ph_roundup_haul(r)->lots[0]), 5000);
    cr_assert_geq(turns, 4);
    ph_roundup_unref(r);
}

Test(roundup, types_and_schemas_are_asked_of_providers_alone)
{
    struct ph_roundup *r;

    host.provides = true;
    fake_start(&host, NULL, &board);
    fake_start(&worker, NULL, &board);
    r = ask(&(struct ph_roundup_ask){ .objects.want = PORTHOLE_WANT_TYPES, .wait_ns = LONG });
    cr_assert_eq(await(r)->n, 1);
    cr_assert_eq(ph_roundup_haul(r)->lots[0].kind, PROVIDED);
    ph_roundup_unref(r);
    cr_assert_eq(atomic_load(&host.performed[OBJECTS]), 0);
}

Test(roundup, survives_every_failed_allocation)
{
    fake_start(&host, NULL, &board);
    EVERY_ALLOC_FAILS({
        bool busy = false;
        struct ph_roundup_ask what = { .objects.type = "job", .wait_ns = LONG };
        struct ph_roundup *r = ph_roundup_get(&roundups, &what, &busy);

        cr_assert_not(busy);
        cr_assert(r || alloc_failed());
        if (r)
            await(r);
        ph_roundup_unref(r);
    });
}
