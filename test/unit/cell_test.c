/* SPDX-License-Identifier: MIT */
#include "agent/cell.h"

#include <criterion/criterion.h>
#include <pthread.h>

#define WORDS 32
#define WRITES 200000
#define READERS 2

static PH_CELL(WORDS) shared;

static void write_all(uint64_t value)
{
    uint64_t words[WORDS];

    for (size_t i = 0; i < WORDS; i++)
        words[i] = value + i;
    ph_cell_write(&shared.cell, shared.words, words, WORDS);
}

static bool read_all(uint64_t *words)
{
    return ph_cell_read(&shared.cell, shared.words, words, WORDS);
}

Test(cell, has_nothing_to_read_before_the_first_write)
{
    uint64_t words[WORDS] = { 7 };

    cr_assert_not(read_all(words));
    cr_assert_eq(words[0], 7);
}

Test(cell, gives_back_what_was_written_last)
{
    uint64_t words[WORDS];

    write_all(1);
    write_all(100);

    cr_assert(read_all(words));
    for (size_t i = 0; i < WORDS; i++)
        cr_assert_eq(words[i], 100 + i);
}

Test(cell, a_short_write_leaves_the_words_behind_it)
{
    const uint64_t one = 5;
    uint64_t words[WORDS];

    write_all(100);
    ph_cell_write(&shared.cell, shared.words, &one, 1);

    cr_assert(read_all(words));
    cr_assert_eq(words[0], 5);
    cr_assert_eq(words[1], 101);
}

Test(cell, a_reader_gives_up_on_a_write_that_never_ends)
{
    uint64_t words[WORDS];

    write_all(1);
    atomic_fetch_add(&shared.cell.sequence, 1);

    cr_assert_not(read_all(words));
}

static atomic_bool written;
static atomic_uint torn, seen;

static void *read_until_written(void *unused)
{
    uint64_t words[WORDS];

    (void)unused;
    while (!atomic_load(&written)) {
        if (!read_all(words))
            continue;
        atomic_fetch_add(&seen, 1);
        for (size_t i = 1; i < WORDS; i++)
            if (words[i] != words[0] + i)
                atomic_fetch_add(&torn, 1);
    }
    return NULL;
}

Test(cell, several_readers_never_see_half_a_write)
{
    pthread_t readers[READERS];
    uint64_t value = 0;

    write_all(value);
    for (size_t i = 0; i < READERS; i++)
        pthread_create(&readers[i], NULL, read_until_written, NULL);
    while (value < WRITES * 1000u || atomic_load(&seen) < 100)
        write_all(value += 1000);
    atomic_store(&written, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);

    cr_assert_eq(torn, 0);
}
