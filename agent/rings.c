/* SPDX-License-Identifier: MIT */
/*
 * Multi-resolution rings. Each level is folded from the buckets of the one below it, so a
 * value is touched once, at level 0; the means are weighted by how many buckets below had
 * one, lest a second with many values counts for more than one with few.
 */
#include "rings.h"

#include <math.h>
#include <string.h>

const uint32_t ph_level_s[PH_LEVELS] = { 15, 60, 300, 1200, 3600, 14400 };

static const struct ph_bucket gap = { NAN, NAN, NAN };

static void clear_level(struct ph_rings *r, unsigned level)
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        r->bucket[level][i] = gap;
}

void ph_rings_clear(struct ph_rings *r)
{
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < PH_SECONDS; i++)
        r->second[i] = NAN;
    for (unsigned level = 0; level < PH_LEVELS; level++)
        clear_level(r, level);
}

unsigned ph_timeline_move(struct ph_timeline *t, double now_s)
{
    uint64_t second = now_s > 0 ? (uint64_t)now_s : 0;
    unsigned ended = 0;

    if (t->started && second < t->second)
        second = t->second;
    for (unsigned level = 0; level < PH_LEVELS; level++) {
        uint64_t index = second / ph_level_s[level];

        if (t->started && index != t->index[level])
            ended |= 1u << level;
        t->index[level] = index;
    }
    t->second = second;
    t->started = true;
    return ended;
}

static void fold(struct ph_open_bucket *open, float min, double mean, float max)
{
    open->min = open->n == 0 || min < open->min ? min : open->min;
    open->max = open->n == 0 || max > open->max ? max : open->max;
    open->sum += mean;
    open->n++;
}

/* The bucket at `before` ends: into its place, and into the level above. */
static void close_bucket(struct ph_rings *r, unsigned level, uint64_t index)
{
    struct ph_open_bucket *open = &r->open[level];
    struct ph_bucket *b = &r->bucket[level][index % PH_BUCKETS];

    *b = gap;
    if (open->n) {
        double mean = open->sum / open->n;

        *b = (struct ph_bucket){ open->min, (float)mean, open->max };
        if (level + 1 < PH_LEVELS)
            fold(&r->open[level + 1], open->min, mean, open->max);
    }
    *open = (struct ph_open_bucket){ 0 };
}

static void skip(struct ph_rings *r, unsigned level, uint64_t first, uint64_t end)
{
    if (end - first >= PH_BUCKETS) {
        clear_level(r, level);
        return;
    }
    for (; first < end; first++)
        r->bucket[level][first % PH_BUCKETS] = gap;
}

static void skip_seconds(struct ph_rings *r, uint64_t first, uint64_t end)
{
    if (end > PH_SECONDS && end - PH_SECONDS > first)
        first = end - PH_SECONDS;
    for (; first < end; first++)
        r->second[first % PH_SECONDS] = NAN;
}

void ph_rings_move(struct ph_rings *r, const struct ph_timeline *before,
                   const struct ph_timeline *now)
{
    if (!before->started)
        return;
    skip_seconds(r, before->second + 1, now->second + 1);
    for (unsigned level = 0; level < PH_LEVELS; level++) {
        if (before->index[level] == now->index[level])
            continue;
        close_bucket(r, level, before->index[level]);
        skip(r, level, before->index[level] + 1, now->index[level]);
    }
}

void ph_rings_add(struct ph_rings *r, const struct ph_timeline *now, double value)
{
    if (!isfinite((float)value))
        return;
    r->second[now->second % PH_SECONDS] = (float)value;
    fold(&r->open[0], (float)value, value, (float)value);
}

static double part_of(const struct ph_bucket *b, enum ph_part part)
{
    switch (part) {
    case PH_PART_MIN:
        return (double)b->min;
    case PH_PART_MAX:
        return (double)b->max;
    default:
        return (double)b->mean;
    }
}

void ph_rings_read(const struct ph_rings *r, const struct ph_timeline *now, unsigned level,
                   enum ph_part part, double out[PH_BUCKETS])
{
    for (size_t i = 0; i < PH_BUCKETS; i++)
        out[i] = part_of(&r->bucket[level][(now->index[level] + i) % PH_BUCKETS], part);
}
