/* SPDX-License-Identifier: MIT */
#include "cli/aggregate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dice.h"

#define MOST 10000

static struct fleet_row rows[MOST], *list[MOST];
static struct aggregate all;
static struct dice dice;

/* `count` rows that are up, of services "s0", "s1", ... in turn. */
static void fill(size_t count, unsigned services)
{
    for (size_t i = 0; i < count; i++) {
        struct sample s;

        sample_clear(&s);
        snprintf(s.service, sizeof s.service, "s%u", (unsigned)i % services);
        s.v[VITAL_ESTABLISHED] = floor(dice_roll(&dice) * 1000);
        s.v[VITAL_RSS] = (double)i;
        s.delays[4] = 100;
        list[i] = &rows[i];
        fleet_init(list[i], "target");
        fleet_answered(list[i], &s, 1, 100);
    }
}

static int by_size(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;

    return (p > q) - (p < q);
}

Test(cli_aggregate, no_rows_are_one_group_where_nothing_is_known)
{
    aggregate_by(&all, list, 0, NULL, 100);

    cr_assert_eq(all.count, 1);
    cr_assert_eq(all.groups[0].figures[VITAL_RSS].count, 0);
    cr_assert(isnan(all.groups[0].figures[VITAL_RSS].mean));
    cr_assert(isnan(all.groups[0].delay_p99_ms));
    aggregate_fini(&all);
}

Test(cli_aggregate, no_rows_by_a_label_are_no_group)
{
    aggregate_by(&all, list, 0, "service", 100);

    cr_assert_eq(all.count, 0);
    aggregate_fini(&all);
}

Test(cli_aggregate, each_row_is_in_the_group_of_its_label)
{
    size_t sum = 0;

    fill(100, 7);
    aggregate_by(&all, list, 100, "service", 100);

    cr_assert_eq(all.count, 7);
    for (size_t g = 0; g < all.count; g++) {
        sum += all.groups[g].count;
        for (size_t i = 0; i < all.groups[g].count; i++)
            cr_assert_str_eq(all.groups[g].rows[i]->last.service, all.groups[g].value);
    }
    cr_assert_eq(sum, 100);
    aggregate_fini(&all);
}

Test(cli_aggregate, the_group_of_the_worst_row_is_first)
{
    fill(30, 3);
    fleet_failed(list[2], CAUSE_REFUSED, 0);
    fleet_failed(list[2], CAUSE_REFUSED, 0);
    fleet_failed(list[2], CAUSE_REFUSED, 0);
    aggregate_by(&all, list, 30, "service", 100);

    cr_assert_str_eq(all.groups[0].value, "s2");
    cr_assert_eq(all.groups[0].rows[0], list[2]);
    cr_assert_eq(all.groups[0].totals.down, 1);
    aggregate_fini(&all);
}

Test(cli_aggregate, percentiles_are_those_of_a_sorted_list)
{
    for (unsigned round = 0; round < 300; round++) {
        size_t count = 1 + (size_t)(dice_roll(&dice) * 300);
        double sorted[300];

        fill(count, 1);
        for (size_t i = 0; i < count; i++)
            sorted[i] = list[i]->last.v[VITAL_ESTABLISHED];
        qsort(sorted, count, sizeof *sorted, by_size);
        aggregate_by(&all, list, count, NULL, 100);
        cr_assert_eq(all.groups[0].figures[VITAL_ESTABLISHED].p50,
                     sorted[(size_t)ceil(0.50 * (double)count) - 1]);
        cr_assert_eq(all.groups[0].figures[VITAL_ESTABLISHED].p99,
                     sorted[(size_t)ceil(0.99 * (double)count) - 1]);
        cr_assert_eq(all.groups[0].figures[VITAL_ESTABLISHED].highest, sorted[count - 1]);
        aggregate_fini(&all);
    }
}

Test(cli_aggregate, a_row_that_is_down_counts_for_nothing_but_itself)
{
    fill(2, 1);
    fleet_failed(list[1], CAUSE_REFUSED, 0);
    aggregate_by(&all, list, 2, NULL, 100);

    cr_assert_eq(all.groups[0].count, 2);
    cr_assert_eq(all.groups[0].figures[VITAL_RSS].count, 1);
    cr_assert_eq(all.groups[0].totals.missing, 1);
    aggregate_fini(&all);
}

Test(cli_aggregate, delays_of_all_loops_are_merged_before_the_percentile)
{
    fill(100, 1);
    memset(list[7]->last.delays, 0, sizeof list[7]->last.delays);
    list[7]->last.delays[10] = 300; /* 64 .. 128 ms: 3 % of all samples */
    aggregate_by(&all, list, 100, NULL, 100);

    cr_assert_gt(all.groups[0].delay_p99_ms, 64);
    cr_assert_leq(all.groups[0].delay_p99_ms, 128);
    cr_assert_gt(all.groups[0].delay_p50_ms, 1);
    cr_assert_leq(all.groups[0].delay_p50_ms, 2);
    aggregate_fini(&all);
}

Test(cli_aggregate, labels_of_the_target_group_as_well)
{
    struct labels east = { 0 };

    fill(3, 1);
    labels_set(&east, "zone", "east");
    list[1]->labels = &east;
    aggregate_by(&all, list, 3, "zone", 100);

    cr_assert_eq(all.count, 2);
    cr_assert_eq(all.groups[0].count + all.groups[1].count, 3);
    cr_assert_str_eq(aggregate_label(list[1], "zone"), "east");
    cr_assert_str_eq(aggregate_label(list[0], "zone"), "");
    aggregate_fini(&all);
    labels_fini(&east);
}

Test(cli_aggregate, what_a_process_says_of_itself_goes_before_a_label)
{
    struct labels labels = { 0 };

    fill(1, 1);
    labels_set(&labels, "service", "other");
    list[0]->labels = &labels;

    cr_assert_str_eq(aggregate_label(list[0], "service"), "s0");
    list[0]->last.service[0] = '\0';
    cr_assert_str_eq(aggregate_label(list[0], "service"), "other");
    labels_fini(&labels);
}

/* 5 to 8 ms alone on this machine; the goal is 20. */
Test(cli_aggregate, ten_thousand_rows_are_grouped_in_a_moment)
{
    struct timespec before, after;

    fill(MOST, 40);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    aggregate_by(&all, list, MOST, "service", 100);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);

    cr_log_info("%.1f ms", (double)(after.tv_sec - before.tv_sec) * 1e3 +
                               (double)(after.tv_nsec - before.tv_nsec) / 1e6);
    cr_assert_lt(after.tv_sec - before.tv_sec, 2);
    cr_assert_eq(all.count, 40);
    aggregate_fini(&all);
}
