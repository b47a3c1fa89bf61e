/* SPDX-License-Identifier: MIT */
#include "agent/current.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "agent/clock.h"
#include "alloc.h"

static struct ph_current current;

static void init(void)
{
    ph_current_init(&current);
}

static void fini(void)
{
    ph_current_fini(&current);
}

TestSuite(current, .init = init, .fini = fini);

static struct ph_snapshot *snapshot_of(uint64_t tick)
{
    struct ph_builder b;

    ph_build_begin(&b);
    ph_build_text(&b, "name", "x");
    return ph_build_freeze(&b, tick, 0, 0);
}

static void publish(uint64_t tick)
{
    struct ph_published *p = ph_published_take(snapshot_of(tick), 0);

    cr_assert_not_null(p);
    ph_current_swap_take(&current, p);
}

Test(current, a_snapshot_is_published_in_every_format)
{
    struct ph_published *p = ph_published_take(snapshot_of(1), 0);

    cr_assert_str_eq(p->encoded[PH_FORMAT_JSON]->bytes, "{\"name\":\"x\"}\n");
    for (size_t i = 0; i < PH_FORMATS; i++)
        cr_assert_not_null(p->encoded[i], "%s", ph_encoders[i].content_type);
    ph_published_unref(p);
}

Test(current, there_is_nothing_before_the_first)
{
    cr_assert_null(ph_current_get(&current));
    cr_assert_null(ph_current_await(&current, 0, 1000000));
}

Test(current, the_latest_is_found_and_an_older_one_stays_with_who_holds_it)
{
    struct ph_published *older, *newer;

    publish(1);
    older = ph_current_get(&current);
    publish(2);
    newer = ph_current_get(&current);

    cr_assert_eq(older->snapshot->tick, 1);
    cr_assert_eq(newer->snapshot->tick, 2);
    ph_published_unref(older);
    ph_published_unref(newer);
}

static void *publish_first(void *unused)
{
    publish(7);
    return unused;
}

Test(current, the_first_is_awaited)
{
    struct ph_published *p;
    pthread_t thread;

    pthread_create(&thread, NULL, publish_first, NULL);
    p = ph_current_await(&current, 0, 10 * PH_NS_PER_S);
    pthread_join(thread, NULL);

    cr_assert_not_null(p);
    cr_assert_eq(p->snapshot->tick, 7);
    ph_published_unref(p);
}

static void *publish_twice(void *unused)
{
    ph_current_swap_take(&current, ph_published_take(snapshot_of(1), 0));
    ph_current_swap_take(&current, ph_published_take(snapshot_of(2), 3));
    return unused;
}

Test(current, one_that_has_seen_the_last_join_is_awaited)
{
    struct ph_published *p;
    pthread_t thread;

    pthread_create(&thread, NULL, publish_twice, NULL);
    p = ph_current_await(&current, 3, 10 * PH_NS_PER_S);
    pthread_join(thread, NULL);

    cr_assert_not_null(p);
    cr_assert_eq(p->snapshot->tick, 2);
    ph_published_unref(p);
}

Test(current, waiting_has_an_end)
{
    uint64_t began = ph_clock_ns();

    cr_assert_null(ph_current_await(&current, 0, 20 * PH_NS_PER_MS));

    cr_assert_geq(ph_clock_ns() - began, 20 * PH_NS_PER_MS);
}

static atomic_bool done;

static void *read_until_done(void *unused)
{
    uint64_t last = 0;

    while (!atomic_load(&done)) {
        struct ph_published *p = ph_current_get(&current);

        if (p && p->snapshot->tick < last)
            cr_assert_fail("ticks went back");
        last = p ? p->snapshot->tick : last;
        ph_published_unref(p);
    }
    return unused;
}

Test(current, readers_and_the_writer_do_not_disturb_each_other)
{
    pthread_t readers[2];

    for (size_t i = 0; i < 2; i++)
        pthread_create(&readers[i], NULL, read_until_done, NULL);
    for (uint64_t tick = 1; tick <= 300; tick++)
        publish(tick);
    atomic_store(&done, true);

    for (size_t i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);
}

Test(current, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_snapshot *s = snapshot_of(1);
        struct ph_published *p = s ? ph_published_take(s, 0) : NULL;
        bool complete = true;

        for (size_t i = 0; p && i < PH_FORMATS; i++)
            complete = complete && p->encoded[i];
        cr_assert_eq(!p || !complete, alloc_failed(),
                     "one format may fail, and is missing then");
        ph_published_unref(p);
    });
}
