/* SPDX-License-Identifier: MIT */
/* Owns the names and counts of the application's types of objects. Counting is one atomic
 * addition: it runs for each object, and inside the garbage collector. */
#include "types.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"

#define MARK_NS PH_NS_PER_S
#define SOONEST_NS (PH_NS_PER_S / 10) /* less time makes no rate */

void ph_types_init(struct ph_types *types)
{
    memset(types, 0, sizeof *types);
    pthread_mutex_init(&types->lock, NULL);
}

void ph_types_fini(struct ph_types *types)
{
    for (size_t i = 0; i < ph_types_count(types); i++)
        free(types->all[i]);
    pthread_mutex_destroy(&types->lock);
}

size_t ph_types_count(const struct ph_types *types)
{
    return atomic_load_explicit(&types->n, memory_order_acquire);
}

struct porthole_type *ph_types_find(const struct ph_types *types, const char *name)
{
    size_t n = ph_types_count(types);

    for (size_t i = 0; i < n; i++)
        if (strcmp(types->all[i]->name, name) == 0)
            return types->all[i];
    return NULL;
}

/* ---- Registering ------------------------------------------------------------------- */

static bool is_name(const char *name)
{
    size_t len = 0, n;

    while (name && name[len] && len < PORTHOLE_TYPE_BYTES) {
        n = ph_text_utf8(name + len);
        if (n == 0)
            return false;
        len += n;
    }
    return len > 0 && len < PORTHOLE_TYPE_BYTES;
}

static struct porthole_type *new_type(const char *name)
{
    struct porthole_type *type = calloc(1, sizeof *type);

    if (!type)
        return NULL;
    memcpy(type->name, name, strlen(name) + 1);
    atomic_init(&type->rate, PORTHOLE_UNKNOWN);
    return type;
}

/* Under the lock: the one to use afterwards, which is not `fresh` if the name is taken. */
static struct porthole_type *adopt(struct ph_types *types, struct porthole_type *fresh)
{
    struct porthole_type *known = ph_types_find(types, fresh->name);
    size_t n = atomic_load_explicit(&types->n, memory_order_relaxed);

    if (known || n == PORTHOLE_MAX_TYPES)
        return known;
    types->all[n] = fresh;
    atomic_store_explicit(&types->n, n + 1, memory_order_release);
    return fresh;
}

enum porthole_status ph_types_add(struct ph_types *types, const char *name,
                                  struct porthole_type **out)
{
    struct porthole_type *fresh, *used;

    if (!is_name(name))
        return PORTHOLE_EINVAL;
    fresh = new_type(name);
    if (!fresh)
        return PORTHOLE_ENOMEM;
    pthread_mutex_lock(&types->lock);
    used = adopt(types, fresh);
    pthread_mutex_unlock(&types->lock);
    if (used != fresh)
        free(fresh);
    if (!used)
        return PORTHOLE_ELIMIT;
    *out = used;
    return PORTHOLE_OK;
}

/* ---- Counting ---------------------------------------------------------------------- */

void porthole_type_created(porthole_type *type, uint64_t n)
{
    if (type)
        atomic_fetch_add_explicit(&type->created, n, memory_order_relaxed);
}

void porthole_type_released(porthole_type *type, uint64_t n)
{
    if (type)
        atomic_fetch_add_explicit(&type->released, n, memory_order_relaxed);
}

void porthole_type_collected(porthole_type *type, uint64_t n)
{
    if (type)
        atomic_fetch_add_explicit(&type->collected, n, memory_order_relaxed);
}

void ph_type_read(const struct porthole_type *type, struct ph_type_figures *out)
{
    uint64_t rate = atomic_load_explicit(&type->rate, memory_order_relaxed), gone;

    /* What came is read last: nothing goes that has not come. */
    out->collected = atomic_load_explicit(&type->collected, memory_order_acquire);
    out->released = atomic_load_explicit(&type->released, memory_order_acquire);
    out->created = atomic_load_explicit(&type->created, memory_order_relaxed);
    gone = out->collected + out->released;
    out->count = out->created > gone ? out->created - gone : 0;
    out->created_per_s = rate == PORTHOLE_UNKNOWN ? -1 : (double)rate / 1000;
}

static void mark(struct porthole_type *type, uint64_t now_ns)
{
    uint64_t created = atomic_load_explicit(&type->created, memory_order_relaxed), rate;
    const struct ph_type_mark *last = &type->marks[(type->n_marks - 1) % PH_TYPE_MARKS];
    const struct ph_type_mark *first;

    if (type->n_marks == 0 || now_ns - last->at_ns >= MARK_NS)
        type->marks[type->n_marks++ % PH_TYPE_MARKS] = (struct ph_type_mark){ now_ns, created };
    first = &type->marks[type->n_marks > PH_TYPE_MARKS ? type->n_marks % PH_TYPE_MARKS : 0];
    if (now_ns - first->at_ns < SOONEST_NS)
        return;
    rate =
        (uint64_t)((double)(created - first->created) * 1e12 / (double)(now_ns - first->at_ns));
    atomic_store_explicit(&type->rate, rate, memory_order_relaxed);
}

void ph_types_mark(struct ph_types *types, uint64_t now_ns)
{
    size_t n = ph_types_count(types);

    for (size_t i = 0; i < n; i++)
        mark(types->all[i], now_ns);
}
