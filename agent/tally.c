/* SPDX-License-Identifier: MIT */
/* Owns how the application's numbers are written. Thousands of them are, once per tick and
 * format: labels and bounds were escaped when they were registered, and are copied here. */
#include "tally.h"

#include <string.h>

#define NUMBER_BYTES 24 /* the longest that ph_sink_real() and ph_sink_u64() write */

static const double *row(const struct ph_tally *t, size_t i)
{
    return t->values + i * t->shape->words;
}

static double count_of(const struct ph_shape *shape, const double *values)
{
    double count = 0;

    for (size_t i = 0; i <= shape->n_buckets; i++)
        count += values[i];
    return count;
}

/* ---- JSON -------------------------------------------------------------------------- */

static const char opened[] = "{\"labels\":";
static const char value_key[] = "\"value\":";
static const char count_key[] = "\"count\":";
static const char sum_key[] = ",\"sum\":";
static const char buckets_key[] = ",\"buckets\":{";
static const char infinity_key[] = "\"+Inf\":";

size_t ph_tally_json_bytes(const struct ph_shape *shape, const struct ph_labels *labels)
{
    size_t bytes = sizeof opened + labels->json_len + sizeof value_key + NUMBER_BYTES + 4;

    if (!shape->n_buckets)
        return bytes;
    for (size_t i = 0; i < shape->n_buckets; i++)
        bytes += strlen(shape->bound[i]) + NUMBER_BYTES + 4;
    return bytes + sizeof count_key + sizeof sum_key + sizeof buckets_key +
           sizeof infinity_key + 2 * NUMBER_BYTES;
}

/* The members of a histogram, without braces around them. */
static void put_histogram(const struct ph_shape *shape, const double *values,
                          struct ph_sink *out)
{
    double at_most = 0;

    ph_sink_text(out, count_key);
    ph_sink_real(out, count_of(shape, values));
    ph_sink_text(out, sum_key);
    ph_sink_real(out, values[shape->n_buckets + 1]);
    ph_sink_text(out, buckets_key);
    for (size_t i = 0; i < shape->n_buckets; i++) {
        at_most += values[i];
        ph_sink_char(out, '"');
        ph_sink_text(out, shape->bound[i]);
        ph_sink_text(out, "\":");
        ph_sink_real(out, at_most);
        ph_sink_char(out, ',');
    }
    ph_sink_text(out, infinity_key);
    ph_sink_real(out, at_most + values[shape->n_buckets]);
    ph_sink_char(out, '}');
}

static void put_plain(const struct ph_shape *shape, const double *values, struct ph_sink *out)
{
    if (!shape->n_buckets) {
        ph_sink_real(out, values[0]);
        return;
    }
    ph_sink_char(out, '{');
    put_histogram(shape, values, out);
    ph_sink_char(out, '}');
}

void ph_tally_json(const struct ph_tally *t, struct ph_sink *out)
{
    if (!t->shape->labelled) {
        put_plain(t->shape, row(t, 0), out);
        return;
    }
    ph_sink_char(out, '[');
    for (size_t i = 0; i < t->shown; i++) {
        ph_sink_text(out, i ? ",{\"labels\":" : opened);
        ph_sink_put(out, t->labels[i]->json, t->labels[i]->json_len);
        ph_sink_char(out, ',');
        if (t->shape->n_buckets) {
            put_histogram(t->shape, row(t, i), out);
        } else {
            ph_sink_text(out, value_key);
            ph_sink_real(out, row(t, i)[0]);
        }
        ph_sink_char(out, '}');
    }
    ph_sink_char(out, ']');
}

/* ---- Exposition --------------------------------------------------------------------- */

static const char bucket_suffix[] = "_bucket";

size_t ph_tally_samples_bytes(const struct ph_tally *t)
{
    size_t lines = t->shape->n_buckets ? t->shape->n_buckets + 3 : 1, labels = 0;
    size_t line = strlen(t->shape->metric.prom) + sizeof bucket_suffix +
                  sizeof "{le=\"\",} \n" + PH_BOUND_BYTES + NUMBER_BYTES;

    for (size_t i = 0; i < t->n; i++)
        labels += t->labels[i]->prom_len;
    return lines * (t->n * line + labels);
}

struct lines {
    const struct ph_tally *tally;
    bool open_metrics;
    struct ph_sink *out;
};

/* One line of row `i`. `le` is "" or the bound that goes before the labels. */
static void put_line(const struct lines *w, size_t i, const char *suffix, const char *le,
                     double value)
{
    const struct ph_labels *labels = w->tally->labels[i];

    ph_sink_text(w->out, w->tally->shape->metric.prom);
    ph_sink_text(w->out, suffix);
    if (le[0] || labels->prom_len) {
        ph_sink_char(w->out, '{');
        if (le[0]) {
            ph_sink_text(w->out, "le=\"");
            ph_sink_text(w->out, le);
            ph_sink_text(w->out, labels->prom_len ? "\"," : "\"");
        }
        ph_sink_put(w->out, labels->prom, labels->prom_len);
        ph_sink_char(w->out, '}');
    }
    ph_sink_char(w->out, ' ');
    ph_sink_real(w->out, value);
    ph_sink_char(w->out, '\n');
}

/* OpenMetrics wants a whole number written as a float: 5.0. */
static void canonical(const struct lines *w, const char *bound, char out[PH_BOUND_BYTES + 2])
{
    size_t len = strlen(bound);

    memcpy(out, bound, len + 1);
    if (w->open_metrics && !strpbrk(bound, ".e"))
        memcpy(out + len, ".0", sizeof ".0");
}

static void put_histogram_lines(const struct lines *w, size_t i)
{
    const struct ph_shape *shape = w->tally->shape;
    const double *values = row(w->tally, i);
    char le[PH_BOUND_BYTES + 2];
    double at_most = 0;

    for (size_t k = 0; k < shape->n_buckets; k++) {
        at_most += values[k];
        canonical(w, shape->bound[k], le);
        put_line(w, i, bucket_suffix, le, at_most);
    }
    at_most += values[shape->n_buckets];
    put_line(w, i, bucket_suffix, "+Inf", at_most);
    put_line(w, i, "_sum", "", values[shape->n_buckets + 1]);
    put_line(w, i, "_count", "", at_most);
}

static bool ends_in_total(const char *name)
{
    size_t len = strlen(name);

    return len > 6 && strcmp(name + len - 6, "_total") == 0;
}

void ph_tally_samples(const struct ph_tally *t, bool open_metrics, struct ph_sink *out)
{
    const struct lines w = { t, open_metrics, out };
    const struct ph_metric *m = &t->shape->metric;
    const char *suffix = m->kind == PH_COUNTER && !ends_in_total(m->prom) ? "_total" : "";

    for (size_t i = 0; i < t->n; i++) {
        if (t->shape->n_buckets)
            put_histogram_lines(&w, i);
        else
            put_line(&w, i, suffix, "", row(t, i)[0]);
    }
}
