/* SPDX-License-Identifier: MIT */
/*
 * sample: the only reader of /state. The documents come from strangers: every number has
 * a range, every text a length, and nothing is taken to be there.
 */
#include "sample.h"

#include "instant.h"
#include "porthole_wire.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FIELD(name) offsetof(struct sample, name)

#define MOST_COUNT 1e12
#define MOST_RATE 1e15
#define MOST_PID 4194304
#define MOST_SUSPECTS 4096

static const char of_threads[] = "threads.";

static const struct {
    const char *path;
    size_t offset;
    size_t room;
} texts[] = {
    { "service.name", FIELD(service), sizeof((struct sample *)0)->service },
    { "service.component", FIELD(component), sizeof((struct sample *)0)->component },
    { "service.ident", FIELD(ident), sizeof((struct sample *)0)->ident },
    { "service.version", FIELD(version), sizeof((struct sample *)0)->version },
    { "service.node", FIELD(node), sizeof((struct sample *)0)->node },
    { "service.host", FIELD(host), sizeof((struct sample *)0)->host },
    { "service.started", FIELD(started), sizeof((struct sample *)0)->started },
};

/* ---- Reading ----------------------------------------------------------------------- */

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80;
}

static void text_at(const struct doc *object, const char *path, char *out, size_t room)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t len, used = 0;
    const char *text = doc_text(object, path, &len);

    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        const char *piece = text[i] == '\0' ? replacement : &text[i];
        size_t bytes = text[i] == '\0' ? 3 : 1;

        if (used + bytes >= room) {
            /* cut in front of a character, not inside it */
            while (continues(*piece) && used > 0 && continues(out[--used]))
                continue;
            out[used] = '\0';
            return;
        }
        memcpy(out + used, piece, bytes);
        used += bytes;
        out[used] = '\0';
    }
}

/* "2026-11-20T23:06:57.906Z" as Unix seconds. */
static double time_at(const struct doc *object, const char *path)
{
    char text[40];

    text_at(object, path, text, sizeof text);
    return instant_read(text);
}

/* ---- Threads ----------------------------------------------------------------------- */

static void fold(double *total, double value, enum vital_fold how)
{
    if (isnan(value))
        return;
    if (how == VITAL_SUM)
        *total = isnan(*total) ? value : *total + value;
    else
        *total = fmax(*total, value); /* which passes NaN over */
}

static enum sample_loop loop_state(const struct doc *thread)
{
    static const char *const names[] = {
        [SAMPLE_LOOP_UNKNOWN] = "",
        [SAMPLE_LOOP_IDLE] = "idle",
        [SAMPLE_LOOP_RUNNING] = "running",
        [SAMPLE_LOOP_BLOCKED] = "blocked",
    };
    const char *state = doc_text(thread, "loop.state", NULL);

    for (size_t i = 1; i < COUNT(names); i++) {
        if (strcmp(state, names[i]) == 0)
            return (enum sample_loop)i;
    }
    return SAMPLE_LOOP_UNKNOWN;
}

/* Where it is no power of two it counts for the octave that holds it. */
static size_t octave_of(double le_ms)
{
    double octave = ceil(log2(le_ms / SAMPLE_OCTAVE_MS));

    return octave < 0 ? 0 : octave < SAMPLE_OCTAVES ? (size_t)octave : SAMPLE_OCTAVES - 1;
}

static void read_delays(const struct doc *thread, struct sample *out)
{
    const struct doc *buckets = doc_at(thread, "loop.delay_ms.buckets");
    size_t count = doc_count(buckets);

    for (size_t i = 0; i < count && i < SAMPLE_OCTAVES; i++) {
        const struct doc *pair = doc_item(buckets, i);
        double le_ms = doc_value(doc_item(pair, 0)), times = doc_value(doc_item(pair, 1));

        if (le_ms > 0 && times > 0 && times <= MOST_COUNT)
            out->delays[octave_of(le_ms)] += (float)times;
    }
}

static void read_thread(const struct doc *thread, struct sample *out)
{
    double used = doc_number(thread, "heap.used_bytes", DOC_BYTES_MOST);
    double limit = doc_number(thread, "heap.limit_bytes", DOC_BYTES_MOST);
    enum sample_loop loop = loop_state(thread);

    if (loop > out->loop)
        out->loop = loop;
    if (limit > 0)
        fold(&out->v[VITAL_HEAP_SHARE], used / limit, VITAL_HIGHEST);
    read_delays(thread, out);
    for (size_t i = 0; i < VITALS; i++) {
        const struct vital_info *v = &vitals[i];

        if (strncmp(v->name, of_threads, sizeof of_threads - 1) == 0 && i != VITAL_HEAP_SHARE)
            fold(&out->v[i], doc_number(thread, v->name + sizeof of_threads - 1, v->most),
                 v->fold);
    }
}

/* ---- The document ------------------------------------------------------------------ */

void sample_clear(struct sample *out)
{
    memset(out, 0, sizeof *out);
    out->pid = out->captured_unix_s = out->tick = NAN;
    out->suspects = out->suspects_confirmed = out->suspect.slope_per_h = NAN;
    for (size_t i = 0; i < VITALS; i++)
        out->v[i] = NAN;
}

/* The agent lists them worst first. */
static void read_suspects(const struct doc *state, struct sample *out)
{
    const struct doc *list = doc_at(state, "suspects");
    const struct doc *worst = doc_item(list, 0);
    struct sample_suspect *s = &out->suspect;
    size_t count = doc_count(list);

    if (!doc_is_array(state, "suspects"))
        return;
    out->suspects = out->suspects_confirmed = 0;
    for (size_t i = 0; i < count && i < MOST_SUSPECTS; i++) {
        const char *grade = doc_text(doc_item(list, i), "grade", NULL);

        out->suspects += grade[0] != '\0';
        out->suspects_confirmed +=
            strcmp(grade, "confirmed") == 0 || strcmp(grade, "urgent") == 0;
    }
    if (worst == NULL || out->suspects == 0)
        return;
    text_at(worst, "series", s->series, sizeof s->series);
    text_at(worst, "class", s->class_of, sizeof s->class_of);
    text_at(worst, "grade", s->grade, sizeof s->grade);
    text_at(worst, "says", s->says, sizeof s->says);
    s->slope_per_h = doc_number(worst, "slope_per_hour", MOST_RATE);
}

static void read_document(const struct doc *state, struct sample *out)
{
    const struct doc *threads = doc_at(state, "threads");
    char *base = (char *)out;

    sample_clear(out);
    for (size_t i = 0; i < COUNT(texts); i++)
        text_at(state, texts[i].path, base + texts[i].offset, texts[i].room);
    out->pid = doc_number(state, "service.pid", MOST_PID);
    out->tick = doc_number(state, "captured.tick", MOST_COUNT);
    out->captured_unix_s = time_at(state, "captured.at");
    for (size_t i = 0; i < VITALS; i++) {
        const struct vital_info *v = &vitals[i];

        if (strncmp(v->name, of_threads, sizeof of_threads - 1) != 0)
            out->v[i] = doc_number(state, v->name, v->most);
    }
    if (doc_is_array(state, "threads"))
        out->v[VITAL_THREADS] = (double)doc_count(threads);
    for (size_t i = 0; i < doc_count(threads); i++)
        read_thread(doc_item(threads, i), out);
    read_suspects(state, out);
}

enum cause sample_of(const struct doc *state, struct sample *out)
{
    if (!(doc_number(state, "porthole.schema", MOST_COUNT) >= PORTHOLE_SCHEMA))
        return CAUSE_NOT_PORTHOLE;
    read_document(state, out);
    return CAUSE_NONE;
}

enum cause sample_read(const char *text, size_t len, struct sample *out)
{
    struct doc *state = NULL;
    enum cause cause = doc_read(text, len, &state);

    if (cause != CAUSE_NONE)
        return cause;
    cause = sample_of(state, out);
    doc_free(state);
    return cause;
}

/* Sections that are small and wanted as a whole; the others by figure. */
static const char *const wholes[] = {
    "porthole.schema", "service", "captured", "process.cgroup", "process.fds",
    "threads.http.server", "sockets.tcp", "suspects",
};

static bool is_whole(const char *path)
{
    for (size_t i = 0; i < COUNT(wholes); i++) {
        size_t len = strlen(wholes[i]);

        if (strncmp(path, wholes[i], len) == 0 && path[len] == '.')
            return true;
    }
    return false;
}

void sample_query(struct buf *out)
{
    buf_puts(out, "?fields=threads.loop.state");
    for (size_t i = 0; i < COUNT(wholes); i++)
        buf_printf(out, ",%s", wholes[i]);
    for (size_t i = 0; i < VITALS; i++) {
        if (i != VITAL_THREADS && i != VITAL_HEAP_SHARE && !is_whole(vitals[i].name))
            buf_printf(out, ",%s", vitals[i].name);
    }
}
