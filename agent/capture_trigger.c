/* SPDX-License-Identifier: MIT */
/* Owns what sets a capture rule off. A new state of a thread is one row of the table. */
#include "capture_trigger.h"

#include "clock.h"

#define SOONEST_NS (10 * PH_NS_PER_MS)
#define UNREADABLE_NS (20 * PH_NS_PER_MS)
#define SELDOM_NS PH_NS_PER_S /* how often heaps are published */

void ph_trigger_look_begin(struct ph_trigger_look *look, struct ph_board *board,
                           uint64_t now_ns)
{
    look->now_ns = now_ns;
    look->due_ns = UINT64_MAX;
    look->n = ph_board_hold(board, look->held);
}

void ph_trigger_look_end(struct ph_trigger_look *look)
{
    while (look->n)
        ph_thread_unref(look->held[--look->n]);
}

void ph_trigger_look_again(struct ph_trigger_look *look, uint64_t in_ns)
{
    uint64_t at_ns = look->now_ns + (in_ns > SOONEST_NS ? in_ns : SOONEST_NS);

    if (at_ns < look->due_ns)
        look->due_ns = at_ns;
}

/* A loop that we hold ourselves is not the host's trouble. One that is idle now cannot be
 * blocked for so long before that time has passed, one that is busy, before the rest of it:
 * looking again exactly then misses nothing. */
static bool is_blocked(struct ph_trigger_look *look, const struct ph_rule *rule,
                       struct porthole_thread *t)
{
    bool serving = atomic_load_explicit(&t->serving, memory_order_relaxed) != 0;
    struct ph_loop_view view;
    uint64_t busy_ns;

    if (serving || !ph_board_loop(t, look->now_ns, &view)) {
        ph_trigger_look_again(look, UNREADABLE_NS);
        return false;
    }
    busy_ns = view.state == PH_LOOP_IDLE ? 0 : view.busy_ns;
    if (busy_ns < rule->over_ns) {
        ph_trigger_look_again(look, rule->over_ns - busy_ns);
        return false;
    }
    ph_trigger_look_again(look, SELDOM_NS);
    return true;
}

static bool is_heap_over(struct ph_trigger_look *look, const struct ph_rule *rule,
                         struct porthole_thread *t)
{
    struct ph_gcstats gc = { .used_after_full = PORTHOLE_UNKNOWN };
    struct porthole_heap heap;
    uint64_t used;

    ph_trigger_look_again(look, SELDOM_NS);
    if (!ph_board_heap(t, &heap) || heap.limit_bytes == 0 ||
        heap.limit_bytes == PORTHOLE_UNKNOWN)
        return false;
    ph_board_gcstats(t, &gc);
    used = gc.used_after_full != PORTHOLE_UNKNOWN ? gc.used_after_full : heap.used_bytes;
    return used != PORTHOLE_UNKNOWN &&
           (double)used > (double)heap.limit_bytes * rule->over_percent / 100;
}

static bool (*const holds[PH_TRIGGERS])(struct ph_trigger_look *look,
                                        const struct ph_rule *rule,
                                        struct porthole_thread *t) = {
    [PH_TRIGGER_BLOCKED] = is_blocked, [PH_TRIGGER_HEAP] = is_heap_over,
    [PH_TRIGGER_NEAR_LIMIT] = NULL, /* an event: see find_near() */
    [PH_TRIGGER_SUSPECT] = NULL,    /* the same: see find_suspect() */
    [PH_TRIGGER_CONFIRMED] = NULL,     [PH_TRIGGER_URGENT] = NULL,
};

static bool concerns(const struct ph_rule *rule, const struct porthole_thread *t)
{
    return rule->thread == PH_RULE_ANY_THREAD || rule->thread == t->host.id;
}

static const struct porthole_thread *
find_near(struct ph_trigger_look *look, const struct ph_rule *rule, bool armed, uint64_t *seen)
{
    const struct porthole_thread *newest = NULL;
    uint64_t total = 0;

    ph_trigger_look_again(look, SELDOM_NS);
    for (size_t i = 0; i < look->n; i++) {
        struct porthole_thread *t = look->held[i];
        uint64_t times = atomic_load_explicit(&t->near_limit, memory_order_relaxed);

        if (!concerns(rule, t) || times == 0)
            continue;
        total += times;
        newest = t;
    }
    if (!armed || total < *seen) /* less: a thread has left */
        *seen = total;
    return total > *seen ? newest : NULL;
}

/* The thread to look at for a suspect: its own; that of the rule if it is nobody's. */
static const struct porthole_thread *thread_of(const struct ph_trigger_look *look,
                                               const struct ph_rule *rule,
                                               const struct ph_suspect *suspect)
{
    for (size_t i = 0; i < look->n; i++)
        if (concerns(rule, look->held[i]) &&
            (suspect->thread == PH_NO_THREAD || suspect->thread == look->held[i]->host.id))
            return look->held[i];
    return NULL;
}

static const struct porthole_thread *find_suspect(struct ph_trigger_look *look,
                                                  const struct ph_rule *rule, bool armed,
                                                  uint64_t *seen)
{
    enum ph_grade grade = (enum ph_grade)(PH_SUSPECT + (rule->trigger - PH_TRIGGER_SUSPECT));
    size_t n = look->suspects ? look->suspects->n : 0;
    const struct porthole_thread *found = NULL;
    uint64_t newest = *seen;

    ph_trigger_look_again(look, SELDOM_NS);
    for (size_t i = 0; i < n; i++) {
        const struct ph_suspect *suspect = &look->suspects->suspect[i];
        const struct porthole_thread *t = thread_of(look, rule, suspect);

        if (!t || suspect->reached[grade] <= newest || suspect->verdict.grade < grade ||
            (rule->class_of != PH_CLASSES && rule->class_of != suspect->class_of))
            continue;
        newest = suspect->reached[grade];
        found = t;
    }
    if (!armed)
        *seen = newest;
    return armed ? found : NULL;
}

const struct porthole_thread *ph_trigger_find(struct ph_trigger_look *look,
                                              const struct ph_rule *rule, bool armed,
                                              uint64_t *seen)
{
    if (rule->trigger >= PH_TRIGGER_SUSPECT)
        return find_suspect(look, rule, armed, seen);
    if (!holds[rule->trigger])
        return find_near(look, rule, armed, seen);
    for (size_t i = 0; i < look->n; i++)
        if (concerns(rule, look->held[i]) && holds[rule->trigger](look, rule, look->held[i]))
            return look->held[i];
    return NULL;
}
