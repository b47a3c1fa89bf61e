/* SPDX-License-Identifier: MIT */
#include "agent/shelf.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ph_shelf shelf;

static void fini(void)
{
    ph_shelf_fini(&shelf);
}

TestSuite(shelf, .fini = fini);

static struct ph_shelf_key key(int thread, const char *type)
{
    return (struct ph_shelf_key){ .thread = thread,
                                  .joined_ns = 1,
                                  .kind = PORTHOLE_TASK_OBJECTS,
                                  .want = PORTHOLE_WANT_VALUES,
                                  .type = type };
}

/* Put fragments that claim to take so many bytes; borrowed. */
static struct ph_fragments *put(struct ph_shelf_key of, size_t bytes)
{
    struct ph_fragments *f = ph_fragments_new();

    f->bytes = bytes;
    ph_shelf_put(&shelf, &of, f);
    ph_fragments_unref(f);
    return f;
}

static struct ph_fragments *find(struct ph_shelf_key of)
{
    return ph_shelf_find(&shelf, &of);
}

Test(shelf, what_was_put_is_found_by_whose_it_is)
{
    struct ph_fragments *main_all = put(key(0, NULL), 1), *worker = put(key(1, "job"), 1);

    cr_assert_eq(find(key(0, NULL)), main_all);
    cr_assert_eq(find(key(1, "job")), worker);
    cr_assert_null(find(key(2, NULL)));
    cr_assert_null(find(key(1, NULL)), "one type is not all");
    cr_assert_null(find(key(1, "conn")));
}

Test(shelf, a_type_is_found_in_what_is_of_all_types)
{
    struct ph_fragments *all = put(key(0, NULL), 1), *newer;

    cr_assert_eq(find(key(0, "job")), all);
    newer = put(key(0, "job"), 1);
    cr_assert_eq(find(key(0, "job")), newer, "the newest of both");
    cr_assert_eq(find(key(0, "conn")), all);
}

Test(shelf, what_is_of_all_types_outdoes_what_is_of_one)
{
    struct ph_fragments *all;

    put(key(0, "job"), 1);
    put(key(0, "conn"), 1);
    all = put(key(0, NULL), 1);

    cr_assert_eq(shelf.n, 1);
    cr_assert_eq(find(key(0, "job")), all);
}

Test(shelf, types_are_told_by_all_values_and_not_the_other_way)
{
    struct ph_shelf_key types = key(0, NULL);
    struct ph_fragments *values;

    types.want = PORTHOLE_WANT_TYPES;
    put(types, 1);
    cr_assert_null(find(key(0, NULL)));
    values = put(key(0, NULL), 1);
    cr_assert_eq(find(types), values);
}

Test(shelf, a_thread_of_the_same_id_is_another_one)
{
    struct ph_shelf_key other = key(0, NULL);

    put(other, 1);
    other.joined_ns = 2;
    cr_assert_null(find(other));
}

Test(shelf, the_oldest_make_room)
{
    for (int i = 0; i < 20; i++)
        put(key(i, NULL), 1);

    cr_assert_eq(shelf.n, PH_SHELF_PLACES);
    cr_assert_null(find(key(3, NULL)));
    cr_assert_not_null(find(key(4, NULL)));
}

Test(shelf, bytes_have_a_ceiling_that_the_newest_alone_may_pass)
{
    put(key(0, NULL), PH_SHELF_BYTES / 2);
    put(key(1, NULL), PH_SHELF_BYTES / 2);
    cr_assert_eq(shelf.n, 2);
    put(key(2, NULL), 1);
    cr_assert_null(find(key(0, NULL)));
    cr_assert_eq(shelf.n, 2);
    put(key(3, NULL), 3 * (size_t)PH_SHELF_BYTES);
    cr_assert_eq(shelf.n, 1);
    cr_assert_not_null(find(key(3, NULL)));
}

static bool is_main(void *ctx, int thread, uint64_t joined_ns)
{
    (void)ctx;
    return thread == 0 && joined_ns == 1;
}

Test(shelf, copies_of_threads_that_are_gone_are_swept_out)
{
    put(key(0, "job"), 1);
    put(key(1, NULL), 1);
    put(key(0, "conn"), 1);
    ph_shelf_sweep(&shelf, is_main, NULL);

    cr_assert_eq(shelf.n, 2);
    cr_assert_not_null(find(key(0, "conn")));
    cr_assert_null(find(key(1, NULL)));
}
