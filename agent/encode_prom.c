/* SPDX-License-Identifier: MIT */
/* Owns both text expositions. Both want the samples of a family together, while the tree
 * has them by thread: one walk files each sample under its family, a second loop over
 * the families writes. The application's own are together already and go last: if they
 * are more than an answer may have, whole families of them are left out. */
#include "encode_prom.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"
#include "text.h"

#define FAMILIES 1024u   /* a power of two; our own, with room */
#define HEAD_BYTES 640u  /* of a family: name and help, escaped, twice; and the end */
#define NONE UINT32_MAX

struct sample {
    const struct ph_node *node;
    uint32_t labels, labels_len;    /* in exposition.labels */
    uint32_t next;                  /* of the same family */
};

struct family {
    const struct ph_metric *metric; /* NULL: free slot */
    uint32_t first, last;
};

struct exposition {
    const struct ph_snapshot *snapshot;
    struct ph_sink *out;
    bool open_metrics;
    struct ph_sink labels;          /* the labels of all samples, one behind the other */
    struct ph_sink path;            /* the labels of the node being walked */
    struct sample *samples;
    uint32_t n_samples;
    uint32_t n_families;
    struct family family[FAMILIES]; /* a hash table by name */
    uint16_t order[FAMILIES];       /* its slots in order of appearance */
};

/* ---- Filing ------------------------------------------------------------------------ */

/* Where the name is, or would be. */
static uint32_t slot_of(const struct exposition *e, const char *name)
{
    uint32_t h = 2166136261u;
    uint32_t slot;

    for (const char *c = name; *c; c++)
        h = (h ^ (unsigned char)*c) * 16777619u;
    slot = h % FAMILIES;
    while (e->family[slot].metric && strcmp(e->family[slot].metric->prom, name) != 0)
        slot = (slot + 1) % FAMILIES;
    return slot;
}

static struct family *family_of(struct exposition *e, const struct ph_metric *metric)
{
    uint32_t slot = slot_of(e, metric->prom);

    if (e->family[slot].metric)
        return &e->family[slot];
    if (e->n_families == FAMILIES - 1)
        return NULL;
    e->order[e->n_families++] = (uint16_t)slot;
    e->family[slot] = (struct family){ metric, NONE, NONE };
    return &e->family[slot];
}

static void file_sample(struct exposition *e, const struct ph_node *node)
{
    struct family *family = family_of(e, node->metric);
    uint32_t at = e->n_samples;

    if (!family)
        return;
    e->samples[e->n_samples++] = (struct sample){ .node = node,
                                                  .labels = (uint32_t)e->labels.len,
                                                  .labels_len = (uint32_t)e->path.len,
                                                  .next = NONE };
    ph_sink_put(&e->labels, e->path.bytes, e->path.len);
    if (family->first == NONE)
        family->first = at;
    else
        e->samples[family->last].next = at;
    family->last = at;
}

static void push_label(struct exposition *e, const char *name, const char *value)
{
    if (e->path.len)
        ph_sink_char(&e->path, ',');
    ph_sink_text(&e->path, name);
    ph_sink_text(&e->path, "=\"");
    ph_text_label(&e->path, value);
    ph_sink_char(&e->path, '"');
}

/* As deep as the snapshot: PH_SNAPSHOT_DEPTH. */
static void walk(struct exposition *e, uint32_t at)
{
    const struct ph_node *nodes = e->snapshot->nodes, *node = &nodes[at];
    size_t mark = e->path.len;

    if (node->type != PH_NODE_OBJECT && node->type != PH_NODE_ARRAY) {
        if (node->metric && node->metric->prom && node->type != PH_NODE_NULL)
            file_sample(e, node); /* a tally has no metric of its own */
        return;
    }
    if (node->label_value)
        push_label(e, node->label, node->label_value);
    for (uint32_t i = at + 1; i < node->next; i = nodes[i].next) {
        size_t outer = e->path.len;

        if (node->label && !node->label_value && nodes[i].key)
            push_label(e, node->label, nodes[i].key);
        walk(e, i);
        e->path.len = outer;
    }
    e->path.len = mark;
}

/* ---- Writing ----------------------------------------------------------------------- */

static bool ends_in_total(const char *name, size_t len)
{
    return len > 6 && memcmp(name + len - 6, "_total", 6) == 0;
}

/* A counter's samples end in _total. Its metadata does too in the older format, and
 * does not in OpenMetrics. */
static void put_name(const struct exposition *e, const struct ph_metric *m, bool metadata)
{
    size_t len = strlen(m->prom);
    bool total = ends_in_total(m->prom, len);
    bool counter = m->kind == PH_COUNTER;

    if (counter && total && metadata && e->open_metrics)
        len -= 6;
    ph_sink_put(e->out, m->prom, len);
    if (counter && !total && !(metadata && e->open_metrics))
        ph_sink_text(e->out, "_total");
}

static void put_help(const struct exposition *e, const struct ph_metric *m)
{
    ph_sink_text(e->out, "# HELP ");
    put_name(e, m, true);
    ph_sink_char(e->out, ' ');
    ph_text_help(e->out, m->help);
    ph_sink_char(e->out, '\n');
}

static void put_type(const struct exposition *e, const struct ph_metric *m)
{
    static const char *const types[] = {
        [PH_GAUGE] = "gauge", [PH_COUNTER] = "counter", [PH_HISTOGRAM] = "histogram"
    };

    ph_sink_text(e->out, "# TYPE ");
    put_name(e, m, true);
    ph_sink_char(e->out, ' ');
    ph_sink_text(e->out, types[m->kind]);
    ph_sink_char(e->out, '\n');
}

static void put_labels(const struct exposition *e, const struct sample *s, const char *more,
                       const char *value)
{
    if (!s->labels_len && !more)
        return;
    ph_sink_char(e->out, '{');
    if (more) {
        ph_sink_text(e->out, more);
        ph_sink_text(e->out, "=\"");
        ph_sink_text(e->out, value);
        ph_sink_text(e->out, s->labels_len ? "\"," : "\"");
    }
    ph_sink_put(e->out, e->labels.bytes + s->labels, s->labels_len);
    ph_sink_char(e->out, '}');
}

static double value_of(const struct ph_node *node)
{
    double value = node->type == PH_NODE_UINT ? (double)node->as.u : node->as.d;

    return node->metric->unit == PH_UNIT_MS ? value / 1000 : value;
}

static void put_number(const struct exposition *e, const struct sample *s)
{
    put_name(e, s->node->metric, false);
    put_labels(e, s, NULL, NULL);
    ph_sink_char(e->out, ' ');
    if (s->node->type == PH_NODE_UINT && s->node->metric->unit != PH_UNIT_MS)
        ph_sink_u64(e->out, s->node->as.u);
    else
        ph_sink_real(e->out, value_of(s->node));
    ph_sink_char(e->out, '\n');
}

static void put_bucket(const struct exposition *e, const struct sample *s, const char *bound,
                       uint64_t count)
{
    ph_sink_text(e->out, s->node->metric->prom);
    ph_sink_text(e->out, "_bucket");
    put_labels(e, s, "le", bound);
    ph_sink_char(e->out, ' ');
    ph_sink_u64(e->out, count);
    ph_sink_char(e->out, '\n');
}

static void put_histogram(const struct exposition *e, const struct sample *s)
{
    const struct ph_hist_summary *h = s->node->as.hist;
    char bound[16];

    for (size_t i = 0; i < PH_HIST_BOUNDS; i++) {
        ph_text_copy(bound, sizeof bound - 2, ph_hist_bound_s[i]);
        if (e->open_metrics && !strchr(bound, '.'))
            memcpy(bound + strlen(bound), ".0", sizeof ".0"); /* canonical there */
        put_bucket(e, s, bound, h->at_most[i]);
    }
    put_bucket(e, s, "+Inf", h->total);
    ph_sink_text(e->out, s->node->metric->prom);
    ph_sink_text(e->out, "_sum");
    put_labels(e, s, NULL, NULL);
    ph_sink_char(e->out, ' ');
    ph_sink_real(e->out, (double)h->sum_ns / 1e9);
    ph_sink_char(e->out, '\n');
    ph_sink_text(e->out, s->node->metric->prom);
    ph_sink_text(e->out, "_count");
    put_labels(e, s, NULL, NULL);
    ph_sink_char(e->out, ' ');
    ph_sink_u64(e->out, h->total);
    ph_sink_char(e->out, '\n');
}

static void put_head(const struct exposition *e, const struct ph_metric *metric)
{
    if (e->open_metrics) {
        put_type(e, metric);
        put_help(e, metric);
    } else {
        put_help(e, metric);
        put_type(e, metric);
    }
}

static void put_family(const struct exposition *e, const struct family *family)
{
    put_head(e, family->metric);
    for (uint32_t i = family->first; i != NONE; i = e->samples[i].next) {
        if (e->samples[i].node->type == PH_NODE_HIST)
            put_histogram(e, &e->samples[i]);
        else
            put_number(e, &e->samples[i]);
    }
}

/* ---- The application's own ---------------------------------------------------------- */

/* A reader refuses all of an answer in which a name is there twice. */
static bool is_ours(const struct exposition *e, const struct ph_metric *m)
{
    char name[128];
    size_t len = strlen(m->prom);
    bool total = m->kind == PH_COUNTER && ends_in_total(m->prom, len);

    if (e->family[slot_of(e, m->prom)].metric)
        return true;
    if (m->kind != PH_COUNTER || len + sizeof "_total" > sizeof name)
        return false;
    memcpy(name, m->prom, len + 1);
    if (total)
        name[len - 6] = '\0';
    else
        memcpy(name + len, "_total", sizeof "_total");
    return e->family[slot_of(e, name)].metric != NULL;
}

static bool has_room(const struct exposition *e, const struct ph_tally *tally)
{
    size_t left = e->out->max - e->out->len;

    return left > 2 * HEAD_BYTES && ph_tally_samples_bytes(tally) <= left - 2 * HEAD_BYTES;
}

static void put_tallies(const struct exposition *e)
{
    static const struct ph_metric left_out = {
        "left_out", PH_GAUGE, PH_UNIT_COUNT,
        "Metrics of the application that this answer has no room for.",
        "porthole_metrics_left_out"
    };
    uint64_t n = 0;

    for (uint32_t i = 1; i < e->snapshot->n_nodes && !e->out->failed; i++) {
        const struct ph_node *node = &e->snapshot->nodes[i];
        const struct ph_metric *metric;

        if (node->type != PH_NODE_TALLY)
            continue;
        metric = &node->as.tally->shape->metric;
        if (is_ours(e, metric) || !has_room(e, node->as.tally)) {
            n++;
            continue;
        }
        put_head(e, metric);
        ph_tally_samples(node->as.tally, e->open_metrics, e->out);
    }
    if (!n)
        return;
    put_head(e, &left_out);
    ph_sink_text(e->out, left_out.prom);
    ph_sink_char(e->out, ' ');
    ph_sink_u64(e->out, n);
    ph_sink_char(e->out, '\n');
}

static void encode(const struct ph_snapshot *snapshot, struct ph_sink *out, bool open_metrics)
{
    struct exposition *e = calloc(1, sizeof *e); /* 20 KiB: too much for our small stack */

    if (e)
        e->samples = malloc(snapshot->n_nodes * sizeof *e->samples);
    if (!e || !e->samples) {
        out->failed = true;
        free(e);
        return;
    }
    e->snapshot = snapshot;
    e->out = out;
    e->open_metrics = open_metrics;
    ph_sink_init(&e->labels, out->max);
    ph_sink_init(&e->path, 4096);
    walk(e, 0);
    if (e->labels.failed || e->path.failed)
        out->failed = true; /* samples point at labels that are not there */
    for (uint32_t i = 0; i < e->n_families && !out->failed; i++)
        put_family(e, &e->family[e->order[i]]);
    put_tallies(e);
    if (open_metrics)
        ph_sink_text(out, "# EOF\n");
    ph_sink_fini(&e->labels);
    ph_sink_fini(&e->path);
    free(e->samples);
    free(e);
}

void ph_encode_prometheus(const struct ph_snapshot *snapshot, struct ph_sink *out)
{
    encode(snapshot, out, false);
}

void ph_encode_openmetrics(const struct ph_snapshot *snapshot, struct ph_sink *out)
{
    encode(snapshot, out, true);
}
