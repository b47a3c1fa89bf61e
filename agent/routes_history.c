/* SPDX-License-Identifier: MIT */
/* Owns the paths that show the history. What is asked for is copied under the history's lock,
 * a few kilobytes at a time, and written down outside of it. */
#include "routes_history.h"

#include <math.h>
#include <string.h>

#include "clock.h"
#include "history_clock.h"
#include "params.h"
#include "porthole_wire.h"
#include "put.h"

#define JSON "application/json"
#define LISTED 4096u            /* series in the list */
#define BATCH 32u               /* of them copied at once */
#define UNGIVEN (-2)

/* The first is the ring of seconds, the others are the levels of the rings. */
static const char *const resolutions[] = { "1s", "15s", "1m", "5m", "20m", "1h", "4h", NULL };
static const char *const choices[] = { "1m", "1s", "15s", "5m", "20m", "1h", "4h", NULL };
static const unsigned chosen[] = { 2, 0, 1, 3, 4, 5, 6 }; /* the default comes first there */

static const struct ph_param of_thread = { "thread", 0, 1e9, UNGIVEN, true };

/* ---- What is told of a series besides its rings ------------------------------------ */

struct brief {
    char   name[PH_HISTORY_NAME];
    int    thread;
    enum ph_kind kind;
    enum ph_unit unit;
    double last;
};

static void abridge(const struct ph_history_series *s, struct brief *out)
{
    memcpy(out->name, s->name, sizeof out->name);
    out->thread = s->thread;
    out->kind = s->kind;
    out->unit = s->unit;
    out->last = s->last;
}

static const char *unit_name(enum ph_unit unit)
{
    static const char *const names[] = {
        [PH_UNIT_COUNT] = "count", [PH_UNIT_BYTES] = "bytes", [PH_UNIT_SECONDS] = "seconds",
        [PH_UNIT_MS] = "ms",       [PH_UNIT_RATIO] = "ratio",
    };

    return names[unit];
}

static void put_real(struct ph_sink *sink, const char *before, double value)
{
    ph_sink_text(sink, before);
    if (isfinite(value))
        ph_sink_real(sink, value);
    else
        ph_sink_text(sink, "null");
}

/* Leaves the object open. */
static void put_brief(struct ph_sink *sink, const struct brief *s)
{
    ph_put_string(sink, "{\"series\":", s->name);
    if (s->thread < 0)
        ph_sink_text(sink, ",\"thread\":null");
    else
        ph_put_number(sink, ",\"thread\":", (uint64_t)s->thread);
    ph_sink_text(sink, s->kind == PH_COUNTER ? ",\"kind\":\"counter\",\"per_second\":true"
                                             : ",\"kind\":\"gauge\"");
    ph_put_text(sink, ",\"unit\":", unit_name(s->unit));
}

/* ---- /history ---------------------------------------------------------------------- */

struct list {
    struct ph_history *history;
    size_t next;                /* place */
    size_t shown, total;
    size_t refused, bytes;
    struct brief batch[BATCH];
};

static size_t copy_batch(struct list *list)
{
    struct ph_history *h = list->history;
    size_t n = 0;

    ph_history_lock(h);
    for (; list->next < ph_history_count(h) && n < BATCH; list->next++) {
        const struct ph_history_series *s = ph_history_at(h, list->next);

        if (s)
            abridge(s, &list->batch[n++]);
    }
    list->refused = ph_history_refused(h);
    list->bytes = ph_history_bytes(h);
    ph_history_unlock(h);
    return n;
}

static void put_batch(struct ph_sink *sink, struct list *list, size_t n)
{
    for (size_t i = 0; i < n; i++, list->total++) {
        if (list->shown == LISTED)
            continue;
        ph_sink_text(sink, list->shown++ ? "," : "");
        put_brief(sink, &list->batch[i]);
        put_real(sink, ",\"last\":", list->batch[i].last);
        ph_sink_char(sink, '}');
    }
}

static void answer_list(struct ph_history *history, struct ph_reply *reply)
{
    struct list list = { .history = history };
    struct ph_sink sink;
    size_t n;

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_sink_text(&sink, "{\"series\":[");
    while ((n = copy_batch(&list)) > 0)
        put_batch(&sink, &list, n);
    ph_put_number(&sink, "],\"total\":", list.total);
    ph_sink_text(&sink,
                 list.total > list.shown ? ",\"truncated\":true" : ",\"truncated\":false");
    ph_put_number(&sink, ",\"refused\":", list.refused);
    ph_put_number(&sink, ",\"memory_bytes\":", list.bytes);
    ph_sink_text(&sink, ",\"resolutions\":");
    for (size_t i = 0; resolutions[i]; i++)
        ph_put_text(&sink, i ? "," : "[", resolutions[i]);
    ph_sink_text(&sink, "]}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

/* ---- /history/SERIES --------------------------------------------------------------- */

struct view {
    struct brief brief;
    struct ph_rings rings;
    struct ph_timeline time;
    double born_s;
    double offset_s;            /* from the rings' clock to seconds since 1970 */
    unsigned resolution;        /* index into resolutions[] */
};

/* Without a thread: the series of none, else that of the main thread, else the lowest. */
static const struct ph_history_series *find(const struct ph_history *h, const char *name,
                                            int thread)
{
    const struct ph_history_series *best = NULL;

    for (size_t i = 0; i < ph_history_count(h); i++) {
        const struct ph_history_series *s = ph_history_at(h, i);

        if (!s || strcmp(s->name, name) != 0)
            continue;
        if (thread == UNGIVEN ? !best || s->thread < best->thread : s->thread == thread)
            best = s;
    }
    return best;
}

static bool copy_view(struct ph_history *h, const char *name, int thread, struct view *out)
{
    const struct ph_history_series *s;

    ph_history_lock(h);
    s = find(h, name, thread);
    if (s) {
        abridge(s, &out->brief);
        out->rings = s->rings;
        out->time = *ph_history_time(h);
        out->born_s = ph_history_born_s(h);
    }
    ph_history_unlock(h);
    out->offset_s = ph_history_clock_unix_offset_s();
    return s != NULL;
}

/* Closed buckets of the resolution, oldest first. */
struct points {
    uint64_t step_s, first;     /* index of value[0]: its time divided by the step */
    size_t   n;
    struct ph_bucket value[PH_SECONDS];
};

static void read_seconds(const struct view *v, struct points *p)
{
    p->step_s = 1;
    p->n = v->time.second < PH_SECONDS - 1 ? (size_t)v->time.second : PH_SECONDS - 1;
    p->first = v->time.second - p->n;
    for (size_t i = 0; i < p->n; i++) {
        float value = v->rings.second[(p->first + i) % PH_SECONDS];

        p->value[i] = (struct ph_bucket){ value, value, value };
    }
}

static void read_level(const struct view *v, unsigned level, struct points *p)
{
    uint64_t open = v->time.index[level];

    p->step_s = ph_level_s[level];
    p->n = open < PH_BUCKETS ? (size_t)open : PH_BUCKETS;
    p->first = open - p->n;
    for (size_t i = 0; i < p->n; i++)
        p->value[i] = v->rings.bucket[level][(p->first + i) % PH_BUCKETS];
}

/* What is before the first value and behind the last one tells nothing. */
static void trim(struct points *p, size_t *begin, size_t *end)
{
    *begin = 0;
    *end = p->n;
    while (*begin < *end && !isfinite(p->value[*begin].mean))
        ++*begin;
    while (*end > *begin && !isfinite(p->value[*end - 1].mean))
        --*end;
}

static void put_points(struct ph_sink *sink, const struct view *v, struct points *p)
{
    size_t begin, end;

    trim(p, &begin, &end);
    ph_sink_text(sink, ",\"points\":[");
    for (size_t i = begin; i < end; i++) {
        double t = (double)((p->first + i) * p->step_s) + v->offset_s;

        ph_put_number(sink, i > begin ? ",[" : "[", (uint64_t)(t + 0.5));
        put_real(sink, ",", (double)p->value[i].min);
        put_real(sink, ",", (double)p->value[i].mean);
        put_real(sink, ",", (double)p->value[i].max);
        ph_sink_char(sink, ']');
    }
    ph_sink_char(sink, ']');
}

static void put_time(struct ph_sink *sink, const char *before, const struct view *v, double s)
{
    char iso[PH_ISO_BYTES];
    double unix_s = s + v->offset_s;

    if (!(unix_s > 0))
        ph_put_text(sink, before, NULL);
    else
        ph_put_text(sink, before, ph_clock_iso((uint64_t)(unix_s * 1e3) * PH_NS_PER_MS, iso));
}

/* Is there anything older than this life? The bucket in which it began is its own. */
static bool has_inherited(const struct view *v, const struct points *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (isfinite(p->value[i].mean))
            return (double)((p->first + i + 1) * p->step_s) <= v->born_s;
    return false;
}

static void answer_series(const struct view *v, struct ph_reply *reply)
{
    struct points points;
    struct ph_sink sink;

    if (v->resolution)
        read_level(v, v->resolution - 1, &points);
    else
        read_seconds(v, &points);
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    put_brief(&sink, &v->brief);
    ph_put_text(&sink, ",\"resolution\":", resolutions[v->resolution]);
    ph_put_number(&sink, ",\"step_s\":", points.step_s);
    put_time(&sink, ",\"until\":", v, (double)((points.first + points.n) * points.step_s));
    put_time(&sink, ",\"born\":", v, has_inherited(v, &points) ? v->born_s : NAN);
    put_points(&sink, v, &points);
    ph_sink_text(&sink, "}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

void ph_answer_history(const struct ph_routes_env *env, const struct ph_request *request,
                       struct ph_reply *reply)
{
    const char *name = request->path + strlen(PORTHOLE_PATH_HISTORY);
    unsigned choice;
    struct view view;
    double thread;

    if (!env->history) {
        ph_reply_error(reply, 404, "not-found", "there is no history, by the option",
                       "historyBytes");
        return;
    }
    if (!*name) {
        answer_list(env->history, reply);
        return;
    }
    if (!ph_param_read(request, &of_thread, &thread, reply) ||
        !ph_param_choice(request, "resolution", choices, &choice, reply))
        return;
    view.resolution = chosen[choice];
    if (copy_view(env->history, name + 1, (int)thread, &view))
        answer_series(&view, reply);
    else
        ph_reply_error(reply, 404, "not-found", "the history has no series", name + 1);
}
