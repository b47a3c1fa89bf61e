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
    view.explain = false;
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
    view_fini(&view);
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

/* The line of titles; rows come after it. */
static size_t titles(void)
{
    for (size_t i = 0; i < frame.count; i++) {
        if (frame.lines[i].style == VIEW_HEADER)
            return i;
    }
    return SIZE_MAX;
}

static const char *row(size_t i)
{
    return line(titles() + 1 + i);
}

static bool shows(const char *text)
{
    for (size_t i = 0; i < frame.count; i++) {
        if (strstr(line(i), text) != NULL)
            return true;
    }
    return false;
}

static void hit(int key)
{
    view_press(&view, key);
    compose();
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
    cr_assert_eq(selected(), titles() + 1);

    for (int i = 0; i < 30; i++)
        view_press(&view, VIEW_KEY_DOWN);
    compose();
    cr_assert_eq(selected(), 22, "the last line above the footer");

    view_press(&view, VIEW_KEY_END);
    compose();
    cr_assert_eq(view.selected, ROWS - 1);

    view_press(&view, VIEW_KEY_HOME);
    compose();
    cr_assert_eq(selected(), titles() + 1);
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
    cr_assert_not_null(strstr(row(0), "no target passes the filter"));
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
    cr_assert_eq(view.sort, viewtable_columns() - 1, "the last one that is shown");
    press(">");
    cr_assert_eq(view.sort, 0);
}

Test(cli_view, sorting_by_pid_is_by_number_and_reverses)
{
    press("ss");
    cr_assert_not_null(strstr(row(0), " 49 "));

    press("r");
    cr_assert_not_null(strstr(row(0), " 0 "));
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
        view_press(&view, (seed >> 16) % 8 == 0 ? VIEW_KEY_UP + (int)(seed >> 20) % 11
                                                : (int)(seed >> 20) % 130 - 1);
        view.quit = false;
        if (round % 50 == 0) {
            place.width = 1 + (seed >> 8) % 150;
            place.height = 1 + (seed >> 12) % 40;
            compose();
        }
    }
}

/* ---- Groups, pins, the filter -------------------------------------------------------- */

Test(cli_view, a_group_adds_up_its_members)
{
    store[0].last.v[VITAL_ESTABLISHED] = 3;
    store[2].last.v[VITAL_ESTABLISHED] = 4;
    press("g");

    cr_assert_eq(view.rows, 2);
    cr_assert(shows(" even"));
    press("ss"); /* by how many they are */
    cr_assert_not_null(strstr(row(0), " 25 "));
    cr_assert_not_null(strstr(row(0), "   7 "));
}

Test(cli_view, a_group_of_which_some_are_down_says_so)
{
    for (int i = 0; i < 3; i++)
        fleet_failed(&store[0], CAUSE_REFUSED, 0);
    press("g");

    cr_assert_not_null(strstr(row(0), "! 24/25 even"));
}

Test(cli_view, enter_on_a_group_filters_to_it)
{
    press("gs");
    press("\r");

    cr_assert_eq(view.group, VIEW_BY_NONE);
    cr_assert_str_eq(view.filter, "service=even");
    cr_assert_eq(view.rows, ROWS / 2);
    press("\x1b");
    cr_assert_eq(view.rows, ROWS);
}

Test(cli_view, a_groups_name_with_signs_of_patterns_is_taken_as_it_is)
{
    snprintf(store[7].last.service, sizeof store[7].last.service, "a*[b]?\\");
    press("g");
    while (view.selected < view.rows && strstr(row(view.selected), "a*") == NULL)
        hit(VIEW_KEY_DOWN);
    press("\r");

    cr_assert_eq(view.rows, 1);
}

Test(cli_view, a_filter_by_label_takes_patterns_and_its_inverse)
{
    press("/service=ev*\r");
    cr_assert_eq(view.rows, ROWS / 2);

    press("\x1b/!target=host-4?\r");
    cr_assert_eq(view.rows, ROWS - 10);

    press("\x1b/nolabel=x\r");
    cr_assert_eq(view.rows, 0);
}

Test(cli_view, a_pinned_row_stays_on_top_whatever_the_order)
{
    press("sss");
    hit(VIEW_KEY_END);
    const struct fleet_row *pinned = view.order[view.selected];
    press(" ");

    hit(VIEW_KEY_HOME);
    cr_assert_eq(view.order[0], pinned);
    cr_assert_eq(row(0)[1], '^');
    press("r");
    cr_assert_eq(view.order[0], pinned);
    press(" ");
    cr_assert_neq(row(0)[1], '^');
}

Test(cli_view, the_selection_stays_on_its_row_when_the_order_changes)
{
    press("ss");
    press("j");
    const struct fleet_row *before = view.order[view.selected];

    press("r");
    cr_assert_eq(view.order[view.selected], before);
    cr_assert_neq(view.selected, 1);
}

/* ---- Figures ------------------------------------------------------------------------- */

Test(cli_view, a_figure_near_its_limit_has_a_sign_behind_it)
{
    store[0].last.v[VITAL_HEAP_USED] = 90;
    store[1].last.v[VITAL_HEAP_USED] = 97;
    store[2].last.v[VITAL_HEAP_USED] = 50;
    for (int i = 0; i < 3; i++)
        store[i].last.v[VITAL_HEAP_LIMIT] = 100;
    place.width = 100;
    press("/-0\r");
    cr_assert_not_null(strstr(row(0), " 90!"));

    press("\x1b/-1\r");
    cr_assert(shows(" 97#"));
    press("\x1b/-2\r");
    cr_assert_not(shows(" 50!"));
}

Test(cli_view, the_last_minute_is_of_the_chosen_column)
{
    for (size_t i = 0; i < 4; i++) {
        struct sample sample = store[9].last;

        sample.captured_unix_s = 2000 + (double)i;
        sample.v[VITAL_ESTABLISHED] = 100 * (double)i;
        fleet_answered(&store[9], &sample, 1, 1000);
    }
    press("/host-9\r");

    cr_assert(shows("\xE2\x96\x81\xE2\x96\x83\xE2\x96\x86\xE2\x96\x88"), "%s", row(0));
}

Test(cli_view, ascii_terminals_get_ascii_only)
{
    place.charset = TEXT_ASCII;
    view.explain = true;
    viewmeters_note(&view, rows, ROWS, 1000);
    compose();

    for (size_t i = 0; i < frame.count; i++) {
        for (const char *c = line(i); *c != '\0'; c++)
            cr_assert(*c >= ' ' && *c <= '~');
    }
}

Test(cli_view, the_pane_explains_the_chosen_column)
{
    view.explain = true;
    store[0].last.v[VITAL_ESTABLISHED] = 10;
    store[0].last.v[VITAL_FDS_LIMIT] = 1000;
    press("/host-0\r");

    cr_assert(shows(vitals[VITAL_ESTABLISHED].name));
    cr_assert(shows("Established TCP connections."));
    cr_assert(shows("even: 10, 1.0% of 1000 (process.fds.limit)"));
    press("e");
    cr_assert_not(shows("Established TCP"));
}

Test(cli_view, left_and_right_choose_among_the_columns_that_are_seen)
{
    compose();
    for (int i = 0; i < 40; i++) {
        hit(i < 20 ? VIEW_KEY_RIGHT : VIEW_KEY_LEFT);
        cr_assert(view.shown[view.column]);
    }
}

Test(cli_view, notes_stand_below_the_meters_clean)
{
    static const char *const notes[] = { "7 of 200 api grow\x1b[2J" };

    place.notes = notes;
    place.n_notes = 1;
    compose();

    cr_assert(shows("7 of 200 api grow\\x1b[2J"));
}

Test(cli_view, meters_keep_the_last_rounds)
{
    for (int i = 0; i < 3 * VIEW_POINTS; i++)
        viewmeters_note(&view, rows, ROWS, 1000);

    cr_assert_eq(view.n_points, VIEW_POINTS);
}

/* ---- One process --------------------------------------------------------------------- */

Test(cli_view, enter_opens_the_selected_process)
{
    compose();
    hit(VIEW_KEY_DOWN);
    place.page = "one\ntwo\n";
    press("\r");

    cr_assert(view.opened);
    cr_assert_str_eq(view.open, "host-1");
    cr_assert(shows("fleet > host-1 odd > overview"));
    cr_assert(shows("two"));
    press("\x1b");
    cr_assert_not(view.opened);
}

Test(cli_view, each_page_has_its_key)
{
    compose();
    press("\r");
    for (int i = 0; i < VIEW_PAGES; i++) {
        unsigned asked = view.asked;

        hit(viewkeys_page_key((enum view_page)i));
        cr_assert_eq(view.detail, (enum view_page)i);
        cr_assert_eq(view.asked, asked + 1);
    }
}

Test(cli_view, a_long_page_scrolls_to_its_end_and_not_beyond)
{
    struct buf text = { 0 };

    for (int i = 0; i < 100; i++)
        buf_printf(&text, "line %d\n", i);
    place.page = buf_text(&text);
    compose();
    press("\r");
    hit(VIEW_KEY_END);
    cr_assert(shows("line 99"));
    hit(VIEW_KEY_PAGE_DOWN);
    cr_assert(shows("line 99"));
    cr_assert_eq(strncmp(line(22), "line 99 ", 8), 0);
    hit(VIEW_KEY_HOME);
    cr_assert(shows("line 0 "));
    buf_fini(&text);
}

Test(cli_view, keys_of_the_table_do_nothing_while_there_is_no_table)
{
    compose();
    press("\r");
    view_press(&view, 27);
    view_press(&view, '\r');

    cr_assert_not(view.opened, "the rows of the last table may be gone");
}
