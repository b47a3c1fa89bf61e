/* SPDX-License-Identifier: MIT */
/*
 * viewlist: a group is a row like the others, made of the figures of its members, so that
 * columns, sorting and explanations work on it without knowing what it is.
 */
#include "viewlist.h"

#include "aggregate.h"
#include "mem.h"
#include "rowfilter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[VIEW_GROUPS] = { "", "service", "version", "host" };

/* ---- What there is to group by ------------------------------------------------------ */

const char *viewlist_group_word(const struct view *view)
{
    return view->group < VIEW_GROUPS ? words[view->group]
                                     : view->labels[view->group - VIEW_GROUPS];
}

/* Its number as a group; VIEW_BY_NONE: there is no room for one more. */
static size_t group_of(struct view *view, const char *label)
{
    for (size_t i = VIEW_BY_NONE + 1; i < VIEW_GROUPS; i++) {
        if (strcmp(words[i], label) == 0)
            return i;
    }
    for (size_t i = 0; i < view->n_labels; i++) {
        if (strcmp(view->labels[i], label) == 0)
            return VIEW_GROUPS + i;
    }
    if (view->n_labels == VIEW_LABELS || strlen(label) >= LABELS_NAME_BYTES)
        return VIEW_BY_NONE;
    snprintf(view->labels[view->n_labels], LABELS_NAME_BYTES, "%s", label);
    return VIEW_GROUPS + view->n_labels++;
}

void viewlist_group_by(struct view *view, const char *label)
{
    view->group = group_of(view, label);
}

void viewlist_learn(struct view *view, struct fleet_row *const *rows, size_t count)
{
    for (size_t i = 0; i < count && view->n_labels < VIEW_LABELS; i++) {
        const struct labels *labels = rows[i]->labels;

        for (size_t l = 0; labels != NULL && l < labels->count; l++)
            group_of(view, labels->items[l].name);
    }
}

/* ---- Groups ------------------------------------------------------------------------ */

static void fold(double *into, double value, enum vital_fold how)
{
    if (isnan(value))
        return;
    if (isnan(*into))
        *into = value;
    else if (how == VITAL_SUM)
        *into += value;
    else if (value > *into)
        *into = value;
}

/* The last points of both, added up: processes are asked at the same time. */
static void fold_trails(struct fleet_row *group, const struct fleet_row *row)
{
    size_t n = group->point_count < row->point_count ? group->point_count : row->point_count;

    for (size_t t = 0; t < FLEET_TRAILS && n > 0; t++) {
        float *into = group->trail[t], *from = into + group->point_count - n;
        const float *add = row->trail[t] + row->point_count - n;

        if (vitals[fleet_trails[t]].fold == VITAL_SUM) {
            for (size_t i = 0; i < n; i++)
                into[i] = from[i] + add[i];
        } else {
            for (size_t i = 0; i < n; i++)
                into[i] = add[i] > from[i] ? add[i] : from[i];
        }
    }
    if (n < group->point_count)
        memmove(group->trail_s, group->trail_s + group->point_count - n,
                n * sizeof group->trail_s[0]);
    group->point_count = n;
}

static bool is_up(enum fleet_state state)
{
    return state == FLEET_FINE || state == FLEET_ATTENTION || state == FLEET_BLOCKED;
}

static void fold_row(struct fleet_row *group, const struct fleet_row *row)
{
    for (size_t v = 0; v < VITALS; v++) {
        double rate = (double)group->rate[v];

        fold(&group->last.v[v], row->last.v[v], vitals[v].fold);
        if (vitals[v].counter)
            fold(&rate, (double)row->rate[v], VITAL_SUM);
        group->rate[v] = (float)rate;
    }
    if (row->last.loop > group->last.loop)
        group->last.loop = row->last.loop;
    group->restarts += row->restarts;
    if (isnan(group->restarted_s) || row->restarted_s > group->restarted_s)
        group->restarted_s = row->restarted_s;
    fold_trails(group, row);
}

/* It is called after the value; if not all are up, "2/3 shop". And how many they are stands
 * where others have their pid. */
static void name_group(struct fleet_row *group, const char *value, size_t up, size_t count)
{
    const char *shown = value[0] != '\0' ? value : "(none)";
    char *out = group->last.service;

    group->name = value;
    group->last.pid = (double)count;
    group->last.ident[0] = '\0';
    if (up < count)
        snprintf(out, sizeof group->last.service, "%zu/%zu %s", up, count, shown);
    else
        snprintf(out, sizeof group->last.service, "%s", shown);
}

/* Rows of one label's value, as one. It is down only if all are; if any is not fine, it
 * deserves attention, as after a restart. */
static void make_group(struct fleet_row *group, const struct fleet_row **rows, size_t count,
                       const char *value, double now_s)
{
    size_t up = 0, fine = 0;

    for (size_t i = 0; i < count; i++) {
        enum fleet_state state = fleet_state(rows[i], now_s);

        fine += state == FLEET_FINE;
        if (!is_up(state))
            continue;
        if (up++ == 0)
            *group = *rows[i];
        else
            fold_row(group, rows[i]);
    }
    if (up == 0)
        *group = *rows[0];
    else if (fine < count)
        group->restarted_s = now_s;
    name_group(group, value, up, count);
}

struct labelled {
    const char *value;
    const struct fleet_row *row;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct labelled *)a)->value, ((const struct labelled *)b)->value);
}

static void put_together(struct view *view, double now_s)
{
    struct labelled *all = mem_new(view->rows, sizeof *all);
    const char *label = viewlist_group_word(view);
    size_t n = 0;

    for (size_t i = 0; i < view->rows; i++)
        all[i] = (struct labelled){ aggregate_label(view->order[i], label), view->order[i] };
    if (view->rows > 1)
        qsort(all, view->rows, sizeof *all, compare);
    for (size_t i = 0; i < view->rows; i++) {
        view->order[i] = all[i].row;
        n += i == 0 || compare(&all[i - 1], &all[i]) != 0;
    }
    view->groups = mem_resize(view->groups, n, sizeof *view->groups);
    n = 0;
    for (size_t i = 0, end; i < view->rows; i = end) {
        for (end = i + 1; end < view->rows && compare(&all[i], &all[end]) == 0; end++)
            continue;
        make_group(&view->groups[n++], view->order + i, end - i, all[i].value, now_s);
    }
    for (size_t i = 0; i < n; i++)
        view->order[i] = &view->groups[i];
    view->rows = n;
    free(all);
}

void viewlist_make(struct view *view, struct fleet_row *const *rows, size_t count, double now_s)
{
    view->order = mem_resize(view->order, count, sizeof *view->order);
    view->rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (rowfilter_passes(rows[i], view->filter))
            view->order[view->rows++] = rows[i];
    }
    if (view->group != VIEW_BY_NONE)
        put_together(view, now_s);
}

/* A value that is too long is filtered by its beginning. */
void viewlist_filter_group(struct view *view, const struct fleet_row *row)
{
    size_t at =
        (size_t)snprintf(view->filter, sizeof view->filter, "%s=", viewlist_group_word(view));
    const char *c = row->name;

    for (; *c != '\0' && at + 3 < sizeof view->filter; c++) {
        if (strchr("*?[\\", *c) != NULL)
            view->filter[at++] = '\\';
        view->filter[at++] = *c;
    }
    if (*c != '\0') {
        while (at > 0 && ((unsigned char)view->filter[at - 1] & 0x80u) != 0)
            at--;
        view->filter[at++] = '*';
    }
    view->filter[at] = '\0';
    view->group = VIEW_BY_NONE;
    view->selected = view->top = 0;
    view->follow[0] = '\0';
}

/* ---- Pins and the selection -------------------------------------------------------- */

static size_t pin_of(const struct view *view, const struct fleet_row *row)
{
    size_t i = 0;

    while (i < view->n_pins && strcmp(view->pins[i], row->name) != 0)
        i++;
    return i;
}

bool viewlist_is_pinned(const struct view *view, const struct fleet_row *row)
{
    return view->n_pins > 0 && view->group == VIEW_BY_NONE && pin_of(view, row) < view->n_pins;
}

void viewlist_pin(struct view *view, const struct fleet_row *row)
{
    size_t at = row != NULL ? pin_of(view, row) : 0;

    if (row == NULL)
        return;
    if (at < view->n_pins) {
        view->n_pins--;
        memmove(view->pins[at], view->pins[at + 1], (view->n_pins - at) * VIEW_NAME);
    } else if (view->n_pins < VIEW_PINS && strlen(row->name) < VIEW_NAME) {
        snprintf(view->pins[view->n_pins++], VIEW_NAME, "%s", row->name);
    }
}

static void lift_pinned(struct view *view)
{
    size_t next = 0;

    for (size_t i = 0; i < view->rows; i++) {
        const struct fleet_row *row = view->order[i];

        if (!viewlist_is_pinned(view, row))
            continue;
        memmove(view->order + next + 1, view->order + next, (i - next) * sizeof *view->order);
        view->order[next++] = row;
    }
}

void viewlist_settle(struct view *view)
{
    if (view->n_pins > 0)
        lift_pinned(view);
    if (view->follow[0] == '\0')
        return;
    /* nearly always */
    if (view->selected < view->rows &&
        strcmp(view->order[view->selected]->name, view->follow) == 0)
        return;
    for (size_t i = 0; i < view->rows; i++) {
        if (strcmp(view->order[i]->name, view->follow) == 0) {
            view->selected = i;
            return;
        }
    }
}

void viewlist_fini(struct view *view)
{
    free(view->order);
    free(view->groups);
    view->order = NULL;
    view->groups = NULL;
    view->rows = 0;
}
