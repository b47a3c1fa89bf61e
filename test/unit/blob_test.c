/* SPDX-License-Identifier: MIT */
#include "agent/blob.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "alloc.h"

static struct ph_blob *of_text(const char *text, size_t max)
{
    struct ph_sink sink;
    struct ph_blob *blob;

    ph_sink_init(&sink, max);
    ph_sink_text(&sink, text);
    blob = ph_blob_take(&sink);
    ph_sink_fini(&sink);
    return blob;
}

Test(blob, freezes_the_bytes_of_a_sink)
{
    struct ph_blob *blob = of_text("abc", 100);

    cr_assert_eq(blob->len, 3, "the NUL behind it is not counted");
    cr_assert_str_eq(blob->bytes, "abc");
    ph_blob_unref(blob);
}

Test(blob, an_empty_sink_makes_an_empty_blob)
{
    struct ph_blob *blob = of_text("", 100);

    cr_assert_eq(blob->len, 0);
    cr_assert_str_eq(blob->bytes, "");
    ph_blob_unref(blob);
}

Test(blob, is_not_made_of_a_sink_that_failed)
{
    cr_assert_null(of_text("abcdef", 5));
}

Test(blob, lives_until_its_last_reference)
{
    struct ph_blob *blob = of_text("abc", 100);

    cr_assert_eq(ph_blob_ref(blob), blob);
    ph_blob_unref(blob);

    cr_assert_str_eq(blob->bytes, "abc");
    ph_blob_unref(blob);
}

Test(blob, no_blob_is_allowed)
{
    cr_assert_null(ph_blob_ref(NULL));
    ph_blob_unref(NULL);
}

Test(blob, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_blob *blob = of_text("abc", 100);

        cr_assert_eq(!blob, alloc_failed());
        ph_blob_unref(blob);
    });
}

static void *read_and_unref(void *arg)
{
    struct ph_blob *blob = arg;

    for (int i = 0; i < 1000; i++)
        ph_blob_unref(ph_blob_ref(blob));
    cr_assert_str_eq(blob->bytes, "shared");
    ph_blob_unref(blob);
    return NULL;
}

Test(blob, is_shared_by_threads_and_freed_once)
{
    struct ph_blob *blob = of_text("shared", 100);
    pthread_t threads[4];

    for (size_t i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, read_and_unref, ph_blob_ref(blob));
    ph_blob_unref(blob);

    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
