/* SPDX-License-Identifier: MIT */
/*
 * sample: the only reader of /state. The documents come from strangers: every number has
 * a range, every text a length, and nothing is taken to be there.
 *
 * sample_of() says what a document means; samplescan reads the same from the text of those that
 * are plainly good, in a fifth of the time.
 */
#include "sample.h"

#include "instant.h"
#include "porthole_wire.h"
#include "samplescan.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- Reading ----------------------------------------------------------------------- */

static void text_at(const struct doc *object, const char *path, char *out, size_t room)
{
    size_t len;
    const char *text = doc_text(object, path, &len);

    sampleput_text(out, room, text, len);
}

/* "2026-11-20T23:06:57.906Z" as Unix seconds. */
static double time_at(const struct doc *object, const char *path)
{
    char text[40];

    text_at(object, path, text, sizeof text);
    return instant_read(text);
}

/* ---- Threads ----------------------------------------------------------------------- */

static void read_delays(const struct doc *thread, struct sample *out)
{
    const struct doc *buckets = doc_at(thread, "loop.delay_ms.buckets");
    size_t count = doc_count(buckets);

    for (size_t i = 0; i < count && i < SAMPLE_OCTAVES; i++) {
        const struct doc *pair = doc_item(buckets, i);

        sampleput_delay(out, doc_value(doc_item(pair, 0)), doc_value(doc_item(pair, 1)));
    }
}

static void read_thread(const struct doc *thread, struct sample *out)
{
    double used = doc_number(thread, "heap.used_bytes", DOC_BYTES_MOST);
    double limit = doc_number(thread, "heap.limit_bytes", DOC_BYTES_MOST);
    enum sample_loop loop = sampleput_loop(doc_text(thread, "loop.state", NULL));

    if (loop > out->loop)
        out->loop = loop;
    if (limit > 0)
        sampleput_fold(&out->v[VITAL_HEAP_SHARE], used / limit, VITAL_HIGHEST);
    read_delays(thread, out);
    for (size_t i = 0; i < VITALS; i++) {
        const struct vital_info *v = &vitals[i];

        if (strncmp(v->name, SAMPLEPUT_OF_THREADS, SAMPLEPUT_OF_THREADS_LEN) == 0 &&
            i != VITAL_HEAP_SHARE)
            sampleput_fold(&out->v[i],
                           doc_number(thread, v->name + SAMPLEPUT_OF_THREADS_LEN, v->most),
                           v->fold);
    }
}

/* ---- The document ------------------------------------------------------------------ */

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
    for (size_t i = 0; i < count && i < SAMPLE_SUSPECTS_MOST; i++) {
        const char *grade = doc_text(doc_item(list, i), "grade", NULL);

        sampleput_grade(out, grade);
    }
    if (worst == NULL || out->suspects == 0)
        return;
    text_at(worst, "series", s->series, sizeof s->series);
    text_at(worst, "class", s->class_of, sizeof s->class_of);
    text_at(worst, "grade", s->grade, sizeof s->grade);
    text_at(worst, "says", s->says, sizeof s->says);
    s->slope_per_h = doc_number(worst, "slope_per_hour", SAMPLE_RATE_MOST);
}

static void read_document(const struct doc *state, struct sample *out)
{
    const struct doc *threads = doc_at(state, "threads");
    char *base = (char *)out;

    sample_clear(out);
    for (size_t i = 0; i < SAMPLEPUT_TEXTS; i++)
        text_at(state, sampleput_texts[i].path, base + sampleput_texts[i].offset,
                sampleput_texts[i].room);
    out->pid = doc_number(state, "service.pid", SAMPLE_PID_MOST);
    out->tick = doc_number(state, "captured.tick", SAMPLE_COUNT_MOST);
    out->captured_unix_s = time_at(state, "captured.at");
    for (size_t i = 0; i < VITALS; i++) {
        const struct vital_info *v = &vitals[i];

        if (strncmp(v->name, SAMPLEPUT_OF_THREADS, SAMPLEPUT_OF_THREADS_LEN) != 0)
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
    if (!(doc_number(state, "porthole.schema", SAMPLE_COUNT_MOST) >= PORTHOLE_SCHEMA))
        return CAUSE_NOT_PORTHOLE;
    read_document(state, out);
    return CAUSE_NONE;
}

enum cause sample_read(const char *text, size_t len, struct sample *out)
{
    struct doc *state = NULL;
    enum cause cause;

    if (samplescan_read(text, len, out, &cause))
        return cause;
    cause = doc_read(text, len, &state);
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
