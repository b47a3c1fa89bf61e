/* SPDX-License-Identifier: MIT */
/*
 * viewexplain: all it says stands in vitals.c.
 */
#include "viewexplain.h"

#include "amount.h"
#include "viewtable.h"

#include <math.h>
#include <string.h>

#define LEAST_HEIGHT 18
#define WIDE 120 /* what is to be said takes two lines, else three */

static size_t text_lines(const struct view_place *place)
{
    return place->width >= WIDE ? 2 : 3;
}

size_t viewexplain_height(const struct view *view, const struct view_place *place)
{
    return view->explain && place->height >= LEAST_HEIGHT ? 2 + text_lines(place) : 0;
}

void viewexplain_value(struct buf *out, double value, enum vital vital)
{
    static void (*const writers[])(struct buf *, double) = {
        [VITAL_COUNT] = amount_count,
        [VITAL_BYTES] = amount_bytes,
        [VITAL_MS] = amount_ms,
        [VITAL_SECONDS] = amount_age,
    };

    if (vitals[vital].unit != VITAL_RATIO)
        writers[vitals[vital].unit](out, value);
    else if (isnan(value))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.1f%%", 100 * value);
}

static void put_change(struct buf *out, const struct fleet_row *row, enum vital vital)
{
    double change = fleet_change(row, vital);

    if (vitals[vital].counter && !isnan(row->rate[vital])) {
        buf_puts(out, ", ");
        amount_rate(out, (double)row->rate[vital]);
        buf_puts(out, " a second");
    }
    if (isnan(change))
        return;
    buf_puts(out, ", ");
    if (vitals[vital].unit == VITAL_BYTES)
        amount_change_bytes(out, change);
    else if (vitals[vital].unit == VITAL_RATIO)
        buf_printf(out, "%+.1f%%", 100 * change);
    else
        amount_change(out, change);
    buf_puts(out, " a minute");
}

/* "shop 4121: 12, 1.2% of 1024 (process.fds.limit), +2 a minute". */
static void put_row(const struct view *view, enum vital vital, size_t line,
                    struct view_frame *frame)
{
    const struct fleet_row *row =
        view->selected < view->rows ? view->order[view->selected] : NULL;
    struct buf text = { 0 }, clean = { 0 };
    double share;

    if (row == NULL)
        return;
    share = viewtable_share(row, vital);
    buf_printf(&text, "%s: ", row->last.service[0] != '\0' ? row->last.service : row->name);
    viewexplain_value(&text, row->last.v[vital], vital);
    if (!isnan(share)) {
        buf_printf(&text, ", %.1f%% of ", 100 * share);
        viewexplain_value(&text, row->last.v[vitals[vital].limit], vitals[vital].limit);
        buf_printf(&text, " (%s)", vitals[vitals[vital].limit].name);
    }
    put_change(&text, row, vital);
    text_clean(&clean, buf_text(&text), text.len, frame->charset);
    viewframe_put(frame, line, share >= VIEWTABLE_NEAR ? VIEW_WARN : VIEW_PLAIN,
                  buf_text(&clean));
    buf_fini(&text);
    buf_fini(&clean);
}

void viewexplain_put(const struct view *view, const struct view_place *place, size_t line,
                     struct view_frame *frame)
{
    static const char *const units[] = { [VITAL_COUNT] = "count",
                                         [VITAL_BYTES] = "bytes",
                                         [VITAL_MS] = "milliseconds",
                                         [VITAL_SECONDS] = "seconds",
                                         [VITAL_RATIO] = "share" };
    enum vital vital = viewtable_vital(view->column);
    const char *title = viewtable_title(view->column, place->charset);
    struct buf left = { 0 }, says = { 0 };

    if (vital != VITAL_NONE)
        buf_printf(&left, "%s: %s, %s", title, vitals[vital].name, units[vitals[vital].unit]);
    else
        buf_puts(&left, title[0] != '\0' ? title : "state");
    viewframe_put_both(frame, line, VIEW_HEADER, buf_text(&left), "e hides this ");
    if (vital != VITAL_NONE)
        buf_printf(&says, "%s %s", vitals[vital].help, vitals[vital].why);
    else
        buf_puts(&says, viewtable_help(view->column));
    line += 1 + viewframe_wrap(frame, line + 1, text_lines(place), buf_text(&says));
    if (vital != VITAL_NONE)
        put_row(view, vital, line, frame);
    buf_fini(&left);
    buf_fini(&says);
}
