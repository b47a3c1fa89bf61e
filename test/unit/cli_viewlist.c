/* SPDX-License-Identifier: MIT */
#include "cli/rowfilter.h"
#include "cli/viewkeys.h"
#include "cli/viewlist.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define ROWS 4

static struct fleet_row store[ROWS];
static struct fleet_row *rows[ROWS];
static char names[ROWS][16];
static struct labels labels;
static struct view view;

static void begin(void)
{
    view = (struct view){ 0 };
    for (int i = 0; i < ROWS; i++) {
        struct sample sample;

        snprintf(names[i], sizeof names[i], "host-%d", i);
        fleet_init(&store[i], names[i]);
        sample_clear(&sample);
        snprintf(sample.service, sizeof sample.service, i % 2 == 0 ? "even" : "odd");
        fleet_answered(&store[i], &sample, 1, 1000);
        rows[i] = &store[i];
    }
}

static void end(void)
{
    labels_fini(&labels);
    viewlist_fini(&view);
}

TestSuite(cli_viewlist, .init = begin, .fini = end);

static void make(void)
{
    viewlist_make(&view, rows, ROWS, 1000);
}

/* One row has a label of its own. */
static void label(const char *name, const char *value)
{
    labels_set(&labels, name, value);
    store[3].labels = &labels;
    viewlist_learn(&view, rows, ROWS);
}

Test(cli_viewlist, labels_of_targets_come_after_those_that_all_have)
{
    label("zone", "west");
    for (int i = 0; i < VIEW_GROUPS; i++)
        view_press(&view, 'g');
    make();

    cr_assert_str_eq(viewlist_group_word(&view), "zone");
    cr_assert_eq(view.rows, 2);
    cr_assert_str_eq(view.order[0]->name, "");
    cr_assert_str_eq(view.order[1]->name, "west");
}

Test(cli_viewlist, after_the_last_label_there_are_no_groups)
{
    label("zone", "west");
    for (int i = 0; i < VIEW_GROUPS + 1; i++)
        view_press(&view, 'g');
    make();

    cr_assert_eq(view.rows, ROWS);
}

Test(cli_viewlist, a_label_can_be_grouped_by_before_any_target_has_it)
{
    viewlist_group_by(&view, "zone");
    make();

    cr_assert_eq(view.rows, 1);
}

Test(cli_viewlist, a_label_seen_again_is_the_same_group)
{
    label("zone", "west");
    label("zone", "east");

    cr_assert_eq(view.n_labels, 1);
}

Test(cli_viewlist, more_labels_than_fit_are_left_out)
{
    char name[16];

    for (int i = 0; i < 2 * VIEW_LABELS; i++) {
        snprintf(name, sizeof name, "label_%d", i);
        label(name, "x");
    }

    cr_assert_eq(view.n_labels, VIEW_LABELS);
}

Test(cli_viewlist, a_group_with_a_long_value_is_opened_by_its_beginning)
{
    char value[201] = { 0 };

    memset(value, 'v', sizeof value - 1);
    label("zone", value);
    viewlist_group_by(&view, "zone");
    make();
    view.selected = 1;
    view_press(&view, '\r');
    make();

    cr_assert_eq(view.rows, 1);
    cr_assert_eq(view.order[0], rows[3]);
}

Test(cli_viewlist, a_filter_means_the_same_on_the_screen_and_in_frames)
{
    cr_assert(rowfilter_passes(rows[0], "!service=odd"));
    cr_assert_not(rowfilter_passes(rows[1], "!service=odd"));
    cr_assert(rowfilter_passes(rows[1], "!even"));
    cr_assert_not(rowfilter_passes(rows[1], "!"));
}
