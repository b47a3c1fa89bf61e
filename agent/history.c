/* SPDX-License-Identifier: MIT */
/* Owns the memory of the history, and what becomes of a number when it is seen. One mapping,
 * made at the start: a place costs memory only once it is taken. */
#include "history.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "history_seats.h"
#include "history_walk.h"
#include "text.h"

/* A rate over less than this is noise: a tick may come right behind another. */
#define LEAST_S 0.5
#define NAME_END 32u /* bytes of a long name that stay at its end */

/* What a place remembers beside its series. */
struct trace {
    double   base_s;            /* when the counter was read last; NaN: not yet */
    uint64_t base_u;            /* and what it was */
    double   base_d;
    uint64_t full_gcs;          /* when a value was taken; UINT64_MAX: none was */
    bool     seen;              /* in this tick */
};

/* What there is to do, per second, of one kind. */
struct sum {
    double per_s;
    bool   any;
};

struct ph_history {
    pthread_mutex_t lock;       /* leaf; held by the tick thread while it writes what others
                                   read, and by those while they copy */
    size_t bytes;               /* of the mapping; immutable */
    size_t fixed_bytes;         /* of it, without series; immutable */
    struct ph_timeline time, before; /* guarded by lock for others, as all below */
    double born_s;
    double now_s;
    size_t refused;             /* in the last tick */
    struct ph_rings load;
    bool   load_is_http;
    struct sum http, turns;     /* of this tick */
    struct ph_seats seats;
    struct trace *trace;
    struct ph_history_series *series;
};

/* ---- Life -------------------------------------------------------------------------- */

static size_t place_bytes(void)
{
    return sizeof(struct ph_history_series) + sizeof(struct ph_seat) + sizeof(struct trace);
}

static size_t room_in(size_t bytes)
{
    size_t max = bytes / place_bytes();

    while (max && sizeof(struct ph_history) + max * place_bytes() +
                          ph_seats_index(max) * sizeof(uint32_t) >
                      bytes)
        max--;
    return max;
}

/* The parts of the mapping, one behind the other; those with doubles first. */
static void lay_out(struct ph_history *h, size_t max)
{
    char *at = (char *)(h + 1);
    size_t index = ph_seats_index(max);

    h->series = (struct ph_history_series *)(void *)at;
    at += max * sizeof h->series[0];
    h->trace = (struct trace *)(void *)at;
    at += max * sizeof h->trace[0];
    h->seats.seat = (struct ph_seat *)(void *)at;
    at += max * sizeof h->seats.seat[0];
    h->seats.index = (uint32_t *)(void *)at;
    h->seats.max = max;
    h->seats.mask = index - 1;
    h->fixed_bytes = h->bytes - max * sizeof h->series[0];
}

struct ph_history *ph_history_new(size_t max_bytes)
{
    size_t max = room_in(max_bytes);
    size_t bytes = sizeof(struct ph_history) + max * place_bytes() +
                   ph_seats_index(max) * sizeof(uint32_t);
    struct ph_history *h;

    _Static_assert(sizeof(struct ph_history) % 8 == 0, "doubles lie behind it");
    _Static_assert(sizeof(struct ph_history_series) % 8 == 0, "and behind these");
    if (max == 0)
        return NULL;
    h = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
             -1, 0);
    if (h == MAP_FAILED)
        return NULL;
    h->bytes = bytes;
    h->born_s = NAN;
    pthread_mutex_init(&h->lock, NULL);
    lay_out(h, max);
    ph_rings_clear(&h->load);
    return h;
}

void ph_history_free(struct ph_history *h)
{
    if (!h)
        return;
    pthread_mutex_destroy(&h->lock);
    munmap(h, h->bytes);
}

void ph_history_lock(struct ph_history *h)
{
    pthread_mutex_lock(&h->lock);
}

void ph_history_unlock(struct ph_history *h)
{
    pthread_mutex_unlock(&h->lock);
}

/* ---- Places ------------------------------------------------------------------------ */

/* The process's and the main thread's own come first; then the workers'; then what there may
 * be any number of. */
static unsigned rank_of(const char *name, int thread)
{
    if (strchr(name, '['))
        return 2;
    return thread > 0 ? 1 : 0;
}

/* What a name ends with says what it is, and whether it is judged: what is too long is cut
 * before that. */
static void copy_name(char *to, const char *name)
{
    size_t len = strlen(name), room = PH_HISTORY_NAME, end;

    ph_text_copy(to, len < room ? room : room - NAME_END, name);
    if (len < room)
        return;
    end = len - NAME_END;
    while (((unsigned char)name[end] & 0xc0) == 0x80) /* within a character */
        end++;
    len = strlen(to);
    ph_text_copy(to + len, room - len, name + end);
}

static void settle(struct ph_history *h, size_t i, const char *name, int thread)
{
    struct ph_history_series *series = &h->series[i];

    copy_name(series->name, name);
    series->thread = thread;
    series->last = NAN;
    ph_rings_clear(&series->rings);
    h->trace[i] = (struct trace){ .base_s = NAN, .full_gcs = UINT64_MAX };
}

static size_t place_of(struct ph_history *h, const struct ph_sighting *s)
{
    size_t i = ph_seats_find(&h->seats, s->hash);

    if (i != PH_SEAT_NONE)
        return i;
    i = ph_seats_take(&h->seats, s->hash, rank_of(s->name, s->thread), h->now_s, PH_SEAT_NONE);
    if (i != PH_SEAT_NONE)
        settle(h, i, s->name, s->thread);
    return i;
}

/* ---- Values ------------------------------------------------------------------------ */

/* Growth per second since the counter was read last. Whole numbers are subtracted as such: a
 * double cannot tell 2^53 from 2^53 + 1. */
static double rate(const struct ph_history *h, struct trace *t, const struct ph_sighting *s)
{
    double elapsed = h->now_s - t->base_s;
    bool fell = s->whole ? s->u < t->base_u : s->d < t->base_d;
    double growth = s->whole ? (double)(s->u - t->base_u) : s->d - t->base_d;

    if (!isnan(t->base_s) && !fell && elapsed < LEAST_S)
        return NAN;
    if (isnan(t->base_s) || fell)
        growth = NAN;
    t->base_s = h->now_s;
    t->base_u = s->u;
    t->base_d = s->d;
    return growth / elapsed;
}

static double value_of(const struct ph_history *h, struct trace *t, const struct ph_sighting *s)
{
    if (s->counter)
        return rate(h, t, s);
    if (s->after_gc && t->full_gcs == s->full_gcs)
        return NAN;
    t->full_gcs = s->full_gcs;
    return s->whole ? (double)s->u : s->d;
}

static void note_work(struct ph_history *h, const struct ph_sighting *s, double per_s)
{
    struct sum *sum = s->work == PH_WORK_HTTP ? &h->http : &h->turns;

    if (s->work == PH_WORK_NONE)
        return;
    if (s->work == PH_WORK_HTTP && s->u && !h->load_is_http) {
        h->load_is_http = true;
        ph_rings_clear(&h->load); /* turns and requests do not compare */
    }
    if (isnan(per_s))
        return;
    sum->per_s += per_s;
    sum->any = true;
}

static void see(void *ctx, const struct ph_sighting *s)
{
    struct ph_history *h = ctx;
    size_t i = place_of(h, s);
    struct ph_history_series *series;
    struct trace *t;
    double value;

    if (i == PH_SEAT_NONE) {
        h->refused++;
        return;
    }
    series = &h->series[i];
    t = &h->trace[i];
    if (t->seen)
        return; /* two of one name: the first one counts */
    t->seen = true;
    h->seats.seat[i].seen_s = h->now_s;
    series->kind = s->counter ? PH_COUNTER : PH_GAUGE;
    series->unit = s->unit;
    series->last = s->whole ? (double)s->u : s->d;
    value = value_of(h, t, s);
    ph_rings_move(&series->rings, &h->before, &h->time);
    ph_rings_add(&series->rings, &h->time, value);
    note_work(h, s, value);
}

/* ---- A tick ------------------------------------------------------------------------ */

static double reach_s(void)
{
    return (double)PH_BUCKETS * ph_level_s[PH_LEVELS - 1];
}

static void see_who_is_away(struct ph_history *h)
{
    for (size_t i = 0; i < h->seats.count; i++) {
        struct ph_seat *seat = &h->seats.seat[i];

        if (seat->taken && !h->trace[i].seen) {
            h->series[i].last = NAN;
            ph_rings_move(&h->series[i].rings, &h->before, &h->time);
            if (h->now_s - seat->seen_s > reach_s())
                ph_seats_leave(&h->seats, i);
        }
        h->trace[i].seen = false;
    }
}

static void add_load(struct ph_history *h)
{
    const struct sum *sum = h->load_is_http ? &h->http : &h->turns;

    ph_rings_move(&h->load, &h->before, &h->time);
    ph_rings_add(&h->load, &h->time, sum->any ? sum->per_s : NAN);
}

unsigned ph_history_take(struct ph_history *h, const struct ph_snapshot *snapshot, double now_s)
{
    unsigned ended;

    ph_history_lock(h);
    h->before = h->time;
    ended = ph_timeline_move(&h->time, now_s);
    if (!(now_s < h->now_s))
        h->now_s = now_s;
    if (isnan(h->born_s))
        h->born_s = h->now_s;
    h->refused = 0;
    h->http = h->turns = (struct sum){ 0, false };
    ph_history_walk(snapshot, see, h);
    see_who_is_away(h);
    add_load(h);
    ph_history_unlock(h);
    return ended;
}

/* ---- Reading ----------------------------------------------------------------------- */

size_t ph_history_count(const struct ph_history *h)
{
    return h->seats.count;
}

size_t ph_history_refused(const struct ph_history *h)
{
    return h->refused;
}

size_t ph_history_bytes(const struct ph_history *h)
{
    return h->fixed_bytes + h->seats.count * sizeof h->series[0];
}

const struct ph_history_series *ph_history_at(const struct ph_history *h, size_t i)
{
    return i < h->seats.count && h->seats.seat[i].taken ? &h->series[i] : NULL;
}

uint32_t ph_history_epoch(const struct ph_history *h, size_t i)
{
    return i < h->seats.count ? h->seats.seat[i].epoch : 0;
}

const struct ph_timeline *ph_history_time(const struct ph_history *h)
{
    return &h->time;
}

double ph_history_born_s(const struct ph_history *h)
{
    return h->born_s;
}

const struct ph_rings *ph_history_load(const struct ph_history *h)
{
    return &h->load;
}

/* ---- Out, and in again ------------------------------------------------------------- */

size_t ph_history_room(const struct ph_history *h)
{
    return h->seats.max;
}

double ph_history_seen_s(const struct ph_history *h, size_t i)
{
    return ph_history_at(h, i) ? h->seats.seat[i].seen_s : NAN;
}

bool ph_history_save(const struct ph_history *h, size_t i, struct ph_history_saved *out)
{
    if (!ph_history_at(h, i))
        return false;
    out->hash = h->seats.seat[i].hash;
    out->seen_s = h->seats.seat[i].seen_s;
    out->second = h->time.second;
    out->series = h->series[i];
    return true;
}

void ph_history_save_load(const struct ph_history *h, struct ph_history_saved *out)
{
    memset(out, 0, sizeof *out);
    out->seen_s = h->now_s;
    out->second = h->time.second;
    out->series.kind = h->load_is_http ? PH_COUNTER : PH_GAUGE;
    out->series.rings = h->load;
}

void ph_history_resume(struct ph_history *h, double now_s, double born_s)
{
    ph_timeline_move(&h->time, now_s);
    h->now_s = now_s;
    h->born_s = born_s;
}

/* Is its time one that the rings can be brought from? */
static bool is_of_the_past(const struct ph_history *h, const struct ph_history_saved *saved)
{
    return saved->seen_s <= h->now_s && h->now_s - saved->seen_s <= reach_s() &&
           saved->second <= h->time.second;
}

static void bring_up(const struct ph_history *h, struct ph_rings *rings, uint64_t second)
{
    struct ph_timeline then = { 0 };

    ph_timeline_move(&then, (double)second);
    ph_rings_move(rings, &then, &h->time);
}

static bool is_sound(const struct ph_history_series *s)
{
    return s->name[0] && memchr(s->name, '\0', sizeof s->name) && s->thread >= PH_NO_THREAD &&
           (s->kind == PH_GAUGE || s->kind == PH_COUNTER) && s->unit <= PH_UNIT_RATIO;
}

bool ph_history_restore(struct ph_history *h, size_t i, const struct ph_history_saved *saved)
{
    const struct ph_history_series *from = &saved->series;

    if (!is_sound(from) || !is_of_the_past(h, saved) ||
        ph_seats_find(&h->seats, saved->hash) != PH_SEAT_NONE)
        return false;
    i = ph_seats_take(&h->seats, saved->hash, rank_of(from->name, from->thread), h->now_s, i);
    if (i == PH_SEAT_NONE)
        return false;
    settle(h, i, from->name, from->thread);
    h->seats.seat[i].seen_s = saved->seen_s;
    h->series[i] = *from;
    h->series[i].last = NAN;
    bring_up(h, &h->series[i].rings, saved->second);
    return true;
}

bool ph_history_restore_load(struct ph_history *h, const struct ph_history_saved *saved)
{
    if (!is_of_the_past(h, saved))
        return false;
    h->load_is_http = saved->series.kind == PH_COUNTER;
    h->load = saved->series.rings;
    bring_up(h, &h->load, saved->second);
    return true;
}
