/* SPDX-License-Identifier: MIT */
#include "agent/types.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agent/clock.h"
#include "alloc.h"

static struct ph_types types;

static void init(void)
{
    ph_types_init(&types);
}

static void fini(void)
{
    ph_types_fini(&types);
}

TestSuite(types, .init = init, .fini = fini);

static struct porthole_type *added(const char *name)
{
    struct porthole_type *type = NULL;

    cr_assert_eq(ph_types_add(&types, name, &type), PORTHOLE_OK, "%s", name);
    return type;
}

static struct ph_type_figures figures_of(const struct porthole_type *type)
{
    struct ph_type_figures figures;

    ph_type_read(type, &figures);
    return figures;
}

Test(types, the_same_name_again_is_the_same_type)
{
    struct porthole_type *job = added("job");

    cr_assert_eq(added("job"), job);
    cr_assert_neq(added("jobs"), job);
    cr_assert_eq(ph_types_find(&types, "job"), job);
    cr_assert_null(ph_types_find(&types, "jo"));
    cr_assert_eq(ph_types_count(&types), 2);
}

Test(types, names_are_utf8_of_1_to_127_bytes)
{
    static const char *const bad[] = { "", "\xC3", "a\xFF", "\xED\xA0\x80", NULL };
    char name[PORTHOLE_TYPE_BYTES + 1];
    struct porthole_type *type = NULL;

    memset(name, 'x', sizeof name);
    name[PORTHOLE_TYPE_BYTES - 1] = '\0';
    added(name);
    added("service");
    added("\xE2\x98\x83/\n");
    name[PORTHOLE_TYPE_BYTES - 1] = 'x';
    name[PORTHOLE_TYPE_BYTES] = '\0';

    cr_assert_eq(ph_types_add(&types, name, &type), PORTHOLE_EINVAL);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_eq(ph_types_add(&types, bad[i], &type), PORTHOLE_EINVAL, "row %zu", i);
    cr_assert_null(type);
}

Test(types, there_is_a_ceiling_and_known_names_pass_it)
{
    struct porthole_type *type = NULL;
    char name[16];

    for (size_t i = 0; i < PORTHOLE_MAX_TYPES; i++) {
        snprintf(name, sizeof name, "t%zu", i);
        added(name);
    }

    cr_assert_eq(ph_types_add(&types, "more", &type), PORTHOLE_ELIMIT);
    cr_assert_eq(added("t7"), ph_types_find(&types, "t7"));
}

Test(types, what_is_there_is_what_came_less_what_went)
{
    struct porthole_type *job = added("job");
    struct ph_type_figures f;

    porthole_type_created(job, 10);
    porthole_type_released(job, 3);
    porthole_type_collected(job, 2);
    f = figures_of(job);

    cr_assert_eq(f.count, 5);
    cr_assert_eq(f.created, 10);
    cr_assert_eq(f.released, 3);
    cr_assert_eq(f.collected, 2);
}

Test(types, more_gone_than_came_is_none)
{
    struct porthole_type *job = added("job");

    porthole_type_released(job, 3);

    cr_assert_eq(figures_of(job).count, 0);
}

Test(types, nothing_is_counted_for_no_type)
{
    porthole_type_created(NULL, 1);
    porthole_type_released(NULL, 1);
    porthole_type_collected(NULL, 1);
}

/* Looks at each second from `from_s` to `to_s`, with so many created in between. */
static void pass(struct porthole_type *type, uint64_t from_s, uint64_t to_s, uint64_t each)
{
    for (uint64_t s = from_s; s <= to_s; s++) {
        ph_types_mark(&types, s * PH_NS_PER_S);
        porthole_type_created(type, each);
    }
}

Test(types, a_rate_is_not_known_before_time_has_passed)
{
    struct porthole_type *job = added("job");

    cr_assert_lt(figures_of(job).created_per_s, 0);
    ph_types_mark(&types, PH_NS_PER_S);
    cr_assert_lt(figures_of(job).created_per_s, 0);
}

Test(types, a_rate_is_over_the_last_ten_seconds)
{
    struct porthole_type *job = added("job");

    pass(job, 1, 5, 7);
    ph_types_mark(&types, 6 * PH_NS_PER_S);
    cr_assert_float_eq(figures_of(job).created_per_s, 7, 0.01);
    pass(job, 7, 40, 100);
    ph_types_mark(&types, 41 * PH_NS_PER_S);
    cr_assert_float_eq(figures_of(job).created_per_s, 100, 0.01, "the old is forgotten");
    pass(job, 42, 60, 0);
    ph_types_mark(&types, 61 * PH_NS_PER_S);
    cr_assert_float_eq(figures_of(job).created_per_s, 0, 0.01);
}

Test(types, a_rate_can_be_told_of_ticks_that_come_faster_than_seconds)
{
    struct porthole_type *job = added("job");

    for (uint64_t i = 0; i < 400; i++) {
        ph_types_mark(&types, PH_NS_PER_S + i * 50 * PH_NS_PER_MS);
        porthole_type_created(job, 1);
    }
    cr_assert_float_eq(figures_of(job).created_per_s, 20, 0.2);
}

static void *count(void *arg)
{
    for (int i = 0; i < 10000; i++) {
        porthole_type_created(arg, 2);
        porthole_type_collected(arg, 1);
    }
    return NULL;
}

Test(types, threads_count_together)
{
    struct porthole_type *job = added("job");
    pthread_t threads[4];

    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, count, job), 0);
    for (int i = 0; i < 1000; i++)
        cr_assert_leq(figures_of(job).count, 80000);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);

    cr_assert_eq(figures_of(job).count, 40000);
}

Test(types, registering_survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct porthole_type *type = NULL;
        enum porthole_status rc = ph_types_add(&types, "job", &type);

        cr_assert_eq(rc == PORTHOLE_ENOMEM, alloc_failed());
        cr_assert_eq(rc == PORTHOLE_OK, type != NULL);
    });
}
