/* SPDX-License-Identifier: MIT */
#include "agent/mend.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "alloc.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define FILE_NAME "/app/x.js"
#define MOST 32u

static struct ph_result profile;
static struct ph_result stacks[MOST];
static const struct ph_result *given[MOST];

static void init(void)
{
    ph_result_init(&profile);
    for (size_t i = 0; i < MOST; i++) {
        ph_result_init(&stacks[i]);
        given[i] = &stacks[i];
    }
}

static void fini(void)
{
    ph_result_fini(&profile);
    for (size_t i = 0; i < MOST; i++)
        ph_result_fini(&stacks[i]);
}

TestSuite(mend, .init = init, .fini = fini);

/* ---- Making ------------------------------------------------------------------------ */

static void add_node(uint32_t id, uint32_t parent, const char *function)
{
    const struct porthole_node node = {
        .id = id, .parent = parent, .function = function, .file = parent ? FILE_NAME : ""
    };

    cr_assert(ph_result_add_node(&profile, &node));
}

static struct ph_result_node *rows(size_t *n)
{
    *n = profile.nodes.len / sizeof(struct ph_result_node);
    return (struct ph_result_node *)(void *)profile.nodes.bytes;
}

static struct ph_result_node *row(uint32_t id)
{
    size_t n;
    struct ph_result_node *all = rows(&n);

    for (size_t i = 0; i < n; i++)
        if (all[i].id == id)
            return &all[i];
    return NULL;
}

/* Samples, 100 us apart, each with its hit; the first of all is at 100. */
static void add_samples(uint32_t node, unsigned n)
{
    size_t before;

    ph_result_samples(&profile, &before);
    for (unsigned i = 0; i < n; i++)
        cr_assert(ph_result_add_sample(&profile, node, 100 * (before + i + 1)));
    row(node)->hits += n;
}

/* A stack taken together with sample `nth` (from 0); functions outermost first. */
static void add_stack(size_t which, size_t nth, const char *const *functions, size_t n)
{
    struct ph_result *s = &stacks[which];

    s->began_us = 100 * (nth + 1) - 1;
    s->ended_us = 100 * (nth + 1) + 1;
    while (n-- > 0) {
        const struct porthole_frame f = { .function = functions[n], .file = FILE_NAME };

        cr_assert(ph_result_add_frame(s, &f));
    }
}

#define STACK(which, nth, ...) \
    add_stack(which, nth, (const char *const[]){ __VA_ARGS__ }, \
              COUNT(((const char *const[]){ __VA_ARGS__ })))

/* (root) -> main -> work, with ten samples in work */
static void add_small_tree(void)
{
    add_node(1, 0, "(root)");
    add_node(2, 1, "main");
    add_node(3, 2, "work");
    add_samples(3, 10);
}

/* The path of a node, "main;work", without the root. */
static const char *path_of(uint32_t id)
{
    static char path[512], longer[512];

    path[0] = '\0';
    for (const struct ph_result_node *r = row(id); r && r->parent; r = row(r->parent)) {
        const char *name = ph_result_text(&profile, r->function);

        cr_assert_lt(strlen(name) + strlen(path) + 2, sizeof path, "a cycle?");
        memcpy(longer, path, sizeof longer);
        memcpy(path, name, strlen(name) + 1);
        if (longer[0]) {
            size_t at = strlen(path);

            path[at] = ';';
            memcpy(path + at + 1, longer, strlen(longer) + 1);
        }
    }
    return path;
}

static uint64_t hits_at(const char *path)
{
    size_t n;
    struct ph_result_node *all = rows(&n);
    uint64_t hits = 0;

    for (size_t i = 0; i < n; i++)
        if (strcmp(path_of(all[i].id), path) == 0)
            hits += all[i].hits;
    return hits;
}

static size_t samples_at(const char *path)
{
    size_t n, at = 0;
    const struct ph_result_sample *samples = ph_result_samples(&profile, &n);

    for (size_t i = 0; i < n; i++)
        at += strcmp(path_of(samples[i].node), path) == 0;
    return at;
}

/* ---- Nothing to mend --------------------------------------------------------------- */

static void check_untouched(size_t n_stacks)
{
    struct ph_result_node before[MOST];
    size_t n;

    memcpy(before, rows(&n), profile.nodes.len);
    cr_assert_eq(ph_mend_profile(&profile, given, n_stacks), 0);

    cr_assert_eq(profile.nodes.len, n * sizeof before[0]);
    cr_assert_eq(memcmp(before, rows(&n), profile.nodes.len), 0);
    cr_assert_eq(samples_at("main;work"), 10);
}

Test(mend, without_stacks_nothing_changes)
{
    add_small_tree();

    check_untouched(0);
}

Test(mend, stacks_that_say_the_same_change_nothing)
{
    add_small_tree();
    STACK(0, 0, "main", "work");
    STACK(1, 5, "main", "work");

    check_untouched(2);
}

Test(mend, a_stack_without_a_sample_of_its_moment_is_passed_over)
{
    add_small_tree();
    STACK(0, 0, "main", "work", "hidden");
    stacks[0].began_us = 120;
    stacks[0].ended_us = 180;
    STACK(1, 0, "main", "work", "hidden");
    stacks[1].began_us = 5000;
    stacks[1].ended_us = 6000;

    check_untouched(2);
}

/* Its outermost frames are what it lacks: it would hang in the air. */
Test(mend, a_stack_that_was_cut_is_passed_over)
{
    add_small_tree();
    STACK(0, 0, "deeper", "hidden");
    stacks[0].cut = true;

    check_untouched(1);
}

Test(mend, an_empty_stack_is_passed_over)
{
    add_small_tree();
    stacks[0].began_us = 50;
    stacks[0].ended_us = 150;

    check_untouched(1);
}

Test(mend, an_empty_profile_stays_empty)
{
    STACK(0, 0, "main");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 0);
    cr_assert_eq(profile.nodes.len, 0);
}

/* ---- Missing frames ---------------------------------------------------------------- */

Test(mend, a_missing_leaf_is_put_back_with_its_samples)
{
    add_small_tree();
    STACK(0, 4, "main", "work", "hidden");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 1);

    cr_assert_eq(hits_at("main;work;hidden"), 10);
    cr_assert_eq(samples_at("main;work;hidden"), 10);
    cr_assert_eq(hits_at("main;work"), 0);
}

Test(mend, a_missing_frame_in_the_middle_is_put_in_between)
{
    add_small_tree();
    STACK(0, 4, "main", "hidden", "work");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 1);

    cr_assert_str_eq(path_of(3), "main;hidden;work");
    cr_assert_eq(hits_at("main;hidden;work"), 10);
    cr_assert_eq(samples_at("main;hidden;work"), 10);
}

Test(mend, several_missing_in_a_row_are_put_back)
{
    add_small_tree();
    STACK(0, 0, "h1", "h2", "main", "h3", "h4", "h5", "work", "h6", "h7");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 7);

    cr_assert_eq(hits_at("h1;h2;main;h3;h4;h5;work;h6;h7"), 10);
}

Test(mend, the_same_stack_twice_adds_once)
{
    add_small_tree();
    for (size_t i = 0; i < 8; i++)
        STACK(i, i, "main", "hidden", "work", "leaf");

    cr_assert_eq(ph_mend_profile(&profile, given, 8), 2);
    cr_assert_eq(samples_at("main;hidden;work;leaf"), 10);
}

Test(mend, what_has_no_name_is_the_same_by_both_its_names)
{
    add_node(1, 0, "(root)");
    add_node(2, 1, "(anonymous)");
    add_samples(2, 4);
    STACK(0, 0, "", "hidden");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 1);
    cr_assert_eq(hits_at("(anonymous);hidden"), 4);
}

Test(mend, builtins_that_a_stack_has_not_are_passed)
{
    add_small_tree();
    add_node(4, 3, "Array.sort");
    add_node(5, 4, "compare");
    add_samples(5, 6);
    STACK(0, 12, "main", "work", "compare");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 0);
    cr_assert_eq(hits_at("main;work;Array.sort;compare"), 6);
}

/* ---- Sharing ----------------------------------------------------------------------- */

Test(mend, two_leaves_share_the_samples_by_the_stacks_that_saw_them)
{
    add_node(1, 0, "(root)");
    add_node(2, 1, "main");
    add_samples(2, 400);
    STACK(0, 0, "main", "often");
    STACK(1, 1, "main", "often");
    STACK(2, 2, "main", "often");
    STACK(3, 3, "main", "rarely");

    cr_assert_eq(ph_mend_profile(&profile, given, 4), 2);

    cr_assert_eq(hits_at("main;often"), 300);
    cr_assert_eq(hits_at("main;rarely"), 100);
    cr_assert_eq(samples_at("main;often"), 300);
    cr_assert_eq(hits_at("main"), 0);
}

Test(mend, a_stack_that_stays_keeps_its_share)
{
    add_node(1, 0, "(root)");
    add_node(2, 1, "main");
    add_samples(2, 100);
    STACK(0, 0, "main");
    STACK(1, 1, "main", "hidden");

    ph_mend_profile(&profile, given, 2);

    cr_assert_eq(hits_at("main"), 50);
    cr_assert_eq(hits_at("main;hidden"), 50);
}

/* ---- Always ------------------------------------------------------------------------ */

static uint32_t seed;

static uint32_t pick(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const char *const names[] = { "a", "b", "c", "", "(anonymous)", "d" };

static void make_random(uint32_t with)
{
    uint32_t n_nodes;

    seed = with;
    n_nodes = 1 + pick(30);
    add_node(1, 0, "(root)");
    for (uint32_t id = 2; id <= n_nodes; id++)
        add_node(id, 1 + pick(id - 1), names[pick(COUNT(names))]);
    for (unsigned i = pick(60); i > 0; i--)
        add_samples(1 + pick(n_nodes), 1);
    for (size_t i = 0; i < MOST; i++) {
        const char *functions[16];
        size_t n = pick(16);

        for (size_t k = 0; k < n; k++)
            functions[k] = names[pick(COUNT(names))];
        add_stack(i, pick(60), functions, n);
    }
}

static uint64_t sum_of_hits(void)
{
    size_t n;
    const struct ph_result_node *all = rows(&n);
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += all[i].hits;
    return sum;
}

/* Every node leads to the root, every sample to a node, and hits are those of the samples. */
static void check_sound(uint32_t with)
{
    size_t n, n_samples;
    struct ph_result_node *all = rows(&n);
    const struct ph_result_sample *samples = ph_result_samples(&profile, &n_samples);

    for (size_t i = 0; i < n; i++) {
        uint64_t mine = 0;
        size_t steps = 0;

        for (const struct ph_result_node *r = &all[i]; r->parent; r = row(r->parent)) {
            cr_assert_lt(steps++, n, "seed %u: node %u is its own ancestor", with, all[i].id);
            cr_assert_not_null(row(r->parent), "seed %u", with);
        }
        for (size_t k = 0; k < n_samples; k++)
            mine += samples[k].node == all[i].id;
        cr_assert_eq(mine, all[i].hits, "seed %u, node %u", with, all[i].id);
    }
    for (size_t k = 0; k < n_samples; k++)
        cr_assert_not_null(row(samples[k].node), "seed %u", with);
}

Test(mend, whatever_it_is_given_hits_and_samples_stay_as_many)
{
    size_t mended = 0;

    for (uint32_t with = 1; with <= 3000; with++) {
        size_t n_samples, after;
        uint64_t hits;

        make_random(with);
        hits = sum_of_hits();
        ph_result_samples(&profile, &n_samples);
        mended += ph_mend_profile(&profile, given, MOST);
        ph_result_samples(&profile, &after);

        cr_assert_eq(sum_of_hits(), hits, "seed %u", with);
        cr_assert_eq(after, n_samples, "seed %u", with);
        check_sound(with);
        fini();
        init();
    }
    cr_assert_gt(mended, 1000, "or it proves nothing");
}

Test(mend, a_sample_without_a_node_is_passed_over)
{
    add_small_tree();
    ph_result_add_sample(&profile, 77, 1100);
    STACK(0, 10, "main", "hidden");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 0);
}

Test(mend, no_more_hits_are_moved_than_there_are)
{
    add_small_tree();
    row(3)->hits = 4; /* though there are ten samples */
    STACK(0, 0, "main", "work", "hidden");

    ph_mend_profile(&profile, given, 1);

    cr_assert_eq(hits_at("main;work"), 0);
    cr_assert_eq(hits_at("main;work;hidden"), 4);
}

Test(mend, a_path_without_end_is_passed_over)
{
    add_small_tree();
    add_node(4, 5, "one");
    add_node(5, 4, "other");
    add_samples(5, 1);
    STACK(0, 10, "main", "hidden");

    cr_assert_eq(ph_mend_profile(&profile, given, 1), 0);
}

/* On a thread of its own, whose allocations do not fail. */
static void *make_elsewhere(void *unused)
{
    (void)unused;
    init();
    make_random(11);
    return NULL;
}

Test(mend, every_failed_allocation_leaves_a_sound_profile)
{
    fini();
    EVERY_ALLOC_FAILS({
        pthread_t thread;
        uint64_t hits;

        cr_assert_eq(pthread_create(&thread, NULL, make_elsewhere, NULL), 0);
        pthread_join(thread, NULL);
        hits = sum_of_hits();
        ph_mend_profile(&profile, given, MOST);
        cr_assert_eq(sum_of_hits(), hits);
        check_sound(11);
        fini();
    });
    init();
}
