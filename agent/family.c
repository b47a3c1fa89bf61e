/* SPDX-License-Identifier: MIT */
/* Owns what a family is: the names it may have, and the text of its labels and bounds,
 * which is made here once so that no tick has to. */
#include "family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "text.h"

#define REST "(other)"
#define LABELS_MAX 16384 /* 8 labels, every byte of them escaped */

/* ---- What is allowed --------------------------------------------------------------- */

static bool is_name(const char *name)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char more[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t len = name ? strlen(name) : 0;

    return len > 0 && len < PH_METRIC_NAME_BYTES && strchr(first, name[0]) &&
           strspn(name, more) == len;
}

static enum porthole_status check_labels(const struct porthole_family_spec *spec,
                                         porthole_error *err)
{
    if (spec->n_labels > PORTHOLE_MAX_LABELS || (spec->n_labels && !spec->labels))
        return ph_fail(err, PORTHOLE_EINVAL, "'%s' has more than %d labels", spec->name,
                       PORTHOLE_MAX_LABELS);
    for (size_t i = 0; i < spec->n_labels; i++) {
        const char *label = spec->labels[i];

        if (!is_name(label) || strcmp(label, "le") == 0 || strncmp(label, "__", 2) == 0)
            return ph_fail(err, PORTHOLE_EINVAL, "'%.80s' cannot be the name of a label",
                           label ? label : "");
        for (size_t k = 0; k < i; k++)
            if (strcmp(spec->labels[k], label) == 0)
                return ph_fail(err, PORTHOLE_EINVAL, "label '%s' is there twice", label);
    }
    return PORTHOLE_OK;
}

static enum porthole_status check_buckets(const struct porthole_family_spec *spec,
                                          porthole_error *err)
{
    bool is_histogram = spec->kind == PORTHOLE_HISTOGRAM;

    if (!is_histogram)
        return spec->n_buckets ? ph_fail(err, PORTHOLE_EINVAL,
                                         "'%s' has buckets and is no histogram", spec->name)
                               : PORTHOLE_OK;
    if (!spec->buckets || spec->n_buckets < 1 || spec->n_buckets > PORTHOLE_MAX_BUCKETS)
        return ph_fail(err, PORTHOLE_EINVAL, "'%s' must have 1 .. %d buckets", spec->name,
                       PORTHOLE_MAX_BUCKETS);
    for (size_t i = 0; i < spec->n_buckets; i++)
        if (!isfinite(spec->buckets[i]) || (i && spec->buckets[i] <= spec->buckets[i - 1]))
            return ph_fail(err, PORTHOLE_EINVAL,
                           "buckets of '%s' must be finite and growing: not so at %zu",
                           spec->name, i);
    return PORTHOLE_OK;
}

static enum porthole_status check(const struct porthole_family_spec *spec, porthole_error *err)
{
    enum porthole_status rc;

    if (!is_name(spec->name))
        return ph_fail(err, PORTHOLE_EINVAL, "'%.80s' cannot be the name of a metric",
                       spec->name ? spec->name : "");
    if (spec->kind != PORTHOLE_COUNTER && spec->kind != PORTHOLE_GAUGE &&
        spec->kind != PORTHOLE_HISTOGRAM)
        return ph_fail(err, PORTHOLE_EINVAL, "'%s' has an unknown kind", spec->name);
    rc = check_labels(spec, err);
    return rc ? rc : check_buckets(spec, err);
}

/* ---- A family ---------------------------------------------------------------------- */

/* The shortest text that reads back as the same number, whatever the host's locale. */
static void put_bound(double bound, char out[PH_BOUND_BYTES])
{
    int digits = 1;

    if (bound == trunc(bound) && fabs(bound) < 1e15) {
        snprintf(out, PH_BOUND_BYTES, "%.0f", bound); /* 10, where %g says 1e+01 */
        return;
    }
    do {
        snprintf(out, PH_BOUND_BYTES, "%.*g", digits, bound);
    } while (digits++ < 17 && strtod(out, NULL) != bound);
    for (char *c = out; *c; c++)
        if (!strchr("0123456789+-e", *c))
            *c = '.';
}

/* One block: the family, its buckets, their text, the names of its labels. */
static struct porthole_family *alloc_family(const struct porthole_family_spec *spec)
{
    size_t buckets = spec->n_buckets * sizeof(double);
    size_t bounds = spec->n_buckets * PH_BOUND_BYTES;
    size_t labels = spec->n_labels * PH_METRIC_NAME_BYTES;
    struct porthole_family *f = calloc(1, sizeof *f + buckets + bounds + labels);
    double *bucket;
    char(*bound)[PH_BOUND_BYTES];
    char(*label)[PH_METRIC_NAME_BYTES];

    if (!f)
        return NULL;
    bucket = (double *)(f + 1);
    bound = (void *)(bucket + spec->n_buckets);
    label = (void *)(bound + spec->n_buckets);
    for (size_t i = 0; i < spec->n_buckets; i++) {
        bucket[i] = spec->buckets[i];
        put_bound(bucket[i], bound[i]);
    }
    for (size_t i = 0; i < spec->n_labels; i++)
        ph_text_copy(label[i], sizeof label[i], spec->labels[i]);
    f->bucket = bucket;
    f->shape.bound = (const char(*)[PH_BOUND_BYTES])bound;
    f->label = (const char(*)[PH_METRIC_NAME_BYTES])label;
    return f;
}

enum porthole_status ph_family_new(struct ph_series_table *table,
                                   const struct porthole_family_spec *spec,
                                   struct porthole_family **out, porthole_error *err)
{
    static const enum ph_kind kinds[] = { [PORTHOLE_COUNTER] = PH_COUNTER,
                                          [PORTHOLE_GAUGE] = PH_GAUGE,
                                          [PORTHOLE_HISTOGRAM] = PH_HISTOGRAM };
    static const char *const rest[PORTHOLE_MAX_LABELS] = { REST, REST, REST, REST,
                                                           REST, REST, REST, REST };
    enum porthole_status rc = check(spec, err);
    struct porthole_family *f = rc ? NULL : alloc_family(spec);

    if (rc)
        return rc;
    if (!f)
        return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
    f->table = table;
    ph_text_copy(f->name, sizeof f->name, spec->name);
    ph_text_copy(f->help, sizeof f->help,
                 spec->help ? spec->help : "Registered by the application.");
    f->n_labels = spec->n_labels;
    f->shape.metric = (struct ph_metric){ .key = f->name,
                                          .kind = kinds[spec->kind],
                                          .unit = PH_UNIT_COUNT,
                                          .help = f->help,
                                          .prom = f->name };
    f->shape.labelled = spec->n_labels != 0;
    f->shape.n_buckets = spec->n_buckets;
    f->shape.words = spec->n_buckets ? spec->n_buckets + 2 : 1;
    f->rest = ph_family_child(f, rest);
    if (!f->rest) {
        free(f);
        return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
    }
    *out = f;
    return PORTHOLE_OK;
}

void ph_family_free(struct porthole_family *f)
{
    struct porthole_series *next = atomic_load_explicit(&f->first, memory_order_acquire);

    if (!f->rest->listed)
        free(f->rest);
    while (next) {
        struct porthole_series *s = next;

        next = atomic_load_explicit(&s->next, memory_order_acquire);
        free(s);
    }
    free(f);
}

bool ph_family_is_same(const struct porthole_family *a, const struct porthole_family *b)
{
    if (a->shape.metric.kind != b->shape.metric.kind || a->n_labels != b->n_labels ||
        a->shape.n_buckets != b->shape.n_buckets)
        return false;
    for (size_t i = 0; i < a->n_labels; i++)
        if (strcmp(a->label[i], b->label[i]) != 0)
            return false;
    for (size_t i = 0; i < a->shape.n_buckets; i++)
        if (a->bucket[i] != b->bucket[i])
            return false;
    return true;
}

/* ---- Names that say the same ------------------------------------------------------- */

static const char *const suffixes[][4] = {
    [PH_GAUGE] = { "" },
    [PH_COUNTER] = { "", "_total" },
    [PH_HISTOGRAM] = { "", "_bucket", "_sum", "_count" },
};

/* A counter is the same with and without _total. */
static size_t stem_of(const struct porthole_family *f)
{
    size_t len = strlen(f->name);
    bool total = f->shape.metric.kind == PH_COUNTER && len > 6 &&
                 strcmp(f->name + len - 6, "_total") == 0;

    return total ? len - 6 : len;
}

bool ph_family_clashes(const struct porthole_family *a, const struct porthole_family *b)
{
    size_t a_len = stem_of(a), b_len = stem_of(b);
    char a_name[PH_METRIC_NAME_BYTES + 8], b_name[PH_METRIC_NAME_BYTES + 8];

    if (strncmp(a->name, b->name, a_len < b_len ? a_len : b_len) != 0)
        return false;
    for (size_t i = 0; i < 4 && suffixes[a->shape.metric.kind][i]; i++) {
        snprintf(a_name, sizeof a_name, "%.*s%s", (int)a_len, a->name,
                 suffixes[a->shape.metric.kind][i]);
        for (size_t k = 0; k < 4 && suffixes[b->shape.metric.kind][k]; k++) {
            snprintf(b_name, sizeof b_name, "%.*s%s", (int)b_len, b->name,
                     suffixes[b->shape.metric.kind][k]);
            if (strcmp(a_name, b_name) == 0)
                return true;
        }
    }
    return false;
}

/* ---- A series of it ---------------------------------------------------------------- */

static void put_labels(const struct porthole_family *f, const char *const *values,
                       struct ph_sink *prom, struct ph_sink *json)
{
    char value[PORTHOLE_LABEL_BYTES];

    ph_sink_char(json, '{');
    for (size_t i = 0; i < f->n_labels; i++) {
        ph_text_copy(value, sizeof value, values[i]);
        if (i) {
            ph_sink_char(prom, ',');
            ph_sink_char(json, ',');
        }
        ph_sink_text(prom, f->label[i]);
        ph_sink_text(prom, "=\"");
        ph_text_label(prom, value);
        ph_sink_char(prom, '"');
        ph_text_json(json, f->label[i]);
        ph_sink_char(json, ':');
        ph_text_json(json, value);
    }
    ph_sink_char(json, '}');
    ph_sink_put(prom, "", 1); /* a NUL, for comparing */
}

static uint32_t hash_of(const struct porthole_family *f, const char *text)
{
    uint32_t h = (uint32_t)((uintptr_t)f >> 4) ^ 2166136261u;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

static struct porthole_series *
alloc_series(struct porthole_family *f, const struct ph_sink *prom, const struct ph_sink *json)
{
    size_t words = f->shape.words * sizeof(uint64_t);
    struct porthole_series *s = calloc(1, sizeof *s + words + prom->len + json->len);
    char *text;

    if (!s)
        return NULL;
    text = (char *)(s->word + f->shape.words);
    memcpy(text, prom->bytes, prom->len);
    memcpy(text + prom->len, json->bytes, json->len);
    s->family = f;
    s->labels = (struct ph_labels){ .prom = text,
                                    .json = text + prom->len,
                                    .prom_len = (uint32_t)prom->len - 1,
                                    .json_len = (uint32_t)json->len };
    s->hash = hash_of(f, text);
    return s;
}

struct porthole_series *ph_family_child(struct porthole_family *f, const char *const *values)
{
    struct porthole_series *s = NULL;
    struct ph_sink prom, json;

    ph_sink_init(&prom, LABELS_MAX);
    ph_sink_init(&json, LABELS_MAX);
    put_labels(f, values, &prom, &json);
    if (!prom.failed && !json.failed)
        s = alloc_series(f, &prom, &json);
    ph_sink_fini(&prom);
    ph_sink_fini(&json);
    return s;
}
