/* SPDX-License-Identifier: MIT */
/* Owns the way from a path to a number of the frozen tree. */
#include "figure_read.h"

#include <math.h>
#include <stdio.h>
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

static double of_values(const struct ph_tally *tally, uint32_t row, const char *member)
{
    const struct ph_shape *shape = tally->shape;
    const double *values = tally->values + row * shape->words;
    double count = 0;

    if (shape->n_buckets == 0)
        return *member ? NAN : values[0];
    for (size_t i = 0; i <= shape->n_buckets; i++)
        count += values[i];
    if (strcmp(member, "count") == 0)
        return count;
    return strcmp(member, "sum") == 0 ? values[shape->n_buckets + 1] : NAN;
}

static double of_tally(const struct ph_tally *tally, const char *member)
{
    return tally->shape->labelled || tally->n == 0 ? NAN : of_values(tally, 0, member);
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

/* ---- Items of lists: named as history_walk.h says ---------------------------------- */

/* What follows `word` in `text`; NULL if something else stands there, or `text` is NULL. */
static const char *behind(const char *text, const char *word, size_t n)
{
    return text && strncmp(text, word, n) == 0 ? text + n : NULL;
}

static const char *behind_end(const char *text)
{
    return behind(text, "]", 1);
}

/* What follows the item's name, up to and with its ']': the texts that it begins with, or its
 * first number. */
static const char *behind_item(const struct ph_snapshot *s, uint32_t item, const char *text)
{
    const struct ph_node *nodes = s->nodes;
    bool any = false;

    for (uint32_t i = item + 1; i < nodes[item].next; i = nodes[i].next) {
        if (nodes[i].type == PH_NODE_TEXT && nodes[i].as.text) {
            text = any ? behind(text, " ", 1) : text;
            text = behind(text, nodes[i].as.text, strlen(nodes[i].as.text));
            any = true;
        } else if (nodes[i].type == PH_NODE_UINT) {
            char digits[24];
            int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)nodes[i].as.u);

            return behind_end(any ? text : behind(text, digits, (size_t)n));
        }
    }
    return any ? behind_end(text) : NULL;
}

/* The same of {"queue":"mail","code":"200"}: every second string, escapes as they are. */
static const char *behind_labels(const struct ph_labels *labels, const char *text)
{
    const char *end = labels->json + labels->json_len, *begin = NULL;
    unsigned quotes = 0;

    for (const char *c = labels->json; c < end && text; c++) {
        if (*c == '\\') {
            c++;
        } else if (*c == '"' && ++quotes % 4 == 3) {
            begin = c + 1;
        } else if (*c == '"' && quotes % 4 == 0) {
            text = quotes > 4 ? behind(text, " ", 1) : text;
            text = behind(text, begin, (size_t)(c - begin));
        }
    }
    return behind_end(text);
}

static double of_row(const struct ph_tally *tally, const char *path)
{
    for (uint32_t i = 0; tally->shape->labelled && i < tally->shown; i++) {
        const char *rest = behind_labels(tally->labels[i], path);

        if (rest && (*rest == '\0' || *rest == '.'))
            return of_values(tally, i, rest + (*rest == '.'));
    }
    return NAN;
}

/* ---- The tree ---------------------------------------------------------------------- */

static double find(const struct ph_snapshot *s, uint32_t parent, const char *path);

static double of_item(const struct ph_snapshot *s, uint32_t list, const char *path)
{
    const struct ph_node *nodes = s->nodes;

    if (nodes[list].type == PH_NODE_TALLY)
        return of_row(nodes[list].as.tally, path);
    if (nodes[list].type != PH_NODE_ARRAY)
        return NAN;
    for (uint32_t i = list + 1; i < nodes[list].next; i = nodes[i].next) {
        const char *rest = nodes[i].hidden ? NULL : behind_item(s, i, path);

        if (rest && *rest == '.')
            return find(s, i, rest + 1);
    }
    return NAN;
}

static double of_node(const struct ph_snapshot *s, uint32_t i, const char *rest)
{
    if (*rest == '[')
        return of_item(s, i, rest + 1);
    rest += *rest == '.';
    return s->nodes[i].type == PH_NODE_OBJECT ? find(s, i, rest) : of_leaf(&s->nodes[i], rest);
}

/* A key of the application's may have dots in it: whoever leads to a number is meant. Goes as
 * deep as the tree, whose depth has a ceiling. */
static double find(const struct ph_snapshot *s, uint32_t parent, const char *path)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next) {
        const struct ph_node *node = &s->nodes[i];
        size_t n = node->key && !node->hidden ? strlen(node->key) : 0;
        double value;

        if (n == 0 || strncmp(path, node->key, n) != 0 || !strchr(".[", path[n]))
            continue; /* the NUL is one of them */
        value = of_node(s, i, path + n);
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
