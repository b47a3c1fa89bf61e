/* SPDX-License-Identifier: MIT */
/* Owns the asking around for objects, and the patience with those who do not answer. What a
 * thread can tell at any time is asked for by interrupt when its loop makes no progress; what
 * only its loop can compute is not waited for while that is blocked. */
#include "roundup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "serve.h"
#include "whereabouts.h"

#define LOOK_NS (20 * PH_NS_PER_MS) /* at loops that may become blocked */
#define BATCHES 16u                 /* of published objects, in one go */

struct source {
    struct porthole_thread *thread; /* a reference; NULL: what is published */
    struct porthole_task *task;     /* a reference; NULL: not asked, or over */
    uint64_t slices, moved_ns;      /* when it last got on */
    bool over;
};

struct ph_roundup {
    unsigned refs;
    struct ph_roundups *home;
    struct ph_roundup_ask ask; /* ours */
    uint64_t deadline_ns, due_ns, tended_ns;
    bool ready, reading;
    struct ph_objects_reader reader;
    struct ph_haul *haul;    /* a lot for each source */
    struct source sources[];
};

static struct ph_shelf_key key_of(const struct ph_roundup *r, size_t i)
{
    const struct ph_lot *lot = &r->haul->lots[i];

    return (struct ph_shelf_key){ .thread = lot->thread,
                                  .joined_ns = r->sources[i].thread->joined_ns,
                                  .kind = lot->kind,
                                  .want = r->ask.objects.want,
                                  .type = r->ask.objects.type };
}

/* ---- How a source ends ------------------------------------------------------------- */

static void say(struct ph_lot *lot, const char *cause)
{
    if (!lot->cause[0])
        snprintf(lot->cause, sizeof lot->cause, "%s", cause);
}

static void use_copy(struct ph_lot *lot, struct ph_fragments *copy)
{
    ph_fragments_unref(lot->fragments);
    lot->fragments = ph_fragments_ref(copy);
    lot->how = PH_HOW_COPY;
}

/* Nothing fresh: the last copy, if there is one and its thread still lives. */
static void fall_back(struct ph_roundup *r, size_t i, const char *cause)
{
    struct source *s = &r->sources[i];
    struct ph_lot *lot = &r->haul->lots[i];
    struct ph_shelf_key key = key_of(r, i);
    struct ph_fragments *copy = ph_shelf_find(&r->home->shelf, &key);

    say(lot, cause);
    s->over = true;
    if (!copy || atomic_load_explicit(&s->thread->leaving, memory_order_relaxed))
        return;
    use_copy(lot, copy);
    lot->stale = true;
}

static void note_cut(const struct ph_roundup *r, struct ph_lot *lot)
{
    const struct ph_fragments *f = lot->fragments;
    uint64_t limit = r->ask.objects.limit;

    if (f->failed)
        say(lot, "memory is out");
    else if (f->cut && f->why[0])
        say(lot, f->why);
    else if (f->cut && !(limit && f->n_objects >= limit))
        say(lot, "more than an answer can hold");
}

/* The task is done. */
static void receive(struct ph_roundup *r, size_t i)
{
    struct source *s = &r->sources[i];
    struct ph_lot *lot = &r->haul->lots[i];
    struct porthole_task *task = s->task;
    struct ph_shelf_key key = key_of(r, i);

    s->over = true;
    s->task = NULL;
    r->haul->spent_ns += task->spent_ns;
    lot->fragments = ph_fragments_ref(task->fragments);
    lot->how = atomic_load_explicit(&task->urgent, memory_order_relaxed) ? PH_HOW_INTERRUPT
                                                                         : PH_HOW_LOOP;
    if (task->result.why[0])
        fall_back(r, i, task->result.why);
    else
        note_cut(r, lot);
    if (!lot->cause[0] && ph_roundup_ask_is_whole(&r->ask))
        ph_shelf_put(&r->home->shelf, &key, lot->fragments);
    ph_task_unref(task);
}

static bool is_done(const struct porthole_task *task)
{
    return atomic_load_explicit(&task->state, memory_order_acquire) == PH_TASK_DONE;
}

static void give_up(struct ph_roundup *r, size_t i, const char *cause)
{
    struct source *s = &r->sources[i];

    if (s->task) {
        ph_task_drop(s->task);
        if (is_done(s->task)) { /* in this very moment */
            receive(r, i);
            return;
        }
        ph_task_unref(s->task);
        s->task = NULL;
    }
    fall_back(r, i, cause);
}

/* ---- Patience ---------------------------------------------------------------------- */

static void look_at(struct ph_roundup *r, uint64_t when_ns)
{
    if (when_ns < r->due_ns)
        r->due_ns = when_ns;
}

/* What the loop alone can do. A provider that takes long blocks it itself. */
static void tend_provided(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    struct porthole_thread *t = r->sources[i].thread;

    if (!ph_serves(t, PORTHOLE_TASK_PROVIDED) && ph_is_blocked(t, now_ns))
        give_up(r, i, "loop is blocked");
    else
        look_at(r, now_ns + LOOK_NS);
}

static void tend_objects(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    struct source *s = &r->sources[i];
    uint64_t slices = atomic_load_explicit(&s->task->slices, memory_order_relaxed);
    bool urgent = atomic_load_explicit(&s->task->urgent, memory_order_relaxed);
    bool moved = slices != s->slices;

    if (moved) {
        s->slices = slices;
        s->moved_ns = atomic_load_explicit(&s->task->slice_ns, memory_order_relaxed);
    }
    if (urgent ? moved : now_ns >= s->moved_ns + PH_ESCALATE_NS)
        ph_ask_urge(s->thread, s->task);
    else if (!urgent)
        look_at(r, s->moved_ns + PH_ESCALATE_NS);
}

static void tend_published(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    const struct porthole_objects_ask *o = &r->ask.objects;
    struct ph_place self = { PH_THREAD_PUBLISHED, PORTHOLE_TASK_OBJECTS, 0 };
    struct ph_lot *lot = &r->haul->lots[i];
    struct ph_objects_pick pick = {
        .type = o->type, .id = o->id, .id_bytes = o->id_bytes, .limit = o->limit
    };

    if (r->ask.from.thread == self.thread)
        pick.after = r->ask.from.place;
    for (unsigned n = 0; n < BATCHES; n++) {
        if (ph_objects_read(&r->reader, &pick, lot->fragments))
            continue;
        lot->fragments->taken_ns = now_ns;
        note_cut(r, lot);
        r->sources[i].over = true;
        return;
    }
    look_at(r, now_ns);
}

static void tend(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    struct source *s = &r->sources[i];
    enum porthole_task_kind kind = r->haul->lots[i].kind;
    char cause[192];

    if (!s->thread) {
        tend_published(r, i, now_ns);
    } else if (is_done(s->task)) {
        receive(r, i);
    } else if (now_ns >= r->deadline_ns) {
        ph_explain_absence(s->thread, kind, now_ns, cause, sizeof cause);
        give_up(r, i, cause);
    } else if (kind == PORTHOLE_TASK_PROVIDED) {
        tend_provided(r, i, now_ns);
    } else {
        tend_objects(r, i, now_ns);
    }
}

static void forget(struct ph_roundup *r)
{
    struct ph_roundups *home = r->home;

    for (size_t i = 0; i < home->n; i++) {
        if (home->under_way[i] == r) {
            home->under_way[i] = home->under_way[--home->n];
            return;
        }
    }
}

static void finish(struct ph_roundup *r)
{
    r->ready = true;
    forget(r);
    for (size_t i = 0; i < r->haul->n; i++)
        if (r->haul->lots[i].fragments)
            r->haul->bytes += r->haul->lots[i].fragments->bytes;
    r->home->hauls.bytes += r->haul->bytes;
}

/* One object is asked for and a thread, or the agent itself, had it: what only a loop can
 * compute need not be waited for. It is younger if it is there too, but tracked types are
 * not provided ones. */
static bool has_the_one(const struct ph_roundup *r)
{
    for (size_t i = 0; r->ask.objects.id && i < r->haul->n; i++) {
        const struct ph_lot *lot = &r->haul->lots[i];

        if (lot->kind == PORTHOLE_TASK_OBJECTS && r->sources[i].over && lot->fragments &&
            lot->fragments->n_objects && !lot->stale)
            return true;
    }
    return false;
}

static void stop_waiting(struct ph_roundup *r)
{
    for (size_t i = 0; i < r->haul->n; i++) {
        if (r->sources[i].task)
            ph_task_drop(r->sources[i].task);
        r->sources[i].over = true; /* the task is given back with the roundup */
    }
}

bool ph_roundup_tend(struct ph_roundup *r, uint64_t now_ns)
{
    bool all = true;

    /* Everybody who shares it asks, in the same turn. */
    if (r->ready || r->tended_ns == now_ns)
        return r->ready;
    r->tended_ns = now_ns;
    r->due_ns = r->deadline_ns;
    for (size_t i = 0; i < r->haul->n; i++) {
        if (!r->sources[i].over)
            tend(r, i, now_ns);
        all = all && r->sources[i].over;
    }
    if (!all && has_the_one(r)) {
        stop_waiting(r);
        all = true;
    }
    if (all)
        finish(r);
    return r->ready;
}

uint64_t ph_roundup_due(const struct ph_roundup *r)
{
    return r->due_ns;
}

const struct ph_roundup_ask *ph_roundup_asked(const struct ph_roundup *r)
{
    return &r->ask;
}

struct ph_haul *ph_roundup_haul(struct ph_roundup *r)
{
    return r->haul;
}

/* ---- Asking ------------------------------------------------------------------------ */

static void ask_thread(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    struct source *s = &r->sources[i];
    const struct ph_lot *lot = &r->haul->lots[i];
    struct porthole_objects_ask what = r->ask.objects;
    struct ph_task_ask ask = { .kind = lot->kind, .objects = &what };
    bool blocked = ph_is_blocked(s->thread, now_ns);

    if (lot->kind == PORTHOLE_TASK_PROVIDED && blocked) {
        fall_back(r, i, "loop is blocked");
        return;
    }
    what.after = ph_lot_order(lot, &r->ask.from) == 0 ? r->ask.from.place : 0;
    s->task = ph_ask(s->thread, &ask);
    if (!s->task)
        fall_back(r, i, "it cannot be asked: it is ending, or too many ask already");
    else if (blocked)
        ph_ask_urge(s->thread, s->task);
}

/* A copy that is young enough for who asks. */
static bool is_served_by_copy(struct ph_roundup *r, size_t i, uint64_t now_ns)
{
    struct ph_shelf_key key = key_of(r, i);
    struct ph_fragments *copy;

    if (!r->ask.max_age_ns || r->ask.objects.depth)
        return false;
    copy = ph_shelf_find(&r->home->shelf, &key);
    if (!copy || now_ns - copy->taken_ns > r->ask.max_age_ns)
        return false;
    use_copy(&r->haul->lots[i], copy);
    r->sources[i].over = true;
    return true;
}

static void add_thread(struct ph_roundup *r, struct porthole_thread *t,
                       enum porthole_task_kind kind)
{
    struct ph_lot lot = { .thread = t->host.id, .kind = kind };
    size_t i = r->haul->n;

    memcpy(lot.name, t->name, sizeof lot.name);
    if (r->ask.from.place && ph_lot_order(&lot, &r->ask.from) < 0)
        return; /* all of it has been told already */
    for (; i > 0 && r->haul->lots[i - 1].thread > lot.thread; i--) {
        r->haul->lots[i] = r->haul->lots[i - 1];
        r->sources[i] = r->sources[i - 1];
    }
    r->haul->n++;
    r->haul->lots[i] = lot;
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    r->sources[i] = (struct source){ .thread = t, .moved_ns = r->tended_ns };
}

static bool add_published(struct ph_roundup *r)
{
    struct ph_lot *lot = &r->haul->lots[r->haul->n];

    *lot = (struct ph_lot){ .thread = PH_THREAD_PUBLISHED,
                            .kind = PORTHOLE_TASK_OBJECTS,
                            .how = PH_HOW_PUBLISHED,
                            .fragments = ph_fragments_new() };
    if (!lot->fragments)
        return false;
    r->haul->n++;
    ph_objects_begin(r->home->objects, &r->reader);
    return true;
}

struct lives {
    struct porthole_thread **threads;
    size_t n;
};

static bool lives(void *ctx, int thread, uint64_t joined_ns)
{
    const struct lives *l = ctx;

    for (size_t i = 0; i < l->n; i++)
        if (l->threads[i]->host.id == thread && l->threads[i]->joined_ns == joined_ns)
            return true;
    return false;
}

static void add_threads(struct ph_roundup *r, struct porthole_thread **held, size_t n)
{
    const char *type = r->ask.objects.type;
    bool may_be_tracked = r->ask.objects.want == PORTHOLE_WANT_VALUES &&
                          (!type || !r->home->types || ph_types_find(r->home->types, type));

    for (size_t i = 0; i < n; i++) {
        if (!held[i]->host.perform)
            continue;
        if (may_be_tracked)
            add_thread(r, held[i], PORTHOLE_TASK_OBJECTS);
        if (atomic_load_explicit(&held[i]->provides, memory_order_relaxed))
            add_thread(r, held[i], PORTHOLE_TASK_PROVIDED);
    }
}

static struct ph_roundup *new_roundup(struct ph_roundups *home,
                                      const struct ph_roundup_ask *ask, size_t n_threads)
{
    size_t n = 2 * n_threads + 1;
    struct ph_roundup *r = calloc(1, sizeof *r + n * sizeof r->sources[0]);

    if (!r)
        return NULL;
    r->refs = 1;
    r->home = home;
    r->haul = ph_haul_new(n);
    if (!r->haul || !ph_roundup_ask_copy(&r->ask, ask)) {
        ph_roundup_unref(r);
        return NULL;
    }
    r->haul->n = 0;
    r->haul->all = &home->hauls;
    home->hauls.n++;
    r->haul->at_unix_ns = ph_clock_unix_ns();
    r->tended_ns = ph_clock_ns();
    r->due_ns = r->tended_ns;
    r->deadline_ns = r->tended_ns + ask->wait_ns;
    return r;
}

static bool begin(struct ph_roundup *r, struct porthole_thread **held, size_t n)
{
    uint64_t now_ns = r->tended_ns;

    add_threads(r, held, n);
    if (r->ask.objects.want == PORTHOLE_WANT_VALUES && !add_published(r))
        return false;
    for (size_t i = 0; i < r->haul->n; i++)
        if (r->sources[i].thread && !is_served_by_copy(r, i, now_ns))
            ask_thread(r, i, now_ns);
    r->home->under_way[r->home->n++] = r;
    return true;
}

static struct ph_roundup *make(struct ph_roundups *home, const struct ph_roundup_ask *ask)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(home->board, held);
    struct lives living = { held, n };
    struct ph_roundup *r = new_roundup(home, ask, n);

    ph_shelf_sweep(&home->shelf, lives, &living);
    if (r && !begin(r, held, n)) {
        ph_roundup_unref(r);
        r = NULL;
    }
    for (size_t i = 0; i < n; i++)
        ph_thread_unref(held[i]);
    return r;
}

struct ph_roundup *ph_roundup_get(struct ph_roundups *home, const struct ph_roundup_ask *ask,
                                  bool *busy)
{
    *busy = false;
    for (size_t i = 0; i < home->n; i++) {
        if (ph_roundup_ask_equals(&home->under_way[i]->ask, ask)) {
            home->under_way[i]->refs++;
            return home->under_way[i];
        }
    }
    *busy = home->n == PH_ROUNDUPS || home->hauls.n >= PH_HAULS ||
            home->hauls.bytes > PH_HAULS_BYTES;
    return *busy ? NULL : make(home, ask);
}

void ph_roundup_unref(struct ph_roundup *r)
{
    if (!r || --r->refs)
        return;
    forget(r);
    ph_objects_end(&r->reader);
    for (size_t i = 0; r->haul && i < r->haul->n; i++) {
        struct source *s = &r->sources[i];

        if (s->task)
            ph_task_drop(s->task);
        ph_task_unref(s->task);
        if (s->thread)
            ph_thread_unref(s->thread);
    }
    ph_haul_unref(r->haul);
    ph_roundup_ask_fini(&r->ask);
    free(r);
}

void ph_roundups_fini(struct ph_roundups *roundups)
{
    ph_shelf_fini(&roundups->shelf);
}
