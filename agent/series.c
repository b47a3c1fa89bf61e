/* SPDX-License-Identifier: MIT */
/* Owns the application's counters and gauges. An update is one atomic operation on one
 * word; it must never take a lock, because it may run per event. */
#include "series.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void ph_series_init(struct ph_series_table *table)
{
    memset(table, 0, sizeof *table);
    pthread_mutex_init(&table->lock, NULL);
}

void ph_series_fini(struct ph_series_table *table)
{
    size_t n = atomic_load_explicit(&table->n, memory_order_acquire);

    for (size_t i = 0; i < n; i++)
        free(table->all[i]);
    pthread_mutex_destroy(&table->lock);
}

static bool is_name(const char *name)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char more[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t len = name ? strlen(name) : 0;

    return len > 0 && len < sizeof((struct porthole_series *)0)->name &&
           strchr(first, name[0]) && strspn(name, more) == len;
}

static struct porthole_series *new_series(enum ph_kind kind, const char *name, const char *help)
{
    struct porthole_series *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    ph_text_copy(s->name, sizeof s->name, name);
    ph_text_copy(s->help, sizeof s->help, help ? help : "Registered by the application.");
    s->metric = (struct ph_metric){
        .key = s->name, .kind = kind, .unit = PH_UNIT_COUNT, .help = s->help, .prom = s->name
    };
    return s;
}

static struct porthole_series *find(const struct ph_series_table *table, const char *name)
{
    size_t n = atomic_load_explicit(&table->n, memory_order_acquire);

    for (size_t i = 0; i < n; i++)
        if (strcmp(table->all[i]->name, name) == 0)
            return table->all[i];
    return NULL;
}

/* Under the lock: the one to use afterwards, which is not `fresh` if the name is taken. */
static struct porthole_series *adopt(struct ph_series_table *table,
                                     struct porthole_series *fresh)
{
    struct porthole_series *known = find(table, fresh->name);
    size_t n = atomic_load_explicit(&table->n, memory_order_relaxed);

    if (known || n == PORTHOLE_MAX_SERIES)
        return known;
    table->all[n] = fresh;
    atomic_store_explicit(&table->n, n + 1, memory_order_release);
    return fresh;
}

enum porthole_status ph_series_add_new(struct ph_series_table *table,
                                       enum porthole_series_kind kind, const char *name,
                                       const char *help, struct porthole_series **out)
{
    enum ph_kind shown = kind == PORTHOLE_COUNTER ? PH_COUNTER : PH_GAUGE;
    struct porthole_series *fresh, *used;

    if (!is_name(name) || (kind != PORTHOLE_COUNTER && kind != PORTHOLE_GAUGE))
        return PORTHOLE_EINVAL;
    fresh = new_series(shown, name, help);
    if (!fresh)
        return PORTHOLE_ENOMEM;
    pthread_mutex_lock(&table->lock);
    used = adopt(table, fresh);
    pthread_mutex_unlock(&table->lock);

    if (used != fresh)
        free(fresh);
    if (!used)
        return PORTHOLE_ELIMIT;
    if (used->metric.kind != shown)
        return PORTHOLE_EINVAL;
    *out = used;
    return PORTHOLE_OK;
}

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

double ph_series_value(const struct porthole_series *series)
{
    return of_bits(atomic_load_explicit(&series->bits, memory_order_relaxed));
}

void porthole_series_add(porthole_series *series, double amount)
{
    uint64_t old;

    if (!series || !isfinite(amount) || (series->metric.kind == PH_COUNTER && amount < 0))
        return;
    old = atomic_load_explicit(&series->bits, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&series->bits, &old,
                                                  to_bits(of_bits(old) + amount),
                                                  memory_order_relaxed, memory_order_relaxed))
        continue;
}

void porthole_series_set(porthole_series *series, double value)
{
    if (!series || !isfinite(value) || series->metric.kind != PH_GAUGE)
        return;
    atomic_store_explicit(&series->bits, to_bits(value), memory_order_relaxed);
}
