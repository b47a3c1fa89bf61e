/* SPDX-License-Identifier: MIT */
#include "cli/columns.h"
#include "cli/table.h"
#include "cli/view.h"
#include "cli/viewexplain.h"
#include "cli/viewmeters.h"
#include "cli/viewtable.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROWS 50

static struct fleet_row store[ROWS];
static struct fleet_row *rows[ROWS];
static char names[ROWS][24];
static struct view view;
static struct view_frame frame;
static struct view_place place = {
    .width = 80, .height = 24, .charset = TEXT_UTF8, .now_s = 1000
};

static void begin(void)
{
    view_init(&view, 2000);
    for (int i = 0; i < ROWS; i++) {
        struct sample sample;

        snprintf(names[i], sizeof names[i], "host-%d", i);
        fleet_init(&store[i], names[i]);
        sample_clear(&sample);
        snprintf(sample.service, sizeof sample.service, i % 2 == 0 ? "even" : "odd");
        sample.pid = i;
        fleet_answered(&store[i], &sample, 1, 1000);
        rows[i] = &store[i];
    }
}

static void end(void)
{
    view_frame_fini(&frame);
}

TestSuite(cli_view, .init = begin, .fini = end);

static void compose(void)
{
    view_compose(&view, rows, ROWS, &place, &frame);
}

static void press(const char *keys)
{
    for (; *keys != '\0'; keys++)
        view_press(&view, *keys);
    compose();
}

static const char *line(size_t i)
{
    return buf_text(&frame.lines[i].text);
}

static size_t selected(void)
{
    size_t found = 0, at = SIZE_MAX;

    for (size_t i = 0; i < frame.count; i++) {
        if (frame.lines[i].selected) {
            found++;
            at = i;
        }
    }
    cr_assert_eq(found, 1);
    return at;
}

Test(cli_view, every_size_gives_lines_of_exactly_that_size)
{
    for (size_t height = 1; height < 40; height += 3) {
        for (size_t width = 1; width < 200; width += 7) {
            place.width = width;
            place.height = height;
            compose();

            cr_assert_eq(frame.count, height);
            for (size_t i = 0; i < height; i++)
                cr_assert_leq(text_width(line(i)), width);
        }
    }
}

Test(cli_view, the_first_twelve_columns_take_80)
{
    struct table table = { .columns = columns_top, .count = columns_top_count };
    size_t width = 0, shown = 0;

    table_layout(&table, NULL, 0, 80);
    for (size_t i = 0; i < table.count; i++) {
        width += table.widths[i] + (table.widths[i] > 0);
        shown += table.widths[i] > 0;
    }

    cr_assert_eq(width - 1, 80);
    cr_assert_eq(shown, 12);
}

Test(cli_view, a_terminal_too_small_gets_one_clear_line)
{
    place.width = 20;
    place.height = 5;
    compose();

    cr_assert_str_eq(line(0), "too small: need 40x8");
}

Test(cli_view, the_selection_stays_on_the_screen)
{
    compose();
    cr_assert_eq(selected(), 2);

    for (int i = 0; i < 30; i++)
        view_press(&view, VIEW_KEY_DOWN);
    compose();
    cr_assert_eq(selected(), 22, "the last line above the footer");

    view_press(&view, VIEW_KEY_END);
    compose();
    cr_assert_eq(view.selected, ROWS - 1);

    view_press(&view, VIEW_KEY_HOME);
    compose();
    cr_assert_eq(selected(), 2);
}

Test(cli_view, moving_beyond_either_end_is_no_move)
{
    compose();
    view_press(&view, VIEW_KEY_UP);
    view_press(&view, VIEW_KEY_PAGE_UP);
    compose();
    cr_assert_eq(view.selected, 0);

    for (int i = 0; i < 10; i++)
        view_press(&view, VIEW_KEY_PAGE_DOWN);
    cr_assert_eq(view.selected, ROWS - 1);
}

Test(cli_view, the_filter_leaves_what_it_names)
{
    press("/ODD\r");
    cr_assert_eq(view.rows, ROWS / 2);

    press("/x\x7f-4\x1b");
    cr_assert_eq(view.rows, ROWS, "escape clears it");
}

Test(cli_view, keys_are_text_while_the_filter_is_typed)
{
    press("/q");

    cr_assert_not(view.quit);
    cr_assert_str_eq(view.filter, "q");
    cr_assert_eq(view.rows, 0);
    cr_assert_not_null(strstr(line(2), "no target passes the filter"));
}

Test(cli_view, a_filter_that_is_too_long_is_cut)
{
    press("/");
    for (int i = 0; i < 500; i++)
        view_press(&view, 'x');

    cr_assert_eq(strlen(view.filter), sizeof view.filter - 1);
}

Test(cli_view, sorting_goes_round_and_back)
{
    press("s");
    cr_assert_eq(view.sort, 1);
    press("<<");
    cr_assert_eq(view.sort, columns_top_count - 1);
    press(">");
    cr_assert_eq(view.sort, 0);
}

Test(cli_view, sorting_by_pid_is_by_number_and_reverses)
{
    press("ss");
    cr_assert_not_null(strstr(line(2), " 49 "));

    press("r");
    cr_assert_not_null(strstr(line(2), " 0 "));
}

Test(cli_view, the_pace_has_a_floor_and_a_ceiling)
{
    press("--------------------");
    cr_assert_geq(view.interval_ms, 125);

    press("++++++++++++++++++++");
    cr_assert_leq(view.interval_ms, 120000);
}

Test(cli_view, any_key_leaves_the_help)
{
    press("?");
    cr_assert_not_null(strstr(line(0), "any key"));

    press("q");
    cr_assert_not(view.quit);
    press("q");
    cr_assert(view.quit);
}

Test(cli_view, all_keys_in_any_order_are_survived)
{
    unsigned seed = 5;

    for (int round = 0; round < 20000; round++) {
        seed = seed * 1103515245u + 12345u;
        view_press(&view, (seed >> 16) % 8 == 0 ? VIEW_KEY_UP + (int)(seed >> 20) % 9
                                                : (int)(seed >> 20) % 130 - 1);
        if (round % 50 == 0) {
            place.width = 1 + (seed >> 8) % 150;
            place.height = 1 + (seed >> 12) % 40;
            compose();
        }
    }
}
