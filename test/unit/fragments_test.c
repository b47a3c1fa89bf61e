/* SPDX-License-Identifier: MIT */
#include "agent/fragments.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

static struct ph_fragments *f;

static void init(void)
{
    f = ph_fragments_new();
    cr_assert_not_null(f);
}

static void fini(void)
{
    ph_fragments_unref(f);
}

TestSuite(fragments, .init = init, .fini = fini);

static bool add(const char *type, const char *id, const char *json)
{
    const struct porthole_fragment given = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                             .type = type,
                                             .id = id,
                                             .id_bytes = strlen(id),
                                             .json = json,
                                             .json_bytes = strlen(json),
                                             .place = f->n + 1 };

    return ph_fragments_add(f, &given);
}

Test(fragments, what_goes_in_comes_out)
{
    const struct porthole_fragment given = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                             .type = "job",
                                             .id = "a\0b",
                                             .id_bytes = 3,
                                             .json = "{\"x\":1}",
                                             .json_bytes = 7,
                                             .born_ns = 5,
                                             .place = 9,
                                             .has_nulls = true };
    const struct ph_fragment *row;

    cr_assert(ph_fragments_add(f, &given));
    row = ph_fragments_at(f, 0);

    cr_assert_eq(row->id_bytes, 3);
    cr_assert_eq(memcmp(row->bytes, "a\0b", 4), 0);
    cr_assert_str_eq(ph_fragment_json(row), "{\"x\":1}");
    cr_assert_str_eq(ph_fragments_type(f, row), "job");
    cr_assert_eq(row->born_ns, 5);
    cr_assert_eq(row->place, 9);
    cr_assert(row->has_nulls);
}

Test(fragments, rows_stay_where_they_are)
{
    const struct ph_fragment *first;
    char id[32];

    cr_assert(add("job", "first", "1"));
    first = ph_fragments_at(f, 0);
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "%d", i);
        cr_assert(add(i % 2 ? "job" : "conn", id, "{\"some\":\"thing\"}"));
    }

    cr_assert_eq(ph_fragments_at(f, 0), first);
    cr_assert_eq(f->n_objects, 20001);
    cr_assert_str_eq(ph_fragments_at(f, 20000)->bytes, "19999");
    cr_assert_str_eq(ph_fragments_type(f, ph_fragments_at(f, 20000)), "job");
}

Test(fragments, a_hundred_bytes_an_object_are_more_than_it_takes_beyond_its_text)
{
    char id[32];

    for (int i = 0; i < 100000; i++) {
        snprintf(id, sizeof id, "%06d", i);
        cr_assert(add("job", id, "{\"state\":\"running\",\"n\":12345678}"));
    }

    cr_assert_lt((double)f->bytes / 100000, 100 + 6 + 32);
}

Test(fragments, where_the_objects_of_a_type_lie_is_known)
{
    const struct porthole_fragment type = { .kind = PORTHOLE_FRAGMENT_TYPE, .type = "b" };
    uint16_t b;

    add("a", "1", "1");
    ph_fragments_add(f, &type);
    add("b", "2", "2");
    add("a", "3", "3");
    add("b", "4", "4");
    b = ph_fragments_find_type(f, "b");

    cr_assert_eq(f->span[b].first, 2);
    cr_assert_eq(f->span[b].end, 5);
    cr_assert_eq(f->span[b].n, 2);
    cr_assert_eq(f->of_kind[PORTHOLE_FRAGMENT_TYPE].first, 1);
    cr_assert_eq(f->of_kind[PORTHOLE_FRAGMENT_TYPE].n, 1);
    cr_assert_eq(ph_fragments_find_type(f, "c"), PH_NO_TYPE);
}

Test(fragments, what_is_too_large_is_refused_and_shows)
{
    struct porthole_fragment given = { .kind = PORTHOLE_FRAGMENT_OBJECT,
                                       .type = "t",
                                       .id = "",
                                       .json = "",
                                       .json_bytes = PORTHOLE_OBJECT_BYTES + 1 };

    cr_assert_not(ph_fragments_add(f, &given));
    cr_assert(f->cut);
    cr_assert_not(f->failed);
    given.json_bytes = 0;
    given.id_bytes = PORTHOLE_ID_BYTES;
    cr_assert_not(ph_fragments_add(f, &given));
    given.id_bytes = 0;
    given.kind = (enum porthole_fragment_kind)77;
    cr_assert_not(ph_fragments_add(f, &given));
    cr_assert_eq(f->n, 0);
}

Test(fragments, types_have_a_ceiling)
{
    char name[16];

    for (int i = 0; i < PORTHOLE_MAX_TYPES; i++) {
        snprintf(name, sizeof name, "t%d", i);
        cr_assert(add(name, "x", "1"));
    }
    cr_assert_not(add("one more", "x", "1"));
    cr_assert(f->cut);
    cr_assert(add("t0", "y", "1"));
}

Test(fragments, nothing_is_freed_twice_or_lost)
{
    cr_assert_eq(ph_fragments_ref(f), f);
    ph_fragments_unref(f);
    cr_assert_null(ph_fragments_ref(NULL));
    ph_fragments_unref(NULL);
}

Test(fragments, survive_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        ph_fragments_unref(f);
        f = ph_fragments_new();
        cr_assert_eq(f == NULL, alloc_failed());
        if (f) {
            bool added = add("a", "1", "1");

            added = add("b", "2", "2") && added;
            cr_assert_eq(added, !alloc_failed());
            cr_assert_eq(f->failed, alloc_failed());
        }
    });
}
