/* SPDX-License-Identifier: MIT */
/* Owns the application's numbers. An update is one atomic operation on one word, or a plain
 * store to memory that the thread has lent; it must never take a lock, because it may run
 * per event. */
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

void ph_series_init(struct ph_series_table *table)
{
    memset(table, 0, sizeof *table);
    table->pid = getpid();
    pthread_mutex_init(&table->lock, NULL);
}

static void free_leases(struct porthole_family *family)
{
    struct porthole_series *s = atomic_load_explicit(&family->first, memory_order_acquire);

    for (; s; s = atomic_load_explicit(&s->next, memory_order_acquire))
        while (s->leases) {
            struct ph_lease *lease = s->leases;

            s->leases = lease->of_series;
            free(lease);
        }
}

void ph_series_fini(struct ph_series_table *table)
{
    size_t n = atomic_load_explicit(&table->n, memory_order_acquire);

    for (size_t i = 0; i < n; i++) {
        free_leases(table->all[i]);
        ph_family_free(table->all[i]);
    }
    pthread_mutex_destroy(&table->lock);
}

/* ---- Registration ------------------------------------------------------------------ */

/* Under the lock. */
static void list_series(struct ph_series_table *table, struct porthole_series *s)
{
    struct porthole_family *f = s->family;

    s->listed = true;
    s->same_hash = table->by_hash[s->hash % PH_SERIES_SLOTS];
    table->by_hash[s->hash % PH_SERIES_SLOTS] = s;
    atomic_store_explicit(f->last ? &f->last->next : &f->first, s, memory_order_release);
    f->last = s;
    atomic_fetch_add_explicit(&f->n, 1, memory_order_release);
}

/* Under the lock: the one to use afterwards, which is not `fresh` if the name is taken. NULL
 * and `*rc` if that is another family. */
static struct porthole_family *adopt_family(struct ph_series_table *table,
                                            struct porthole_family *fresh,
                                            const struct porthole_family **other,
                                            enum porthole_status *rc)
{
    size_t n = atomic_load_explicit(&table->n, memory_order_relaxed);
    bool alone = !fresh->shape.labelled;

    for (size_t i = 0; i < n; i++) {
        if (!ph_family_clashes(table->all[i], fresh))
            continue;
        if (strcmp(table->all[i]->name, fresh->name) == 0 &&
            ph_family_is_same(table->all[i], fresh))
            return table->all[i];
        *other = table->all[i];
        *rc = PORTHOLE_EINVAL;
        return NULL;
    }
    *rc = PORTHOLE_ELIMIT;
    if (n == PORTHOLE_MAX_SERIES || (alone && table->n_series == PORTHOLE_MAX_SERIES))
        return NULL;
    if (alone) {
        list_series(table, fresh->rest);
        table->n_series++;
    }
    table->all[n] = fresh;
    atomic_store_explicit(&table->n, n + 1, memory_order_release);
    return fresh;
}

static enum porthole_status refuse(enum porthole_status rc, const char *name,
                                   const struct porthole_family *other, porthole_error *err)
{
    if (rc == PORTHOLE_ELIMIT)
        return ph_fail(err, rc, "cannot register '%s': there are %d series already", name,
                       PORTHOLE_MAX_SERIES);
    if (strcmp(other->name, name) == 0)
        return ph_fail(err, rc, "'%s' is registered with another kind, labels or buckets",
                       name);
    return ph_fail(err, rc, "'%s' would be shown under the same name as '%s'", name,
                   other->name);
}

enum porthole_status ph_series_add_family(struct ph_series_table *table,
                                          const struct porthole_family_spec *spec,
                                          struct porthole_family **out, porthole_error *err)
{
    const struct porthole_family *other = NULL;
    struct porthole_family *fresh, *used;
    enum porthole_status rc = ph_family_new(table, spec, &fresh, err);

    if (rc)
        return rc;
    pthread_mutex_lock(&table->lock);
    used = adopt_family(table, fresh, &other, &rc);
    pthread_mutex_unlock(&table->lock);

    if (used != fresh)
        ph_family_free(fresh);
    if (!used)
        return refuse(rc, spec->name, other, err);
    *out = used;
    return PORTHOLE_OK;
}

enum porthole_status ph_series_add_new(struct ph_series_table *table,
                                       enum porthole_series_kind kind, const char *name,
                                       const char *help, struct porthole_series **out)
{
    struct porthole_family_spec spec = { .kind = kind, .name = name, .help = help };
    struct porthole_family *family = NULL;
    enum porthole_status rc = kind == PORTHOLE_HISTOGRAM ? PORTHOLE_EINVAL : PORTHOLE_OK;

    if (!rc)
        rc = ph_series_add_family(table, &spec, &family, NULL);
    if (!rc && family)
        *out = family->rest;
    return rc;
}

/* Under the lock. */
static struct porthole_series *find(const struct ph_series_table *table,
                                    const struct porthole_series *like)
{
    struct porthole_series *s = table->by_hash[like->hash % PH_SERIES_SLOTS];

    while (s && (s->family != like->family || strcmp(s->labels.prom, like->labels.prom) != 0))
        s = s->same_hash;
    return s;
}

/* Under the lock: the one to use afterwards. */
static struct porthole_series *adopt_series(struct ph_series_table *table,
                                            struct porthole_series *fresh,
                                            enum porthole_status *rc)
{
    struct porthole_family *f = fresh->family;
    struct porthole_series *known = find(table, fresh);
    uint32_t children = atomic_load_explicit(&f->n, memory_order_relaxed) - f->rest->listed;
    bool full = children == PORTHOLE_MAX_CHILDREN || table->n_series == PORTHOLE_MAX_SERIES;
    bool asks_rest = strcmp(fresh->labels.prom, f->rest->labels.prom) == 0;

    if (known)
        return known;
    if (!full && !asks_rest) {
        list_series(table, fresh);
        table->n_series++;
        return fresh;
    }
    *rc = asks_rest ? PORTHOLE_OK : PORTHOLE_ELIMIT;
    if (!f->rest->listed)
        list_series(table, f->rest);
    return f->rest;
}

enum porthole_status porthole_family_series(porthole_family *family, const char *const *values,
                                            porthole_series **out)
{
    struct ph_series_table *table = family->table;
    struct porthole_series *fresh, *used;
    enum porthole_status rc = PORTHOLE_OK;

    if (getpid() != table->pid)
        return PORTHOLE_ESTOPPED;
    if (!family->n_labels) {
        *out = family->rest;
        return PORTHOLE_OK;
    }
    fresh = ph_family_child(family, values);
    if (!fresh)
        return PORTHOLE_ENOMEM;
    pthread_mutex_lock(&table->lock);
    used = adopt_series(table, fresh, &rc);
    pthread_mutex_unlock(&table->lock);

    if (used != fresh)
        free(fresh);
    *out = used;
    return rc;
}

/* ---- Updates ----------------------------------------------------------------------- */

static double of_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t to_bits(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void add_to(_Atomic uint64_t *word, double amount)
{
    uint64_t old = atomic_load_explicit(word, memory_order_relaxed);

    while (!atomic_compare_exchange_weak_explicit(word, &old, to_bits(of_bits(old) + amount),
                                                  memory_order_relaxed, memory_order_relaxed))
        continue;
}

void porthole_series_add(porthole_series *series, double amount)
{
    enum ph_kind kind = series ? series->family->shape.metric.kind : PH_HISTOGRAM;

    if (kind == PH_HISTOGRAM || !isfinite(amount) || (kind == PH_COUNTER && amount < 0))
        return;
    add_to(&series->word[0], amount);
}

void porthole_series_set(porthole_series *series, double value)
{
    if (!series || !isfinite(value) || series->family->shape.metric.kind != PH_GAUGE)
        return;
    atomic_store_explicit(&series->word[0], to_bits(value), memory_order_relaxed);
}

void porthole_series_observe(porthole_series *series, double value)
{
    const struct porthole_family *f = series ? series->family : NULL;
    size_t at = 0;

    if (!f || !isfinite(value) || f->shape.metric.kind != PH_HISTOGRAM)
        return;
    while (at < f->shape.n_buckets && value > f->bucket[at])
        at++;
    add_to(&series->word[at], 1);
    add_to(&series->word[f->shape.n_buckets + 1], value);
}

/* ---- Lent memory ------------------------------------------------------------------- */

/* The host writes it as it writes any double of its own. On the machines there are, that is
 * one store; what a host that is out of its mind leaves there must not spoil the rest. */
static double cell(const double *at)
{
    double value;

    __atomic_load(at, &value, __ATOMIC_RELAXED);
    return isfinite(value) ? value : 0;
}

enum porthole_status ph_series_lend(struct porthole_series *series, struct ph_leases *leases,
                                    const double *cells)
{
    size_t words = series->family->shape.words;
    struct ph_series_table *table = series->family->table;
    struct ph_lease *lease = malloc(sizeof *lease);
    bool room;

    if (!lease)
        return PORTHOLE_ENOMEM;
    *lease = (struct ph_lease){ .cells = cells, .series = series, .of_thread = leases->first };
    pthread_mutex_lock(&table->lock);
    room = table->n_cells + words <= PORTHOLE_MAX_CELLS;
    if (room) {
        table->n_cells += words;
        lease->of_series = series->leases;
        series->leases = lease;
    }
    pthread_mutex_unlock(&table->lock);
    if (!room) {
        free(lease);
        return PORTHOLE_ELIMIT;
    }
    leases->first = lease;
    return PORTHOLE_OK;
}

static void end_lease(struct ph_lease *lease)
{
    struct porthole_series *s = lease->series;
    const struct ph_shape *shape = &s->family->shape;
    struct ph_series_table *table = s->family->table;
    struct ph_lease **at = &s->leases;

    pthread_mutex_lock(&table->lock);
    while (*at != lease)
        at = &(*at)->of_series;
    *at = lease->of_series;
    table->n_cells -= shape->words;
    for (size_t i = 0; i < shape->words && shape->metric.kind != PH_GAUGE; i++)
        add_to(&s->word[i], cell(&lease->cells[i]));
    pthread_mutex_unlock(&table->lock);
    free(lease);
}

void ph_leases_end(struct ph_leases *leases)
{
    while (leases->first) {
        struct ph_lease *lease = leases->first;

        leases->first = lease->of_thread;
        end_lease(lease);
    }
}

/* ---- Reading ----------------------------------------------------------------------- */

/* Under the lock. */
static void sum_up(const struct porthole_series *s, double *values)
{
    size_t words = s->family->shape.words;

    for (size_t i = 0; i < words; i++)
        values[i] = of_bits(atomic_load_explicit(&s->word[i], memory_order_relaxed));
    for (const struct ph_lease *lease = s->leases; lease; lease = lease->of_series)
        for (size_t i = 0; i < words; i++)
            values[i] += cell(&lease->cells[i]);
}

uint32_t ph_series_count(const struct porthole_family *family)
{
    return atomic_load_explicit(&family->n, memory_order_acquire);
}

void ph_series_read(struct porthole_family *family, struct ph_tally *tally)
{
    struct porthole_series *s = atomic_load_explicit(&family->first, memory_order_acquire);

    pthread_mutex_lock(&family->table->lock);
    for (size_t i = 0; i < tally->n && s; i++) {
        tally->labels[i] = &s->labels;
        sum_up(s, tally->values + i * family->shape.words);
        s = atomic_load_explicit(&s->next, memory_order_acquire);
    }
    pthread_mutex_unlock(&family->table->lock);
}

double ph_series_value(struct porthole_series *series)
{
    double values[PORTHOLE_MAX_BUCKETS + 2] = { 0 };

    pthread_mutex_lock(&series->family->table->lock);
    sum_up(series, values);
    pthread_mutex_unlock(&series->family->table->lock);
    return values[0];
}
