/* SPDX-License-Identifier: MIT */
/*
 * outliers: peers are sorted together once, then each figure of each look is one array of
 * slopes per hour, of which the median and the MAD are taken.
 */
#include "outliers.h"

#include "amount.h"
#include "buf.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A trail says something from so many points and so many seconds on. */
#define LEAST_POINTS 4
#define LEAST_SECONDS 15

/* Least spreads, per hour. A verdict has been judged by the process already: five times this
 * is one more an hour, or a megabyte. Five times that of a trail is five more a minute. */
#define VERDICT_COUNT 0.2
#define VERDICT_BYTES (0.2 * 1048576)
#define TRAIL_COUNT 60.0

static const enum vital by_verdict[] = {
    VITAL_ESTABLISHED, VITAL_CLOSE_WAIT, VITAL_LISTENERS, VITAL_HANDLES, VITAL_FDS,
    VITAL_HEAP_FLOOR,  VITAL_EXTERNAL,   VITAL_RSS_ANON,  VITAL_RSS,     VITAL_MALLOC,
};

static const enum vital by_trail[] = {
    VITAL_ESTABLISHED,
    VITAL_LISTENERS,
    VITAL_HANDLES,
    VITAL_FDS,
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- Slopes ------------------------------------------------------------------------- */

/* 0: it has looked and found nothing here. It names its worst suspect only: what it knows of
 * other figures stays unknown. */
static double verdict_slope(const struct fleet_row *row, enum vital vital)
{
    const struct sample_suspect *s = &row->last.suspect;

    if (isnan(row->last.suspects))
        return NAN;
    if (row->last.suspects > 0)
        return vitals_find(s->series, strlen(s->series)) == vital ? s->slope_per_h : NAN;
    return 0;
}

/* Least squares: all points count, where the two ends alone would be twice as noisy. */
static double trail_slope(const struct fleet_row *row, enum vital vital)
{
    size_t trail = fleet_trail(vital), n = row->point_count;
    double mean_s = 0, mean = 0, up = 0, down = 0;

    if (trail == FLEET_TRAILS || n < LEAST_POINTS ||
        row->trail_s[n - 1] - row->trail_s[0] < LEAST_SECONDS ||
        row->last.v[VITAL_UPTIME] < OUTLIERS_YOUNG_S)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        mean_s += (row->trail_s[i] - row->trail_s[0]) / (double)n;
        mean += (double)row->trail[trail][i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double s = row->trail_s[i] - row->trail_s[0] - mean_s;

        up += s * ((double)row->trail[trail][i] - mean);
        down += s * s;
    }
    return down > 0 ? up / down * 3600 : NAN;
}

/* ---- Middles ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;

    return (p > q) - (p < q);
}

/* Sorts them. */
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* ---- One figure of one set of peers -------------------------------------------------- */

struct look {
    struct outliers *out;
    struct fleet_row **peers;
    size_t count;
    double *slopes;  /* of each peer, per hour; NaN: not known */
    double *scratch; /* twice as many as peers */
};

static size_t known_slopes(const struct look *look)
{
    size_t known = 0;

    for (size_t i = 0; i < look->count; i++) {
        if (!isnan(look->slopes[i]))
            look->scratch[known++] = look->slopes[i];
    }
    return known;
}

static void note(struct look *look, struct outliers_finding f, double sign, const double *z)
{
    double worst = 0;

    for (size_t i = 0; i < look->count; i++) {
        struct fleet_row *row = look->peers[i];

        if (!(z[i] * sign >= OUTLIERS_Z))
            continue;
        look->scratch[f.differ++] = look->slopes[i];
        if (z[i] * sign > worst) {
            worst = z[i] * sign;
            f.worst = row;
        }
        if (isnan(row->outlier_z) || fabs(z[i]) > fabs(row->outlier_z)) {
            row->outlier_z = z[i];
            row->outlier = f.vital;
        }
    }
    if (f.differ == 0)
        return;
    f.slope = median(look->scratch, f.differ);
    f.service = f.worst->last.service;
    f.version = f.worst->last.version;
    look->out->items = mem_resize(look->out->items, look->out->count + 1, sizeof f);
    look->out->items[look->out->count++] = f;
}

static void judge(struct look *look, enum vital vital, double least)
{
    size_t known = known_slopes(look);
    double *z = look->scratch + look->count; /* note() sorts in front of it */
    struct outliers_finding f = { .vital = vital };
    double middle, spread;

    if (known < OUTLIERS_LEAST)
        return;
    middle = median(look->scratch, known);
    for (size_t i = 0; i < known; i++)
        look->scratch[i] = fabs(look->scratch[i] - middle);
    spread = fmax(1.4826 * median(look->scratch, known), least);
    spread *= 1 + 275 / ((double)known * (double)known);
    for (size_t i = 0; i < look->count; i++)
        z[i] = (look->slopes[i] - middle) / spread;
    f.all = (unsigned)known;
    f.peers = middle;
    note(look, f, 1, z);
    note(look, f, -1, z);
}

/* A figure that verdicts have spoken about is not looked at again by the minute. */
static bool is_noted(const struct outliers *out, size_t from, enum vital vital)
{
    for (size_t i = from; i < out->count; i++) {
        if (out->items[i].vital == vital)
            return true;
    }
    return false;
}

static void judge_peers(struct look *look)
{
    size_t from = look->out->count;

    for (size_t v = 0; v < COUNT(by_verdict); v++) {
        for (size_t i = 0; i < look->count; i++)
            look->slopes[i] = verdict_slope(look->peers[i], by_verdict[v]);
        judge(look, by_verdict[v],
              vitals[by_verdict[v]].unit == VITAL_BYTES ? VERDICT_BYTES : VERDICT_COUNT);
    }
    for (size_t v = 0; v < COUNT(by_trail); v++) {
        if (is_noted(look->out, from, by_trail[v]))
            continue;
        for (size_t i = 0; i < look->count; i++)
            look->slopes[i] = trail_slope(look->peers[i], by_trail[v]);
        judge(look, by_trail[v], TRAIL_COUNT);
    }
}

/* ---- All ----------------------------------------------------------------------------- */

static int by_kin(const void *a, const void *b)
{
    const struct sample *p = &(*(struct fleet_row *const *)a)->last;
    const struct sample *q = &(*(struct fleet_row *const *)b)->last;
    int order = strcmp(p->service, q->service);

    order = order != 0 ? order : strcmp(p->component, q->component);
    return order != 0 ? order : strcmp(p->version, q->version);
}

/* Most processes first, then the furthest from its peers. */
static int by_weight(const void *a, const void *b)
{
    const struct outliers_finding *p = a, *q = b;
    double x = fabs(p->worst->outlier_z), y = fabs(q->worst->outlier_z);

    if (p->differ != q->differ)
        return p->differ > q->differ ? -1 : 1;
    return (x < y) - (x > y);
}

void outliers_find(struct outliers *out, struct fleet_row *const *rows, size_t count)
{
    struct fleet_row **up = mem_new(count, sizeof *up);
    struct look look = { .out = out,
                         .slopes = mem_new(count, sizeof(double)),
                         .scratch = mem_new(2 * count, sizeof(double)) };
    size_t ups = 0;

    *out = (struct outliers){ 0 };
    for (size_t i = 0; i < count; i++) {
        rows[i]->outlier_z = NAN;
        rows[i]->outlier = VITAL_NONE;
        if (rows[i]->known && rows[i]->cause == CAUSE_NONE && rows[i]->last.service[0] != '\0')
            up[ups++] = rows[i];
    }
    if (ups > 1)
        qsort(up, ups, sizeof *up, by_kin);
    for (size_t first = 0, end; first < ups; first = end) {
        for (end = first + 1; end < ups && by_kin(&up[first], &up[end]) == 0;)
            end++;
        look.peers = up + first;
        look.count = end - first;
        if (look.count >= OUTLIERS_LEAST)
            judge_peers(&look);
    }
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, by_weight);
    free(look.scratch);
    free(look.slopes);
    free(up);
}

static void add_slope(struct buf *out, enum vital vital, double slope)
{
    if (vitals[vital].unit == VITAL_BYTES)
        amount_change_bytes(out, slope);
    else
        amount_change(out, slope);
    buf_puts(out, "/h");
}

void outliers_says(struct buf *out, const struct outliers_finding *f)
{
    static const char *const nouns[VITALS] = {
        [VITAL_ESTABLISHED] = "sockets",
        [VITAL_CLOSE_WAIT] = "closed-by-peer sockets",
        [VITAL_LISTENERS] = "listeners",
        [VITAL_HANDLES] = "handles",
        [VITAL_FDS] = "descriptors",
        [VITAL_HEAP_FLOOR] = "heap",
        [VITAL_EXTERNAL] = "external memory",
        [VITAL_RSS_ANON] = "anonymous memory",
        [VITAL_RSS] = "memory",
        [VITAL_MALLOC] = "native memory",
    };
    bool one = f->differ == 1, grows = f->slope > f->peers;

    buf_printf(out, "%u of %u %s%s%s %s%s in %s: ", f->differ, f->all, f->service,
               f->version[0] != '\0' ? " " : "", f->version, grows ? "grow" : "fall",
               one ? "s" : "", nouns[f->vital] != NULL ? nouns[f->vital] : "something");
    add_slope(out, f->vital, f->slope);
    buf_puts(out, ", the others ");
    add_slope(out, f->vital, f->peers);
}

void outliers_fini(struct outliers *outliers)
{
    free(outliers->items);
    *outliers = (struct outliers){ 0 };
}
