/* SPDX-License-Identifier: MIT */
/*
 * sample: the only reader of /state. The documents come from strangers: every number has
 * a range, every text a length, and nothing is taken to be there.
 */
#include "sample.h"

#include "instant.h"
#include "jsonscan.h"
#include "porthole_wire.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FIELD(name) offsetof(struct sample, name)

/* Beyond these a number is a lie, and sums of them would not be exact any more. */
#define MOST_BYTES 9007199254740992.0 /* 2^53 */
#define MOST_COUNT 1e12
#define MOST_SECONDS 1e10

enum fold { SUM, HIGHEST };

struct number {
    const char *path;
    size_t offset;
    double most;
    enum fold fold; /* of thread figures */
};

static const struct number process_numbers[] = {
    { "service.pid", FIELD(pid), 4194304, SUM },
    { "service.uptime_s", FIELD(uptime_s), MOST_SECONDS, SUM },
    { "captured.tick", FIELD(tick), MOST_COUNT, SUM },
    { "process.rss_bytes", FIELD(rss_bytes), MOST_BYTES, SUM },
    { "process.cpu_user_s", FIELD(cpu_user_s), MOST_SECONDS, SUM },
    { "process.cpu_system_s", FIELD(cpu_system_s), MOST_SECONDS, SUM },
    { "process.fds.open", FIELD(fds_open), MOST_COUNT, SUM },
    { "process.fds.limit", FIELD(fds_limit), MOST_BYTES, SUM },
    { "sockets.total", FIELD(sockets), MOST_COUNT, SUM },
    { "sockets.tcp.established", FIELD(tcp_established), MOST_COUNT, SUM },
};

static const struct number thread_numbers[] = {
    { "loop.blocked_ms", FIELD(blocked_ms), 1000 * MOST_SECONDS, HIGHEST },
    { "loop.utilization", FIELD(utilization), 1.001, HIGHEST },
    { "loop.delay_ms.p99", FIELD(delay_p99_ms), 1000 * MOST_SECONDS, HIGHEST },
    { "heap.used_bytes", FIELD(heap_used_bytes), MOST_BYTES, SUM },
    { "heap.limit_bytes", FIELD(heap_limit_bytes), MOST_BYTES, SUM },
    { "gc.pause_s", FIELD(gc_pause_s), MOST_SECONDS, SUM },
    { "listeners.total", FIELD(listeners), MOST_COUNT, SUM },
    { "handles.total", FIELD(handles), MOST_COUNT, SUM },
};

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

/* All that is a number in a struct sample. */
static const size_t unknown_at_first[] = {
    FIELD(captured_unix_s),
    FIELD(threads),
    FIELD(heap_share),
};

/* ---- Reading ----------------------------------------------------------------------- */

static const json_t *find(const json_t *object, const char *path)
{
    while (object != NULL) {
        char key[32];
        size_t len = strcspn(path, ".");

        snprintf(key, sizeof key, "%.*s", (int)len, path);
        object = json_object_get(object, key);
        if (path[len] == '\0')
            break;
        path += len + 1;
    }
    return object;
}

static double number_at(const json_t *object, const char *path, double most)
{
    const json_t *value = find(object, path);
    double number = json_is_number(value) ? json_number_value(value) : NAN;

    return number >= 0 && number <= most ? number : NAN;
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80;
}

static void text_at(const json_t *object, const char *path, char *out, size_t room)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    const json_t *value = find(object, path);
    const char *text = json_string_value(value);
    size_t len = json_string_length(value), used = 0;

    out[0] = '\0';
    if (text == NULL)
        return;
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
static double time_at(const json_t *object, const char *path)
{
    char text[40];

    text_at(object, path, text, sizeof text);
    return instant_read(text);
}

/* ---- Threads ----------------------------------------------------------------------- */

static void fold(double *total, double value, enum fold how)
{
    if (isnan(value))
        return;
    if (how == SUM)
        *total = isnan(*total) ? value : *total + value;
    else
        *total = fmax(*total, value); /* which passes NaN over */
}

static enum sample_loop loop_state(const json_t *thread)
{
    static const char *const names[] = {
        [SAMPLE_LOOP_UNKNOWN] = "",
        [SAMPLE_LOOP_IDLE] = "idle",
        [SAMPLE_LOOP_RUNNING] = "running",
        [SAMPLE_LOOP_BLOCKED] = "blocked",
    };
    const char *state = json_string_value(find(thread, "loop.state"));

    for (size_t i = 1; state != NULL && i < COUNT(names); i++) {
        if (strcmp(state, names[i]) == 0)
            return (enum sample_loop)i;
    }
    return SAMPLE_LOOP_UNKNOWN;
}

static void read_thread(const json_t *thread, struct sample *out)
{
    double used = number_at(thread, "heap.used_bytes", MOST_BYTES);
    double limit = number_at(thread, "heap.limit_bytes", MOST_BYTES);
    enum sample_loop loop = loop_state(thread);

    if (loop > out->loop)
        out->loop = loop;
    if (limit > 0)
        fold(&out->heap_share, used / limit, HIGHEST);
    for (size_t i = 0; i < COUNT(thread_numbers); i++) {
        const struct number *n = &thread_numbers[i];
        double *field = (double *)(void *)((char *)out + n->offset);

        fold(field, number_at(thread, n->path, n->most), n->fold);
    }
}

/* ---- The document ------------------------------------------------------------------ */

static void set_unknown(struct sample *out, size_t offset)
{
    *(double *)(void *)((char *)out + offset) = NAN;
}

void sample_clear(struct sample *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < COUNT(unknown_at_first); i++)
        set_unknown(out, unknown_at_first[i]);
    for (size_t i = 0; i < COUNT(process_numbers); i++)
        set_unknown(out, process_numbers[i].offset);
    for (size_t i = 0; i < COUNT(thread_numbers); i++)
        set_unknown(out, thread_numbers[i].offset);
}

static void read_document(const json_t *state, struct sample *out)
{
    const json_t *threads = json_object_get(state, "threads");
    char *base = (char *)out;

    sample_clear(out);
    for (size_t i = 0; i < COUNT(texts); i++)
        text_at(state, texts[i].path, base + texts[i].offset, texts[i].room);
    for (size_t i = 0; i < COUNT(process_numbers); i++) {
        const struct number *n = &process_numbers[i];

        *(double *)(void *)(base + n->offset) = number_at(state, n->path, n->most);
    }
    out->captured_unix_s = time_at(state, "captured.at");
    if (json_is_array(threads))
        out->threads = (double)json_array_size(threads);
    for (size_t i = 0; i < json_array_size(threads); i++)
        read_thread(json_array_get(threads, i), out);
}

enum cause sample_read(const char *text, size_t len, struct sample *out)
{
    json_error_t error;
    json_t *state;
    double schema;

    if (!jsonscan_is_modest(text, len))
        return CAUSE_TOO_BIG;
    state = json_loadb(text, len, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &error);
    if (state == NULL)
        return json_error_code(&error) == json_error_premature_end_of_input ? CAUSE_TRUNCATED
                                                                            : CAUSE_BAD_JSON;
    schema = number_at(state, "porthole.schema", MOST_COUNT);
    if (schema >= PORTHOLE_SCHEMA)
        read_document(state, out);
    json_decref(state);
    return schema >= PORTHOLE_SCHEMA ? CAUSE_NONE : CAUSE_NOT_PORTHOLE;
}
