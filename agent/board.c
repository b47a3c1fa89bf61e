/* SPDX-License-Identifier: MIT */
/* Owns the list of host threads and the reading of what they publish. The writing side
 * is publish.c. Nothing here ever waits for a host thread. */
#include "board.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

_Static_assert(sizeof(struct ph_table_view) == PH_TABLE_WORDS * 8, "a table is its words");
_Static_assert(sizeof(struct ph_gcstats) % 8 == 0, "gcstats are words");
_Static_assert(sizeof(struct ph_floor) % 8 == 0, "the floor is words");
_Static_assert(sizeof(struct ph_listener_summary) % 8 == 0, "listeners are words");
_Static_assert(PORTHOLE_HTTP_BUCKET_COUNT == PH_HIST_BUCKETS, "one way to sort durations");

void ph_board_init(struct ph_board *board, uint64_t blocked_ns)
{
    memset(board, 0, sizeof *board);
    board->blocked_ns = blocked_ns;
    board->pid = getpid();
    pthread_mutex_init(&board->lock, NULL);
}

void ph_board_fini(struct ph_board *board)
{
    pthread_mutex_destroy(&board->lock);
}

static struct porthole_thread *new_thread(struct ph_board *board,
                                          const struct porthole_host *host)
{
    struct porthole_thread *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->board = board;
    t->host = *host;
    ph_text_copy(t->name, sizeof t->name, host->name);
    t->host.name = t->name;
    t->tid = gettid();
    t->has_cpu_clock = pthread_getcpuclockid(pthread_self(), &t->cpu_clock) == 0;
    t->joined_ns = ph_clock_ns();
    atomic_init(&t->refs, 1);
    pthread_mutex_init(&t->gate, NULL);
    pthread_cond_init(&t->streamed, NULL);
    t->open = true;
    ph_mail_init(&t->mail);
    ph_blocks_init(&t->blocks);

    t->turn_ns = t->joined_ns;
    t->turn_idle_ns = host->idle_ns ? host->idle_ns(host->ctx) : 0;
    t->stamp = (struct ph_loop_stamp){ .at_ns = t->joined_ns, .idle_ns = t->turn_idle_ns };
    ph_cell_write(&t->loop.cell, t->loop.words, &t->stamp, PH_WORDS_OF(t->stamp));
    t->last_seen_ns = t->joined_ns;
    t->last_idle_ns = t->turn_idle_ns;
    t->gcstats.used_after_full = PORTHOLE_UNKNOWN;
    t->gcstats.min_bytes = t->gcstats.max_bytes = PORTHOLE_UNKNOWN;
    ph_rate_begin(&t->allocated, t->joined_ns, 0);
    ph_rate_begin(&t->promoted, t->joined_ns, 0);
    ph_rate_begin(&t->paused, t->joined_ns, 0);
    return t;
}

enum porthole_status ph_board_join(struct ph_board *board, const struct porthole_host *host,
                                   struct porthole_thread **out)
{
    struct porthole_thread *t = new_thread(board, host);
    bool room;

    if (!t)
        return PORTHOLE_ENOMEM;
    pthread_mutex_lock(&board->lock);
    room = board->n_threads < PORTHOLE_MAX_THREADS;
    if (room) {
        board->threads[board->n_threads++] = t;
        atomic_fetch_add_explicit(&board->joins, 1, memory_order_release);
    }
    pthread_mutex_unlock(&board->lock);
    if (!room) {
        ph_thread_unref(t);
        return PORTHOLE_ELIMIT;
    }
    *out = t;
    return PORTHOLE_OK;
}

static void unlist(struct ph_board *board, const struct porthole_thread *thread)
{
    size_t i = 0;

    pthread_mutex_lock(&board->lock);
    while (i < board->n_threads && board->threads[i] != thread)
        i++;
    if (i < board->n_threads) {
        board->n_threads--;
        memmove(&board->threads[i], &board->threads[i + 1],
                (board->n_threads - i) * sizeof board->threads[0]);
    }
    pthread_mutex_unlock(&board->lock);
}

void porthole_thread_leave(porthole_thread *thread)
{
    /* In a forked child the locks may be held for ever, by threads that do not exist. */
    if (!thread || getpid() != thread->board->pid)
        return;
    unlist(thread->board, thread);
    ph_mail_close(&thread->mail, "the thread has ended");
    atomic_store_explicit(&thread->leaving, true, memory_order_relaxed);
    pthread_mutex_lock(&thread->gate);
    thread->open = false;
    while (thread->streaming)
        pthread_cond_wait(&thread->streamed, &thread->gate);
    pthread_mutex_unlock(&thread->gate);
    ph_leases_end(&thread->lent);
    atomic_fetch_add_explicit(&thread->board->left_spent_ns,
                              atomic_load_explicit(&thread->spent_ns, memory_order_relaxed),
                              memory_order_relaxed);
    ph_thread_unref(thread);
}

enum porthole_status porthole_series_cells(porthole_series *series, porthole_thread *thread,
                                           const double *cells)
{
    if (getpid() != thread->board->pid)
        return PORTHOLE_ESTOPPED;
    return ph_series_lend(series, &thread->lent, cells);
}

size_t ph_board_hold(struct ph_board *board, struct porthole_thread **out)
{
    size_t n;

    pthread_mutex_lock(&board->lock);
    n = board->n_threads;
    for (size_t i = 0; i < n; i++) {
        out[i] = board->threads[i];
        atomic_fetch_add_explicit(&out[i]->refs, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&board->lock);
    return n;
}

uint64_t ph_board_joins(struct ph_board *board)
{
    return atomic_load_explicit(&board->joins, memory_order_acquire);
}

void ph_thread_unref(struct porthole_thread *thread)
{
    if (atomic_fetch_sub_explicit(&thread->refs, 1, memory_order_acq_rel) != 1)
        return;
    ph_task_unref(thread->watched.task);
    ph_blocks_fini(&thread->blocks);
    ph_mail_fini(&thread->mail);
    pthread_cond_destroy(&thread->streamed);
    pthread_mutex_destroy(&thread->gate);
    free(thread);
}

/* ---- Reading ----------------------------------------------------------------------- */

/* Ask twice: libuv's idle time runs on while the loop waits, so a difference means that
 * it is waiting right now. */
static bool ask_idle(struct porthole_thread *t, uint64_t *idle_ns, bool *waiting)
{
    uint64_t first;
    bool open;

    pthread_mutex_lock(&t->gate);
    open = t->open;
    if (open) {
        first = t->host.idle_ns(t->host.ctx);
        *idle_ns = t->host.idle_ns(t->host.ctx);
        *waiting = *idle_ns != first;
    }
    pthread_mutex_unlock(&t->gate);
    return open;
}

bool ph_board_loop(struct porthole_thread *t, uint64_t now_ns, struct ph_loop_view *out)
{
    struct ph_loop_stamp *stamp = &out->stamp;
    uint64_t elapsed, waited = 0;
    bool waiting = false;

    memset(out, 0, sizeof *out);
    if (!ph_cell_read(&t->loop.cell, t->loop.words, stamp, PH_WORDS_OF(*stamp)))
        return false;
    elapsed = now_ns > stamp->at_ns ? now_ns - stamp->at_ns : 0;
    out->idle_ns = stamp->idle_ns;
    if (!t->host.idle_ns) {
        waiting = stamp->polling;
        waited = waiting ? elapsed : 0;
        out->idle_ns += waited;
    } else if (ask_idle(t, &out->idle_ns, &waiting) && out->idle_ns > stamp->idle_ns) {
        waited = out->idle_ns - stamp->idle_ns;
    }
    out->busy_ns = elapsed > waited ? elapsed - waited : 0;
    if (waiting)
        out->state = PH_LOOP_IDLE;
    else
        out->state = out->busy_ns < t->board->blocked_ns ? PH_LOOP_RUNNING : PH_LOOP_BLOCKED;

    if (out->state == PH_LOOP_BLOCKED) {
        stamp->blocks++;
        if (out->busy_ns > stamp->longest_ns)
            stamp->longest_ns = out->busy_ns;
        stamp->last_block_ns = out->busy_ns;
        stamp->last_block_unix_ns = ph_clock_unix_ns() - out->busy_ns;
    }
    return true;
}

bool ph_board_table(const struct porthole_thread *t, enum porthole_table table,
                    struct ph_table_view *out)
{
    return ph_cell_read(&t->table[table].cell, t->table[table].words, out, PH_TABLE_WORDS);
}

bool ph_board_heap(const struct porthole_thread *t, struct porthole_heap *out)
{
    return ph_cell_read(&t->heap.cell, t->heap.words, out, PH_HEAP_WORDS);
}

bool ph_board_gcstats(const struct porthole_thread *t, struct ph_gcstats *out)
{
    return ph_cell_read(&t->gc.cell, t->gc.words, out, PH_WORDS_OF(*out));
}

bool ph_board_floor(const struct porthole_thread *t, struct ph_floor *out)
{
    return ph_cell_read(&t->floor.cell, t->floor.words, out, PH_WORDS_OF(*out));
}

bool ph_board_listeners(const struct porthole_thread *t, struct ph_listener_summary *out)
{
    return ph_cell_read(&t->listeners.cell, t->listeners.words, out, PH_WORDS_OF(*out));
}

bool ph_board_counts(const struct porthole_thread *t, struct porthole_loop_counts *out)
{
    return ph_cell_read(&t->counts.cell, t->counts.words, out, PH_WORDS_OF(*out));
}

/* The time first: a set that is newer than it says accuses nobody. */
bool ph_board_fds(const struct porthole_thread *t, uint64_t *bits, uint64_t *since_ns)
{
    unsigned words;

    *since_ns = atomic_load_explicit(&t->fds_ns, memory_order_acquire);
    words = atomic_load_explicit(&t->fd_words, memory_order_acquire);
    for (unsigned i = 0; i < words; i++)
        bits[i] |= atomic_load_explicit(&t->fds[i], memory_order_relaxed);
    return words;
}

/* One cell at a time, as the host wrote it: 8 bytes, aligned. */
static void copy_cells(const double *cells, double *out)
{
    for (size_t i = 0; i < PORTHOLE_HTTP_CELLS; i++)
        __atomic_load(&cells[i], &out[i], __ATOMIC_RELAXED);
}

bool ph_board_http(struct porthole_thread *t, enum porthole_http_side side, double *out)
{
    const double *cells;

    pthread_mutex_lock(&t->gate);
    cells = t->open ? atomic_load_explicit(&t->http[side], memory_order_acquire) : NULL;
    if (cells)
        copy_cells(cells, out);
    pthread_mutex_unlock(&t->gate);
    return cells;
}
