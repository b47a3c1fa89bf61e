/* SPDX-License-Identifier: MIT */
#include "agent/result.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static struct ph_result result;

static void init(void)
{
    ph_result_init(&result);
}

static void fini(void)
{
    ph_result_fini(&result);
}

TestSuite(result, .init = init, .fini = fini);

static const struct porthole_frame spin = {
    "spin", "/app/x.js", 3, 5, PORTHOLE_FRAME_WASM, true
};
static const struct porthole_node node = { 7, 1, "spin", "/app/x.js", 11, 3, 5, 42, 99 };

/* ---- What goes in comes out -------------------------------------------------------- */

Test(result, finishing_zeroed_memory_is_a_no_op)
{
    struct ph_result zeroed = { .cut = false };

    ph_result_fini(&zeroed);
}

Test(result, an_empty_one_has_no_rows_and_no_reason)
{
    size_t n = 9;

    ph_result_frames(&result, &n);
    cr_assert_eq(n, 0);
    ph_result_allocations(&result, &n);
    cr_assert_eq(n, 0);
    cr_assert_str_eq(result.why, "");
    cr_assert_str_eq(ph_result_text(&result, 0), "");
    cr_assert_str_eq(ph_result_text(&result, UINT32_MAX), "");
}

Test(result, a_frame_comes_back_as_it_was)
{
    const struct ph_result_frame *f;
    size_t n;

    cr_assert(ph_result_add_frame(&result, &spin));
    f = ph_result_frames(&result, &n);

    cr_assert_eq(n, 1);
    cr_assert_str_eq(ph_result_text(&result, f->function), "spin");
    cr_assert_str_eq(ph_result_text(&result, f->file), "/app/x.js");
    cr_assert_eq(f->line, 3);
    cr_assert_eq(f->column, 5);
    cr_assert_eq(f->kind, PORTHOLE_FRAME_WASM);
    cr_assert(f->constructor);
}

Test(result, a_node_comes_back_as_it_was)
{
    const struct ph_result_node *back;
    size_t n;

    cr_assert(ph_result_add_node(&result, &node));
    back = ph_result_nodes(&result, &n);

    cr_assert_eq(n, 1);
    cr_assert_eq(back->id, 7);
    cr_assert_eq(back->parent, 1);
    cr_assert_str_eq(ph_result_text(&result, back->function), "spin");
    cr_assert_str_eq(ph_result_text(&result, back->file), "/app/x.js");
    cr_assert_eq(back->script_id, 11);
    cr_assert_eq(back->line, 3);
    cr_assert_eq(back->column, 5);
    cr_assert_eq(back->hits, 42);
    cr_assert_eq(back->self_bytes, 99);
}

Test(result, rows_samples_and_allocations_keep_their_order)
{
    size_t n;

    for (uint32_t i = 0; i < 3; i++) {
        cr_assert(ph_result_add_row(&result, "Job", i, PORTHOLE_UNKNOWN));
        cr_assert(ph_result_add_sample(&result, i, 100 + i));
        cr_assert(ph_result_add_allocation(&result, i, 8, i + 1));
    }

    cr_assert_eq(ph_result_rows(&result, &n)[2].count, 2);
    cr_assert_eq(ph_result_rows(&result, &n)[2].bytes, PORTHOLE_UNKNOWN);
    cr_assert_eq(n, 3);
    cr_assert_eq(ph_result_samples(&result, &n)[1].at_us, 101);
    cr_assert_eq(n, 3);
    cr_assert_eq(ph_result_allocations(&result, &n)[2].count, 3);
    cr_assert_eq(n, 3);
    cr_assert_not(result.cut);
}

Test(result, no_text_is_empty_text)
{
    const struct porthole_frame nothing = { .function = NULL, .file = "" };
    size_t n;

    cr_assert(ph_result_add_frame(&result, &nothing));

    cr_assert_str_eq(ph_result_text(&result, ph_result_frames(&result, &n)->function), "");
    cr_assert_str_eq(ph_result_text(&result, ph_result_frames(&result, &n)->file), "");
}

/* ---- Text -------------------------------------------------------------------------- */

Test(result, the_same_text_is_kept_once)
{
    size_t len;

    ph_result_add_frame(&result, &spin);
    len = result.text.len;
    for (int i = 0; i < 100; i++)
        ph_result_add_frame(&result, &spin);

    cr_assert_eq(result.text.len, len);
}

/* Two texts with the same place in the small memory: the later one must not be taken for
 * the earlier. */
Test(result, different_texts_never_share)
{
    const size_t many = 20 * PH_RESULT_INTERNED;
    char name[32];
    size_t n;

    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < many; i++) {
            snprintf(name, sizeof name, "name%zu", i);
            cr_assert_eq(ph_result_add_row(&result, name, i, 0), round * many + i < 20001);
        }
    }

    for (size_t i = 0; i < ph_result_rows(&result, &n)[0].count + many; i++) {
        snprintf(name, sizeof name, "name%zu", i);
        cr_assert_str_eq(ph_result_text(&result, ph_result_rows(&result, &n)[i].name), name);
    }
}

/* ---- Ceilings ---------------------------------------------------------------------- */

static bool add_frame(size_t i)
{
    (void)i;
    return ph_result_add_frame(&result, &spin);
}

static bool add_row(size_t i)
{
    return ph_result_add_row(&result, "Job", i, 0);
}

static bool add_node(size_t i)
{
    struct porthole_node next = node;

    next.id = (uint32_t)i + 1;
    return ph_result_add_node(&result, &next);
}

static bool add_sample(size_t i)
{
    return ph_result_add_sample(&result, 1, i);
}

static bool add_allocation(size_t i)
{
    return ph_result_add_allocation(&result, 1, 8, i);
}

Test(result, every_ceiling_cuts_and_says_so)
{
    static const struct {
        bool (*add)(size_t i);
        size_t ceiling;
    } kinds[] = {
        { add_frame, PH_RESULT_FRAMES },
        { add_row, PH_RESULT_ROWS },
        { add_node, PH_RESULT_NODES },
        { add_sample, PH_RESULT_SAMPLES },
        { add_allocation, PH_RESULT_ALLOCATIONS },
    };

    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        for (size_t i = 0; i < kinds[kind].ceiling; i++)
            cr_assert(kinds[kind].add(i), "kind %zu, row %zu", kind, i);
        cr_assert_not(result.cut, "kind %zu", kind);

        cr_assert_not(kinds[kind].add(0), "kind %zu", kind);
        cr_assert(result.cut, "kind %zu", kind);
        cr_assert_not(kinds[kind].add(0), "kind %zu: it stays cut", kind);
        fini();
        init();
    }
}

Test(result, a_full_pool_of_text_cuts_names_and_keeps_figures)
{
    char *name = malloc(1 << 20);
    size_t n;

    memset(name, 'x', (1 << 20) - 1);
    name[(1 << 20) - 1] = '\0';
    for (unsigned i = 0; i < 20; i++) {
        name[0] = (char)('a' + i);
        cr_assert(ph_result_add_row(&result, name, i, 0));
    }

    cr_assert(result.cut);
    cr_assert_leq(result.text.len, PH_RESULT_TEXT);
    cr_assert_eq(ph_result_rows(&result, &n)[19].count, 19);
    cr_assert_str_eq(ph_result_text(&result, ph_result_rows(&result, &n)[19].name), "");
    cr_assert_eq(ph_result_text(&result, ph_result_rows(&result, &n)[3].name)[0], 'd');
    free(name);
}

/* ---- Failure ----------------------------------------------------------------------- */

Test(result, the_first_reason_wins)
{
    ph_result_fail(&result, "no heap");
    ph_result_fail(&result, "no luck");

    cr_assert_str_eq(result.why, "no heap");
}

Test(result, a_failure_without_words_still_is_one)
{
    ph_result_fail(&result, "");

    cr_assert_str_eq(result.why, "unknown");
}

Test(result, a_long_reason_is_cut)
{
    char why[4096];

    memset(why, 'w', sizeof why - 1);
    why[sizeof why - 1] = '\0';
    ph_result_fail(&result, why);

    cr_assert_lt(strlen(result.why), sizeof result.why);
}

Test(result, every_failed_allocation_cuts_and_never_fails)
{
    fini();
    EVERY_ALLOC_FAILS({
        bool all = true;
        size_t n;

        init();
        for (size_t i = 0; i < PH_RESULT_FRAMES; i++) {
            char name[32];
            const struct porthole_frame frame = { .function = name, .file = "/a.js" };

            snprintf(name, sizeof name, "function number %zu", i);
            all &= ph_result_add_frame(&result, &frame);
            all &= ph_result_add_row(&result, name, 1, 1);
            all &= ph_result_add_node(&result, &node);
            all &= ph_result_add_sample(&result, 1, i);
            all &= ph_result_add_allocation(&result, 1, 1, 1);
        }
        cr_assert_eq(result.cut, alloc_failed());
        cr_assert(all || result.cut);
        for (size_t i = 0; i < (ph_result_frames(&result, &n), n); i++)
            cr_assert_lt(
                strlen(ph_result_text(&result, ph_result_frames(&result, &n)[i].function)), 32);
        fini();
    });
}
