/* SPDX-License-Identifier: MIT */
/*
 * viewmeters: sums are taken over what is up, so a target that misses makes a dent: the count
 * of those that are up stands above it.
 */
#include "viewmeters.h"

#include "columns.h"
#include "spark.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SMALL_HEIGHT 12
#define SMALL_WIDTH 64
#define WIDE 132        /* all meters fit into one line */
#define NOTES_HEIGHT 16
#define TWO_NOTES_HEIGHT 24
#define MORE_NOTES_HEIGHT 30
#define NUMBERS 29      /* columns of a meter without its picture */

/* ---- Sums ---------------------------------------------------------------------------- */

void viewmeters_note(struct view *view, struct fleet_row *const *rows, size_t count,
                     double now_s)
{
    struct fleet_totals t;

    fleet_sum(rows, count, now_s, &t);
    if (view->n_points == VIEW_POINTS) {
        view->n_points--;
        for (size_t m = 0; m < VIEW_METERS; m++)
            memmove(view->meters[m], view->meters[m] + 1,
                    view->n_points * sizeof view->meters[m][0]);
    }
    view->meters[VIEW_METER_SOCKETS][view->n_points] = (float)t.sockets;
    view->meters[VIEW_METER_LISTENERS][view->n_points] = (float)t.listeners;
    view->meters[VIEW_METER_HEAP][view->n_points] = (float)t.heap_used_bytes;
    view->meters[VIEW_METER_RSS][view->n_points++] = (float)t.rss_bytes;
    viewmeters_forget(view);
}

void viewmeters_forget(struct view *view)
{
    view->summed_s = 0;
    view->suspect = NULL;
}

static double change_of(struct fleet_row *const *rows, size_t count, enum vital vital)
{
    double sum = NAN;

    for (size_t i = 0; i < count; i++) {
        double change = rows[i]->cause == CAUSE_NONE ? fleet_change(rows[i], vital) : NAN;

        if (!isnan(change))
            sum = isnan(sum) ? change : sum + change;
    }
    return sum;
}

static bool is_worse(const struct sample *a, const struct sample *b)
{
    static const char *const grades[] = { "", "suspect", "confirmed", "urgent" };
    size_t x = 0, y = 0;

    for (size_t i = 0; i < sizeof grades / sizeof grades[0]; i++) {
        x = strcmp(a->suspect.grade, grades[i]) == 0 ? i : x;
        y = strcmp(b->suspect.grade, grades[i]) == 0 ? i : y;
    }
    return x > y;
}

static const struct fleet_row *worst_suspect(struct fleet_row *const *rows, size_t count)
{
    const struct fleet_row *worst = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct sample *s = &rows[i]->last;

        if (rows[i]->known && s->suspect.grade[0] != '\0' &&
            (worst == NULL || is_worse(s, &worst->last)))
            worst = rows[i];
    }
    return worst;
}

/* All rows are looked at once a second, not with every key. */
static void sum_up(struct view *view, struct fleet_row *const *rows, size_t count, double now_s)
{
    if (view->summed_s > 0 && view->summed == count && now_s - view->summed_s < 1)
        return;
    fleet_sum(rows, count, now_s, &view->totals);
    view->heap_change = change_of(rows, count, VITAL_HEAP_USED);
    view->rss_change = change_of(rows, count, VITAL_RSS);
    view->suspect = worst_suspect(rows, count);
    view->summed_s = now_s;
    view->summed = count;
}

/* ---- Meters -------------------------------------------------------------------------- */

static void write_change(struct buf *out, double change, bool bytes)
{
    char text[UNITS_BYTES];

    if (bytes && fabs(change) >= 1) {
        units_bytes(text, fabs(change));
        buf_puts(out, change < 0 ? "-" : "+");
    } else if (bytes && !isnan(change)) {
        snprintf(text, sizeof text, "0");
    } else {
        units_change(text, change);
    }
    buf_puts(out, text);
}

struct meter {
    const char *name;
    double value;
    double change;
    bool bytes;
};

/* "sockets    1240 .::-=  +12/min" in exactly `width` columns. */
static void put_meter(struct buf *out, const struct view *view, enum view_meter which,
                      const struct meter *meter, const struct view_frame *frame)
{
    size_t width = frame->width >= WIDE ? frame->width / 4 : frame->width / 2;
    struct spark spark = { view->meters[which], view->n_points, width - NUMBERS,
                           spark_scale_none(), frame->charset };
    struct buf change = { 0 };
    char value[UNITS_BYTES];

    if (meter->bytes)
        units_bytes(value, meter->value);
    else
        units_count(value, meter->value);
    write_change(&change, meter->change, meter->bytes);
    buf_puts(&change, "/min");
    buf_printf(out, "%-9s %5s ", meter->name, value);
    spark_scale_add(&spark.scale, spark.values, spark.count);
    spark_write(out, &spark);
    buf_puts(out, " ");
    text_fit(out, buf_text(&change), NUMBERS - 17, TEXT_LEFT, frame->charset);
    buf_fini(&change);
}

static size_t put_meters(const struct view *view, struct view_frame *frame)
{
    const struct fleet_totals *t = &view->totals;
    const struct meter meters[VIEW_METERS] = {
        { "sockets", t->sockets, t->sockets_change, false },
        { "listeners", t->listeners, t->listeners_change, false },
        { "heap", t->heap_used_bytes, view->heap_change, true },
        { "rss", t->rss_bytes, view->rss_change, true },
    };
    size_t per_line = frame->width >= WIDE ? 4 : 2;
    struct buf line = { 0 };

    for (size_t m = 0; m < VIEW_METERS; m++) {
        put_meter(&line, view, (enum view_meter)m, &meters[m], frame);
        if ((m + 1) % per_line != 0)
            continue;
        viewframe_put(frame, 1 + m / per_line, VIEW_PLAIN, buf_text(&line));
        for (size_t i = 0; i < per_line; i++)
            viewframe_mark(frame, 1 + m / per_line, i * (frame->width / per_line), 9,
                           VIEW_TITLE);
        buf_clear(&line);
    }
    buf_fini(&line);
    return VIEW_METERS / per_line;
}

static void put_counts(const struct fleet_totals *t, const struct view_place *place,
                       struct view_frame *frame)
{
    struct buf line = { 0 }, from = { 0 };

    buf_printf(&line, "%u target%s: %u up", t->targets, t->targets == 1 ? "" : "s", t->up);
    if (t->missing > 0)
        buf_printf(&line, ", %u missing", t->missing);
    buf_printf(&line, ", %u down", t->down);
    if (t->blocked > 0)
        buf_printf(&line, ", %u blocked", t->blocked);
    if (place->from != NULL)
        text_clean(&from, place->from, strlen(place->from), place->charset);
    viewframe_put_both(frame, 0, VIEW_TITLE, buf_text(&line), buf_text(&from));
    buf_fini(&line);
    buf_fini(&from);
}

/* ---- What is worst, in words ----------------------------------------------------------- */

static void put_note(struct view_frame *frame, size_t line, const char *text)
{
    struct buf clean = { 0 };

    text_clean(&clean, text, strlen(text), frame->charset);
    viewframe_put(frame, line, VIEW_WARN, buf_text(&clean));
    buf_fini(&clean);
}

static size_t put_notes(const struct view *view, const struct view_place *place, size_t line,
                        struct view_frame *frame)
{
    size_t most = place->height >= MORE_NOTES_HEIGHT ? 3
                  : place->height >= TWO_NOTES_HEIGHT ? 2
                  : place->height >= NOTES_HEIGHT     ? 1
                                                      : 0;
    const struct fleet_row *worst = view->suspect;
    size_t used = 0;

    for (size_t i = 0; i < place->n_notes && used < most; i++)
        put_note(frame, line + used++, place->notes[i]);
    if (worst != NULL && used < most) {
        struct buf note = { 0 };

        buf_printf(&note, "! %s (%s): %s", worst->last.service, worst->last.suspect.grade,
                   worst->last.suspect.says);
        put_note(frame, line + used++, buf_text(&note));
        buf_fini(&note);
    }
    return used;
}

size_t viewmeters_put(struct view *view, struct fleet_row *const *rows, size_t count,
                      const struct view_place *place, struct view_frame *frame)
{
    struct buf line = { 0 };
    size_t used = 1;

    sum_up(view, rows, count, place->now_s);
    if (place->height < SMALL_HEIGHT || place->width < SMALL_WIDTH) {
        columns_totals(&line, &view->totals);
        viewframe_put(frame, 0, VIEW_TITLE, buf_text(&line));
        buf_fini(&line);
        return used;
    }
    put_counts(&view->totals, place, frame);
    used += put_meters(view, frame);
    return used + put_notes(view, place, used, frame);
}
