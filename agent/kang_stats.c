/* SPDX-License-Identifier: MIT */
/* Owns kang's "stats": what providers say of their application, and behind it what we know of
 * the process, which alone may be called so. */
#include "kang_stats.h"

#include <string.h>

#include "clock.h"
#include "put.h"

/* ---- The providers' own ------------------------------------------------------------ */

static bool is_ours(const struct ph_member *m)
{
    static const char *const ours[] = { "started", "memory", "porthole" };

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (m->key_bytes == strlen(ours[i]) && memcmp(m->key, ours[i], m->key_bytes) == 0)
            return true;
    return false;
}

/* Has none of this name gone out yet? Remembers it, as long as there is room. */
static bool is_first(struct ph_kang_stats *stats, const struct ph_member *m)
{
    uint32_t h = 2166136261u;
    size_t slot;

    for (size_t i = 0; i < m->key_bytes; i++)
        h = (h ^ (unsigned char)m->key[i]) * 16777619u;
    for (slot = h % PH_KANG_KEYS; stats->keys[slot].key; slot = (slot + 1) % PH_KANG_KEYS)
        if (stats->keys[slot].key_bytes == m->key_bytes &&
            memcmp(stats->keys[slot].key, m->key, m->key_bytes) == 0)
            return false;
    if (stats->n_keys == PH_KANG_KEYS / 2)
        return true;
    stats->n_keys++;
    stats->keys[slot] = *m;
    return true;
}

/* Go on to the next fragment of stats; false if there is none, or for now. */
static bool find_walk(struct ph_kang_stats *stats, const struct ph_haul *haul,
                      struct ph_scroll *scroll)
{
    while (!stats->walking && stats->at_lot < haul->n) {
        const struct ph_fragments *f = haul->lots[stats->at_lot].fragments;

        if (f && stats->at_row < f->of_kind[PORTHOLE_FRAGMENT_STATS].first)
            stats->at_row = f->of_kind[PORTHOLE_FRAGMENT_STATS].first;
        if (!f || stats->at_row >= f->of_kind[PORTHOLE_FRAGMENT_STATS].end) {
            stats->at_lot++;
            stats->at_row = 0;
            continue;
        }
        if (ph_scroll_is_tired(scroll))
            return false;
        scroll->work++;
        if (ph_fragments_at(f, stats->at_row)->kind == PORTHOLE_FRAGMENT_STATS)
            stats->walking = ph_jwalk_begin(
                &stats->walk, ph_fragment_json(ph_fragments_at(f, stats->at_row)));
        stats->at_row++;
    }
    return stats->walking;
}

bool ph_kang_stats_member(struct ph_kang_stats *stats, const struct ph_haul *haul,
                          struct ph_scroll *scroll)
{
    struct ph_member m;

    if (!find_walk(stats, haul, scroll))
        return stats->at_lot < haul->n;
    if (!ph_jwalk_next(&stats->walk, &m)) {
        stats->walking = false;
        return true;
    }
    if (is_ours(&m) || ph_member_is_null(&m) || !is_first(stats, &m))
        return true;
    ph_sink_text(&scroll->text, stats->open ? "," : ",\"stats\":{");
    stats->open = true;
    scroll->span = m.key - 1;
    scroll->span_bytes = (size_t)(m.value - m.key) + 1 + m.value_bytes;
    return true;
}

/* ---- Ours -------------------------------------------------------------------------- */

/* The child of a node, by its key; 0 if there is none. */
static uint32_t child(const struct ph_snapshot *s, uint32_t parent, const char *key)
{
    for (uint32_t i = parent + 1; i < s->nodes[parent].next; i = s->nodes[i].next)
        if (!key || (s->nodes[i].key && strcmp(s->nodes[i].key, key) == 0))
            return i;
    return 0;
}

struct figures {
    struct ph_sink *sink;
    const struct ph_snapshot *snapshot;
    bool some; /* have been put */
};

static void put_figure(struct figures *f, uint32_t group, const char *key, const char *name)
{
    const struct ph_snapshot *s = f->snapshot;
    uint32_t at = group ? child(s, group, key) : 0;

    if (!at || s->nodes[at].type != PH_NODE_UINT)
        return;
    ph_put_string(f->sink, f->some ? "," : "", name);
    ph_put_number(f->sink, ":", s->nodes[at].as.u);
    f->some = true;
}

/* As process.memoryUsage() has it, of the main thread; what nobody knows is left out. */
static void put_memory(struct ph_sink *sink, const struct ph_snapshot *s)
{
    struct figures f = { .sink = sink, .snapshot = s };
    uint32_t process, thread, heap;

    if (!s)
        return;
    process = ph_snapshot_find(s, "process");
    thread = ph_snapshot_find(s, "threads");
    thread = thread ? child(s, thread, NULL) : 0;
    heap = thread ? child(s, thread, "heap") : 0;
    put_figure(&f, process, "rss_bytes", "rss");
    put_figure(&f, heap, "total_bytes", "heapTotal");
    put_figure(&f, heap, "used_bytes", "heapUsed");
    put_figure(&f, heap, "external_bytes", "external");
    put_figure(&f, heap, "array_buffers_bytes", "arrayBuffers");
}

static bool see_main_loop(struct ph_board *board, uint64_t now_ns, struct ph_loop_view *view)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(board, held);
    bool seen = false;

    for (size_t i = 0; i < n; i++) {
        if (held[i]->host.id == 0 && !seen)
            seen = ph_board_loop(held[i], now_ns, view);
        ph_thread_unref(held[i]);
    }
    return seen;
}

void ph_kang_stats_end(const struct ph_kang_stats *stats, const struct ph_haul *haul,
                       const struct ph_kang_process *process, struct ph_sink *sink)
{
    static const char *const states[] = {
        [PH_LOOP_IDLE] = "idle", [PH_LOOP_RUNNING] = "running", [PH_LOOP_BLOCKED] = "blocked"
    };
    uint64_t now_ns = ph_clock_ns();
    struct ph_loop_view view;
    bool seen = see_main_loop(process->board, now_ns, &view);
    char iso[PH_ISO_BYTES];

    ph_sink_text(sink, stats->open ? "," : ",\"stats\":{");
    ph_put_text(sink, "\"started\":", ph_clock_iso(process->started_unix_ns, iso));
    ph_sink_text(sink, ",\"memory\":{");
    put_memory(sink, process->snapshot);
    ph_put_text(sink, "},\"porthole\":{\"loop\":", seen ? states[view.state] : "none");
    ph_put_ms(sink, ",\"loop_age_ms\":", seen ? view.busy_ns : 0);
    ph_sink_text(sink, ph_haul_is_stale(haul) ? ",\"stale\":true" : ",\"stale\":false");
    ph_put_ms(sink, ",\"age_ms\":", ph_haul_age_ns(haul, now_ns));
    ph_sink_text(sink,
                 ph_haul_is_complete(haul) ? ",\"complete\":true}}" : ",\"complete\":false}}");
}
