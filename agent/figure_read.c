/* SPDX-License-Identifier: MIT */
/* Owns the way from a path to a number of the frozen tree. */
#include "figure_read.h"

#include <math.h>
#include <string.h>

#include "figure.h"

/* ---- Leaves ------------------------------------------------------------------------ */

static double of_hist(const struct ph_hist_summary *h, const char *member)
{
    const struct {
        const char *name;
        double value;
    } members[] = { { "sum", (double)h->sum_ns },
                    { "mean", h->total ? (double)h->sum_ns / (double)h->total : 0 },
                    { "p50", (double)h->p50_ns },
                    { "p90", (double)h->p90_ns },
                    { "p99", (double)h->p99_ns },
                    { "max", (double)h->max_ns } };

    if (strcmp(member, "count") == 0)
        return (double)h->total;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(member, members[i].name) == 0)
            return members[i].value / 1e6;
    return NAN;
}

static double of_tally(const struct ph_tally *tally, const char *member)
{
    const struct ph_shape *shape = tally->shape;
    double count = 0;

    if (shape->labelled || tally->n == 0)
        return NAN;
    if (shape->n_buckets == 0)
        return *member ? NAN : tally->values[0];
    for (size_t i = 0; i <= shape->n_buckets; i++)
        count += tally->values[i];
    if (strcmp(member, "count") == 0)
        return count;
    return strcmp(member, "sum") == 0 ? tally->values[shape->n_buckets + 1] : NAN;
}

/* `rest` is what the path has behind the node's key, without the dot. */
static double of_leaf(const struct ph_node *node, const char *rest)
{
    switch (node->type) {
    case PH_NODE_HIST:
        return of_hist(node->as.hist, rest);
    case PH_NODE_TALLY:
        return of_tally(node->as.tally, rest);
    case PH_NODE_UINT:
        return *rest ? NAN : (double)node->as.u;
    case PH_NODE_REAL:
        return *rest ? NAN : node->as.d;
    default:
        return NAN;
    }
}

/* ---- The tree ---------------------------------------------------------------------- */

/* A key of the application's may have dots in it: whoever leads to a number is meant. Goes as
 * deep as the tree, whose depth has a ceiling. */
static double find(const struct ph_snapshot *s, uint32_t parent, const char *path)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next) {
        const struct ph_node *node = &s->nodes[i];
        size_t n = node->key && !node->hidden ? strlen(node->key) : 0;
        const char *rest = path + n;
        double value;

        if (n == 0 || strncmp(path, node->key, n) != 0 || (*rest && *rest != '.'))
            continue;
        rest += *rest == '.';
        value = node->type == PH_NODE_OBJECT ? find(s, i, rest) : of_leaf(node, rest);
        if (!isnan(value))
            return value;
    }
    return NAN;
}

static double of_thread(const struct ph_snapshot *s, uint32_t thread, const char *bare)
{
    if (strcmp(bare, ph_figure_bare(ph_figure_heap_share)) == 0) {
        double limit = find(s, thread, ph_figure_bare(ph_figure_heap_limit));

        return limit > 0 ? find(s, thread, ph_figure_bare(ph_figure_heap_used)) / limit : NAN;
    }
    return find(s, thread, bare);
}

/* ---- Threads ----------------------------------------------------------------------- */

static double count_threads(const struct ph_snapshot *s, uint32_t list)
{
    double n = 0;

    for (uint32_t i = list + 1; i < s->nodes[list].next; i = s->nodes[i].next)
        n++;
    return n;
}

static double fold(const char *figure, double all, double one)
{
    if (isnan(all))
        return one;
    return ph_figure_is_highest(figure) ? fmax(all, one) : all + one;
}

static double of_threads(const struct ph_snapshot *s, const char *figure, int thread, int *most)
{
    uint32_t list = ph_snapshot_find(s, "threads");
    double all = NAN, highest = -INFINITY;

    for (uint32_t i = list + 1; list && i < s->nodes[list].next; i = s->nodes[i].next) {
        double id = find(s, i, "id");
        double one;

        if (isnan(id) || (thread != PH_FIGURE_ALL && id != thread))
            continue;
        one = of_thread(s, i, ph_figure_bare(figure));
        if (isnan(one))
            continue;
        all = fold(figure, all, one);
        if (one > highest && most)
            *most = (int)id;
        highest = fmax(highest, one);
    }
    return all;
}

double ph_figure_read(const struct ph_snapshot *s, const char *figure, int thread, int *most)
{
    if (strcmp(figure, ph_figure_threads) == 0)
        return count_threads(s, ph_snapshot_find(s, "threads"));
    if (ph_figure_is_of_threads(figure))
        return of_threads(s, figure, thread, most);
    return find(s, 0, figure);
}
