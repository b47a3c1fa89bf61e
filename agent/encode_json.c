/* SPDX-License-Identifier: MIT */
/* Owns the JSON face of the state: a walk over the frozen tree into a sink, without a
 * second tree in between. (100 µs for a large process; jansson's values would cost an
 * allocation per number.) Recursion is as deep as the snapshot: PH_SNAPSHOT_DEPTH. */
#include "encode_json.h"

#include <string.h>

#include "tally.h"
#include "text.h"

#define INDENT "                                " /* 2 * PH_SNAPSHOT_DEPTH */

struct writer {
    const struct ph_snapshot *snapshot;
    struct ph_sink *out;
    bool pretty;
};

/* What is still to be matched below a node: everything, or these paths. */
struct picks {
    bool        all;
    size_t      n;
    const char *path[PH_JSON_FIELDS];
};

static void put_value(const struct writer *w, uint32_t at, const struct picks *picks,
                      unsigned depth);

static void new_line(const struct writer *w, unsigned depth)
{
    if (!w->pretty)
        return;
    ph_sink_char(w->out, '\n');
    ph_sink_put(w->out, INDENT, 2 * depth);
}

static void put_ms(struct ph_sink *out, const char *key, uint64_t ns)
{
    ph_sink_text(out, key);
    ph_sink_real(out, (double)ns / 1e6);
}

static void put_hist(struct ph_sink *out, const struct ph_hist_summary *h)
{
    ph_sink_text(out, "{\"count\":");
    ph_sink_u64(out, h->total);
    put_ms(out, ",\"sum\":", h->sum_ns);
    put_ms(out, ",\"mean\":", h->total ? h->sum_ns / h->total : 0);
    put_ms(out, ",\"p50\":", h->p50_ns);
    put_ms(out, ",\"p90\":", h->p90_ns);
    put_ms(out, ",\"p99\":", h->p99_ns);
    put_ms(out, ",\"max\":", h->max_ns);
    ph_sink_char(out, '}');
}

/* Which of `picks` go on below `key`? False if none does. */
static bool narrow(const struct picks *picks, const char *key, struct picks *below)
{
    size_t len = strlen(key);

    below->all = picks->all;
    below->n = 0;
    for (size_t i = 0; i < picks->n && !below->all; i++) {
        const char *path = picks->path[i];

        if (strncmp(path, key, len) != 0)
            continue;
        if (path[len] == '.')
            below->path[below->n++] = path + len + 1;
        else
            below->all = path[len] == '\0' || path[len] == ',';
    }
    return below->all || below->n;
}

/* Items of a list are transparent to paths. */
static bool wanted(const struct ph_node *child, const struct picks *picks, struct picks *below)
{
    if (child->hidden)
        return false;
    if (!child->key) {
        *below = *picks;
        return true;
    }
    if (narrow(picks, child->key, below))
        return true;
    below->all = child->identity;
    return child->identity;
}

static void put_children(const struct writer *w, uint32_t parent, const struct picks *picks,
                         unsigned depth)
{
    const struct ph_node *nodes = w->snapshot->nodes;
    struct picks below;
    bool first = true;

    for (uint32_t i = parent + 1; i < nodes[parent].next; i = nodes[i].next) {
        if (!wanted(&nodes[i], picks, &below))
            continue;
        if (!first)
            ph_sink_char(w->out, ',');
        first = false;
        new_line(w, depth + 1);
        if (nodes[i].key) {
            ph_text_json(w->out, nodes[i].key);
            ph_sink_text(w->out, w->pretty ? ": " : ":");
        }
        put_value(w, i, &below, depth + 1);
    }
    if (!first)
        new_line(w, depth);
}

static void put_value(const struct writer *w, uint32_t at, const struct picks *picks,
                      unsigned depth)
{
    const struct ph_node *node = &w->snapshot->nodes[at];
    bool is_array = node->type == PH_NODE_ARRAY;

    switch (node->type) {
    case PH_NODE_OBJECT:
    case PH_NODE_ARRAY:
        ph_sink_char(w->out, is_array ? '[' : '{');
        put_children(w, at, picks, depth);
        ph_sink_char(w->out, is_array ? ']' : '}');
        break;
    case PH_NODE_UINT:
        ph_sink_u64(w->out, node->as.u);
        break;
    case PH_NODE_REAL:
        ph_sink_real(w->out, node->as.d);
        break;
    case PH_NODE_BOOL:
        ph_sink_text(w->out, node->as.b ? "true" : "false");
        break;
    case PH_NODE_TEXT:
        ph_text_json(w->out, node->as.text);
        break;
    case PH_NODE_TALLY:
        ph_tally_json(node->as.tally, w->out);
        break;
    case PH_NODE_HIST:
        put_hist(w->out, node->as.hist);
        break;
    default:
        ph_sink_text(w->out, "null");
        break;
    }
}

static bool parse_fields(const char *fields, struct picks *picks)
{
    for (const char *at = fields, *comma; at; at = comma ? comma + 1 : NULL) {
        if (picks->n == PH_JSON_FIELDS)
            return false;
        picks->path[picks->n++] = at;
        comma = strchr(at, ',');
    }
    return true;
}

bool ph_encode_json_part(const struct ph_snapshot *snapshot, uint32_t node, const char *fields,
                         bool pretty, struct ph_sink *out)
{
    struct writer w = { .snapshot = snapshot, .out = out, .pretty = pretty };
    struct picks picks = { .all = !fields };

    if (fields && !parse_fields(fields, &picks))
        return false;
    put_value(&w, node, &picks, 0);
    ph_sink_char(out, '\n');
    return true;
}

void ph_encode_json(const struct ph_snapshot *snapshot, struct ph_sink *out)
{
    ph_encode_json_part(snapshot, 0, NULL, false, out);
}
