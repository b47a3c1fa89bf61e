/* SPDX-License-Identifier: MIT */
/* Owns the writing side of the board. Runs on host threads, on every turn of the loop
 * and inside the garbage collector: no allocation, no lock, no system call (the clocks
 * read here are in the vDSO). */
#include <math.h>
#include <string.h>

#include "board.h"
#include "clock.h"
#include "text.h"

#define RECENT_PERIOD 10.0
#define ANCIENT_PERIOD 120.0
#define MAX_SWALLOWED 3000 /* with the addon's 50 ms timer: 150 s */

static void write_stamp(porthole_thread *t)
{
    ph_cell_write(&t->loop.cell, t->loop.words, &t->stamp, PH_WORDS_OF(t->stamp));
}

/* A turn that kept the loop busy for too long was a block, seen or not while it lasted. */
static void note_block(porthole_thread *t, uint64_t busy_ns)
{
    if (busy_ns < t->board->blocked_ns)
        return;
    t->stamp.blocks++;
    t->stamp.last_block_unix_ns = ph_clock_unix_ns() - busy_ns;
    t->stamp.last_block_ns = busy_ns;
    if (busy_ns > t->stamp.longest_ns)
        t->stamp.longest_ns = busy_ns;
}

void porthole_loop_before_poll(porthole_thread *t, uint64_t now_ns, uint64_t idle_ns)
{
    uint64_t idle = t->host.idle_ns ? idle_ns : t->polled_ns;
    uint64_t elapsed = now_ns - t->turn_ns;
    uint64_t waited = idle - t->turn_idle_ns;

    note_block(t, elapsed > waited ? elapsed - waited : 0);
    t->turn_ns = now_ns;
    t->turn_idle_ns = idle;
    t->stamp.polling = 1;
    t->stamp.at_ns = now_ns;
    t->stamp.idle_ns = idle;
    t->stamp.turns++;
    write_stamp(t);
}

void porthole_loop_after_poll(porthole_thread *t, uint64_t now_ns)
{
    if (!t->host.idle_ns) {
        t->polled_ns += now_ns - t->stamp.at_ns;
        t->stamp.idle_ns = t->polled_ns;
        t->stamp.at_ns = now_ns;
    }
    /* With idle_ns the stamp stays at the end of the last turn: callbacks run inside
     * libuv's poll phase too, and they belong to the time since the loop last turned. */
    t->stamp.polling = 0;
    write_stamp(t);
}

void porthole_loop_delayed(porthole_thread *t, uint64_t delay_ns, uint64_t interval_ns)
{
    uint64_t swallowed = interval_ns ? delay_ns / interval_ns : 0;

    ph_hist_record(&t->delay, delay_ns, 1);
    if (swallowed > MAX_SWALLOWED)
        swallowed = MAX_SWALLOWED;
    for (uint64_t i = 1; i <= swallowed; i++)
        ph_hist_record(&t->delay, delay_ns - i * interval_ns, 1);
}

/* gcstats' means: R follows about the last 10 full collections, A the last 120; both are
 * damped while there are fewer than ten. */
static void follow_base(struct ph_gcstats *g, double used)
{
    double n = (double)g->samples;
    double young = n / RECENT_PERIOD;

    if (n < RECENT_PERIOD) {
        double r = pow(young, 2.5) * n, a = pow(young, 2.4) * n;

        g->recent = (g->recent * r + used) / (r + 1);
        g->ancient = (g->ancient * a + used) / (a + 1);
    } else {
        double d = fmin(ANCIENT_PERIOD, n);

        g->recent = ((RECENT_PERIOD - 1) * g->recent + used) / RECENT_PERIOD;
        g->ancient = ((d - 1) * g->ancient + used) / d;
    }
}

static void note_full_gc(struct ph_gcstats *g, uint64_t used)
{
    uint64_t now = ph_clock_unix_ns();

    follow_base(g, (double)used);
    g->used_after_full = used;
    if (g->samples >= 3 && (g->min_bytes == PORTHOLE_UNKNOWN || used < g->min_bytes)) {
        g->min_bytes = used;
        g->min_unix_ns = now;
    }
    if (g->samples >= 3 && (g->max_bytes == PORTHOLE_UNKNOWN || used > g->max_bytes)) {
        g->max_bytes = used;
        g->max_unix_ns = now;
    }
    g->samples++;
}

static void note_floor(porthole_thread *t, uint64_t now_ns, uint64_t used)
{
    struct ph_floor *ring = &t->floor_ring;

    if (ph_floor_note(ring, now_ns, used))
        ph_cell_write(&t->floor.cell, t->floor.words, ring, PH_WORDS_OF(*ring));
}

void porthole_gc_done(porthole_thread *t, enum porthole_gc_kind kind, uint64_t pause_ns,
                      uint64_t used_bytes)
{
    uint64_t now_ns = ph_clock_ns();

    if (kind >= PORTHOLE_GC_KINDS)
        return;
    ph_hist_record(&t->pause[kind], pause_ns, 1);
    t->gcstats.paused_ns += ph_nested_end(&t->pauses, now_ns, pause_ns);
    if (kind == PORTHOLE_GC_MAJOR && used_bytes) {
        note_full_gc(&t->gcstats, used_bytes);
        note_floor(t, now_ns, used_bytes);
    }
    if (kind == PORTHOLE_GC_MAJOR)
        t->gcstats.full++;
    else
        t->gcstats.other++;
    ph_cell_write(&t->gc.cell, t->gc.words, &t->gcstats, PH_WORDS_OF(t->gcstats));
}

void porthole_heap_publish(porthole_thread *t, const struct porthole_heap *heap)
{
    ph_cell_write(&t->heap.cell, t->heap.words, heap, PH_HEAP_WORDS);
}

void porthole_table_publish(porthole_thread *t, enum porthole_table table,
                            const struct porthole_row *rows, size_t n, size_t total)
{
    struct ph_table_view *view = &t->staging;
    size_t kept = n < PORTHOLE_TABLE_ROWS ? n : PORTHOLE_TABLE_ROWS;

    if (table >= PORTHOLE_TABLES)
        return;
    view->n = kept;
    view->total = total > n ? total : n;
    for (size_t i = 0; i < kept; i++) {
        ph_text_copy(view->row[i].name, PORTHOLE_NAME_BYTES, rows[i].name);
        ph_text_copy(view->row[i].detail, PORTHOLE_NAME_BYTES, rows[i].detail);
        ph_text_copy(view->row[i].note, PORTHOLE_NOTE_BYTES, rows[i].note);
        memcpy(view->row[i].value, rows[i].value, sizeof rows[i].value);
    }
    ph_cell_write(&t->table[table].cell, t->table[table].words, view, 2 + kept * PH_ROW_WORDS);
}

void porthole_listeners_publish(porthole_thread *t, const struct porthole_listeners *l)
{
    struct ph_listener_summary s = { .total = l->total,
                                     .emitters = l->emitters,
                                     .max_exceeded = l->max_exceeded,
                                     .standard_error = l->standard_error,
                                     .low = l->low,
                                     .high = l->high };

    ph_text_copy(s.counted_by, sizeof s.counted_by, l->counted_by);
    ph_text_copy(s.max_exceeded_last, sizeof s.max_exceeded_last, l->max_exceeded_last);
    ph_cell_write(&t->listeners.cell, t->listeners.words, &s, PH_WORDS_OF(s));
}

void porthole_loop_counts_publish(porthole_thread *t, const struct porthole_loop_counts *counts)
{
    ph_cell_write(&t->counts.cell, t->counts.words, counts, PH_WORDS_OF(*counts));
}

/* Word by word, without a sequence lock: a set that is half new is as good as either half.
 * Nothing is cleared in between, or a socket would be nobody's for a moment. */
void porthole_fds_publish(porthole_thread *t, const int *fds, size_t n)
{
    unsigned before = atomic_load_explicit(&t->fd_words, memory_order_relaxed);
    unsigned words = 1;

    memset(t->fd_staging, 0, before * sizeof t->fd_staging[0]);
    for (size_t i = 0; i < n; i++) {
        unsigned at = (unsigned)fds[i] / 64;

        if (fds[i] < 0 || at >= PH_FD_WORDS)
            continue;
        t->fd_staging[at] |= UINT64_C(1) << (fds[i] % 64);
        words = at >= words ? at + 1 : words;
    }
    words = before > words ? before : words;
    for (unsigned i = 0; i < words; i++)
        atomic_store_explicit(&t->fds[i], t->fd_staging[i], memory_order_relaxed);
    atomic_store_explicit(&t->fd_words, words, memory_order_release);
    atomic_store_explicit(&t->fds_ns, ph_clock_ns(), memory_order_release);
}

void porthole_http_lend(porthole_thread *t, const double *cells[PORTHOLE_HTTP_SIDES])
{
    for (int side = 0; side < PORTHOLE_HTTP_SIDES; side++)
        if (cells[side])
            atomic_store_explicit(&t->http[side], cells[side], memory_order_release);
}

void porthole_thread_published(porthole_thread *t, uint64_t now_ns, uint64_t spent_ns)
{
    uint64_t before = atomic_load_explicit(&t->spent_ns, memory_order_relaxed);

    if (atomic_load_explicit(&t->published_ns, memory_order_relaxed) == 0)
        atomic_fetch_add_explicit(&t->board->joins, 1, memory_order_release);
    atomic_store_explicit(&t->spent_ns, before + spent_ns, memory_order_relaxed);
    atomic_store_explicit(&t->published_ns, now_ns, memory_order_relaxed);
}

void porthole_near_heap_limit(porthole_thread *t)
{
    atomic_fetch_add_explicit(&t->near_limit, 1, memory_order_relaxed);
}

void porthole_thread_provides(porthole_thread *t, bool provides)
{
    atomic_store_explicit(&t->provides, provides, memory_order_relaxed);
}
