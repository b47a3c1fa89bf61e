/* SPDX-License-Identifier: MIT */
/*
 * aggregate: groups of rows. Rows are two kilobytes each and far apart, so each is read once:
 * its figures go into one array per figure, and percentiles are selected there, not sorted.
 */
#include "aggregate.h"

#include "mem.h"
#include "names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Labels ------------------------------------------------------------------------- */

const char *aggregate_label(const struct fleet_row *row, const char *label)
{
    const struct sample *s = &row->last;
    const struct {
        const char *name;
        const char *value;
    } own[] = {
        { "service", s->service }, { "component", s->component },
        { "version", s->version }, { "host", s->host },
        { "ident", s->ident },     { "node", s->node },
        { "target", row->name },   { "state", fleet_states[fleet_state(row, row->last_s)] },
    };
    const char *value;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(own[i].name, label) == 0 && own[i].value[0] != '\0')
            return own[i].value;
    }
    value = row->labels != NULL ? labels_get(row->labels, label) : NULL;
    return value != NULL ? value : "";
}

static void copy_value(char out[AGGREGATE_VALUE], const char *value)
{
    size_t len = strlen(value);

    if (len >= AGGREGATE_VALUE) {
        len = AGGREGATE_VALUE - 1;
        while (len > 0 && ((unsigned char)value[len] & 0xC0u) == 0x80)
            len--;
    }
    memcpy(out, value, len);
    out[len] = '\0';
}

/* ---- Percentiles -------------------------------------------------------------------- */

static void swap(double *a, double *b)
{
    double kept = *a;

    *a = *b;
    *b = kept;
}

/* The value that would stand at `k` if `v` was sorted (Hoare's selection; the middle of three
 * as the pivot, so that sorted input is no worst case). Smaller ones end up before it. */
static double nth(double *v, size_t count, size_t k)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2, i = low, j = high;
        double pivot;

        if (v[middle] < v[low])
            swap(&v[middle], &v[low]);
        if (v[high] < v[low])
            swap(&v[high], &v[low]);
        if (v[high] < v[middle])
            swap(&v[high], &v[middle]);
        pivot = v[middle];
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (pivot < v[j])
                j--;
            if (i > j)
                break;
            swap(&v[i++], &v[j]);
            if (j-- == 0)
                break;
        }
        if (k <= j && j < high)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return v[k];
}

static double nearest_rank(double *v, size_t count, double share)
{
    size_t rank = (size_t)ceil(share * (double)count);

    return nth(v, count, rank > 0 ? rank - 1 : 0);
}

static void finish_figure(struct aggregate_figure *f, double *v)
{
    if (f->count == 0) {
        f->sum = f->mean = f->highest = f->p50 = f->p90 = f->p99 = NAN;
        return;
    }
    f->mean = f->sum / f->count;
    f->p99 = nearest_rank(v, f->count, 0.99);
    f->p90 = nearest_rank(v, f->count, 0.90);
    f->p50 = nearest_rank(v, f->count, 0.50);
}

/* ---- Event loops together ----------------------------------------------------------- */

/* Between the ends of an octave delays are taken to be spread evenly by their logarithm. */
static double delay_at(const double octaves[SAMPLE_OCTAVES], double share)
{
    double total = 0, seen = 0, end_ms = SAMPLE_OCTAVE_MS;

    for (size_t i = 0; i < SAMPLE_OCTAVES; i++)
        total += octaves[i];
    if (total <= 0)
        return NAN;
    for (size_t i = 0; i < SAMPLE_OCTAVES; i++, end_ms *= 2) {
        if (octaves[i] > 0 && seen + octaves[i] >= share * total)
            return end_ms * exp2((share * total - seen) / octaves[i] - 1);
        seen += octaves[i];
    }
    return end_ms / 2;
}

/* ---- Groups ------------------------------------------------------------------------- */

/* Room for the figures of one group at a time: VITALS arrays of `room`. */
struct work {
    double *values;
    size_t room;
    size_t count;      /* of all rows */
    const char *label; /* NULL: none */
    double now_s;
};

static void add_row(struct aggregate_group *g, struct work *work, const struct fleet_row *row,
                    double octaves[SAMPLE_OCTAVES])
{
    for (size_t i = 0; i < VITALS; i++) {
        struct aggregate_figure *f = &g->figures[i];
        double value = row->last.v[i];

        if (!isnan((double)row->rate[i]))
            f->rate = isnan(f->rate) ? (double)row->rate[i] : f->rate + (double)row->rate[i];
        if (isnan(value))
            continue;
        work->values[i * work->room + f->count++] = value;
        f->sum += value;
        f->highest = f->count == 1 ? value : fmax(f->highest, value);
    }
    for (size_t i = 0; i < SAMPLE_OCTAVES; i++)
        octaves[i] += (double)row->last.delays[i];
}

static bool is_up(const struct fleet_row *row, double now_s)
{
    enum fleet_state state = fleet_state(row, now_s);

    return state == FLEET_FINE || state == FLEET_ATTENTION || state == FLEET_BLOCKED;
}

static void finish_group(struct aggregate_group *g, struct work *work)
{
    double octaves[SAMPLE_OCTAVES] = { 0 };

    fleet_sum(g->rows, g->count, work->now_s, &g->totals);
    for (size_t i = 0; i < VITALS; i++)
        g->figures[i].rate = NAN;
    for (size_t i = 0; i < g->count; i++) {
        g->outliers += !isnan(g->rows[i]->outlier_z);
        if (is_up(g->rows[i], work->now_s))
            add_row(g, work, g->rows[i], octaves);
    }
    for (size_t i = 0; i < VITALS; i++)
        finish_figure(&g->figures[i], work->values + i * work->room);
    g->delay_p50_ms = delay_at(octaves, 0.50);
    g->delay_p99_ms = delay_at(octaves, 0.99);
}

/* A row, the number of its group, and how bad it is; of groups: that of the worst row. */
struct entry {
    struct fleet_row *row;
    double badness;
    uint32_t group;
    size_t place;
};

static int compare(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;

    if (p->group != q->group)
        return p->group < q->group ? -1 : 1;
    if (p->badness != q->badness)
        return p->badness > q->badness ? -1 : 1;
    return (p->place > q->place) - (p->place < q->place);
}

/* Groups as `compare` has left them: each begins where the number changes. */
static size_t cut(struct entry *entries, size_t count, struct entry *heads)
{
    size_t groups = 0;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && entries[i].group == entries[i - 1].group)
            continue;
        heads[groups] = entries[i];
        heads[groups].group = 0; /* what is left is to sort by badness, then by arrival */
        heads[groups++].place = i;
    }
    if (groups > 1)
        qsort(heads, groups, sizeof *heads, compare);
    return groups;
}

static void fill(struct aggregate *out, const struct entry *entries, const struct entry *head,
                 struct work *work)
{
    struct aggregate_group *g = &out->groups[out->count++];
    size_t first = head->place;

    g->rows = out->rows + first;
    while (first + g->count < work->count &&
           entries[first + g->count].group == entries[first].group)
        g->count++;
    copy_value(g->value, work->label != NULL ? aggregate_label(head->row, work->label) : "");
    finish_group(g, work);
}

static void number_rows(struct entry *entries, struct fleet_row *const *rows, size_t count,
                        const char *label, double now_s)
{
    struct names values = { 0 };

    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct entry){ rows[i], fleet_badness(rows[i], now_s), 0, i };
        if (label == NULL)
            continue;
        entries[i].group = names_add(&values, slice_of(aggregate_label(rows[i], label)));
    }
    names_fini(&values);
}

void aggregate_by(struct aggregate *out, struct fleet_row *const *rows, size_t count,
                  const char *label, double now_s)
{
    struct entry *entries = mem_new(count, sizeof *entries);
    struct entry *heads = mem_new(count + 1, sizeof *heads);
    struct work work = { mem_new(count + 1, VITALS * sizeof(double)), count + 1, count, label,
                         now_s };
    size_t groups;

    number_rows(entries, rows, count, label, now_s);
    if (count > 1)
        qsort(entries, count, sizeof *entries, compare);
    groups = cut(entries, count, heads);
    *out = (struct aggregate){ .rows = mem_new(count, sizeof *out->rows) };
    out->groups = mem_new(groups + 1, sizeof *out->groups);
    for (size_t i = 0; i < count; i++)
        out->rows[i] = entries[i].row;
    for (size_t i = 0; i < groups; i++)
        fill(out, entries, &heads[i], &work);
    if (groups == 0 && label == NULL)
        finish_group(&out->groups[out->count++], &work);
    free(work.values);
    free(heads);
    free(entries);
}

void aggregate_fini(struct aggregate *aggregate)
{
    free(aggregate->groups);
    free(aggregate->rows);
    *aggregate = (struct aggregate){ 0 };
}
