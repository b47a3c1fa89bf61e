/* SPDX-License-Identifier: MIT */
/*
 * promrows: a process is known by its job and instance. The samples of a scrape share their
 * moment, so what Prometheus says of `up` is when the document was frozen.
 */
#include "promrows.h"

#include "instant.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_S 60
#define MOST_UNIX_S 1e11
#define MOST_RATE 1e15
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct promrow {
    struct fleet_row row;
    struct labels labels;
    char *key;             /* job NUL instance */
    size_t key_len;
    size_t job_len;
    bool is_plain;         /* the key holds no '\\': in JSON it reads the same */
    char *name;
    struct sample next;    /* of this round */
    double scrape_ms;
    double slopes, slopes_confirmed;
    bool listed, up;
    enum cause said;
};

/* ---- Texts ------------------------------------------------------------------------------ */

/* Cut in front of a character; NUL ends it. */
static void copy_text(char *out, size_t room, struct slice text)
{
    size_t len = text.len < room - 1 ? text.len : room - 1;

    while (len < text.len && len > 0 && ((unsigned char)text.text[len] & 0xC0u) == 0x80)
        len--;
    if (len > 0)
        memcpy(out, text.text, len);
    out[len] = '\0';
}

static void copy_label(struct promrows *rows, const struct promql_series *series,
                       const char *label, char *out, size_t room)
{
    struct jsonspan value = promql_label(series, label);

    if (value.len == 0)
        return;
    copy_text(out, room, jsonspan_slice(value, &rows->scratch));
}

/* ---- Finding ---------------------------------------------------------------------------- */

static void add_label(struct promrows *rows, const struct promql_series *series,
                      const char *label)
{
    struct jsonspan value = promql_label(series, label);
    struct slice text;

    if (value.len == 0)
        return;
    text = jsonspan_slice(value, &rows->scratch);
    buf_add(&rows->key, text.text, text.len);
}

static struct slice key_of(struct promrows *rows, const struct promql_series *series)
{
    buf_clear(&rows->key);
    add_label(rows, series, "job");
    buf_add(&rows->key, "", 1);
    add_label(rows, series, "instance");
    return (struct slice){ rows->key.data, rows->key.len };
}

static bool holds(const char *text, size_t len, struct jsonspan string)
{
    return string.len == len + 2 && memcmp(string.text + 1, text, len) == 0;
}

/* Servers name the instances in the same order in all answers, most of the time: then the next
 * one is found by a look at it, and no key is put together. */
static struct promrow *find(struct promrows *rows, const struct promql_series *series)
{
    struct promrow *next = rows->hint < rows->count ? rows->entries[rows->hint] : NULL;
    uint32_t at = (uint32_t)rows->hint;

    if (next == NULL || !next->is_plain ||
        !holds(next->key, next->job_len, promql_label(series, "job")) ||
        !holds(next->key + next->job_len + 1, next->key_len - next->job_len - 1,
               promql_label(series, "instance")))
        at = names_find(&rows->keys, key_of(rows, series));
    if (at == NAMES_NONE)
        return NULL;
    rows->hint = (size_t)at + 1 < rows->count ? (size_t)at + 1 : 0;
    return rows->entries[at];
}

/* "host:port", or "job/host:port" where another job has it too. */
static char *name_of(struct promrows *rows, struct slice key)
{
    size_t job = strnlen(key.text, key.len);
    struct slice instance = { key.text + job + 1, key.len - job - 1 };
    struct buf name = { 0 };
    char *text;

    if (instance.len == 0 || names_find(&rows->shown, instance) != NAMES_NONE) {
        buf_add(&name, key.text, job);
        buf_puts(&name, "/");
    }
    buf_add(&name, instance.text, instance.len);
    text = mem_text(buf_text(&name), name.len);
    buf_fini(&name);
    return text;
}

static struct promrow *new_row(struct promrows *rows, struct slice key)
{
    struct promrow *entry;

    if (rows->count == PROMROWS_MOST) {
        rows->left_out++;
        return NULL;
    }
    if (rows->count == rows->room) {
        rows->room = rows->room > 0 ? 2 * rows->room : 64;
        rows->entries = mem_resize(rows->entries, rows->room, sizeof(struct promrow *));
        rows->rows = mem_resize(rows->rows, rows->room, sizeof(struct fleet_row *));
    }
    entry = mem_new(1, sizeof *entry);
    entry->key = mem_text(key.text, key.len);
    entry->key_len = key.len;
    entry->job_len = strlen(entry->key);
    entry->is_plain = memchr(key.text, '\\', key.len) == NULL;
    entry->name = name_of(rows, key);
    fleet_init(&entry->row, entry->name);
    entry->row.labels = &entry->labels;
    entry->scrape_ms = NAN;
    sample_clear(&entry->next);
    names_add(&rows->keys, (struct slice){ entry->key, key.len });
    names_add(&rows->shown, slice_of(entry->name));
    rows->entries[rows->count] = entry;
    rows->rows[rows->count++] = &entry->row;
    return entry;
}

/* ---- What series tell ------------------------------------------------------------------- */

static void read_labels(struct promrows *rows, struct promrow *entry,
                        const struct promql_series *series)
{
    char name[LABELS_NAME_BYTES], value[LABELS_VALUE_BYTES];

    labels_fini(&entry->labels);
    for (size_t i = 0; i < series->label_count; i++) {
        const struct promql_label *label = &series->labels[i];

        copy_text(name, sizeof name, jsonspan_slice(label->name, &rows->scratch));
        copy_text(value, sizeof value, jsonspan_slice(label->value, &rows->scratch));
        if (strcmp(name, "__name__") != 0)
            labels_set(&entry->labels, name, value);
    }
}

static void take_names(struct promrows *rows, struct sample *s,
                       const struct promql_series *series)
{
    const struct {
        const char *label;
        char *text;
        size_t room;
    } names[] = {
        { "service", s->service, sizeof s->service },
        { "component", s->component, sizeof s->component },
        { "version", s->version, sizeof s->version },
        { "ident", s->ident, sizeof s->ident },
        { "host", s->host, sizeof s->host },
        { "node", s->node, sizeof s->node },
    };

    for (size_t i = 0; i < COUNT(names); i++)
        copy_label(rows, series, names[i].label, names[i].text, names[i].room);
}

/* What the target's labels say, until the process itself does. */
static void take_up(struct promrows *rows, struct promrow *entry,
                    const struct promql_series *series)
{
    entry->listed = true;
    entry->up = series->value == 1;
    read_labels(rows, entry, series);
    copy_label(rows, series, "job", entry->next.service, sizeof entry->next.service);
    take_names(rows, &entry->next, series);
}

static void take_start(struct sample *s, const struct promql_series *series)
{
    if (!(series->value > 0 && series->value < MOST_UNIX_S))
        return;
    instant_text(s->started, series->value, "%Y-%m-%dT%H:%M:%SZ");
    if (series->at_s >= series->value)
        s->v[VITAL_UPTIME] = series->at_s - series->value;
}

static int rank(const char *grade)
{
    static const char *const grades[] = { "suspect", "confirmed", "urgent" };

    for (size_t i = 0; i < COUNT(grades); i++) {
        if (strcmp(grade, grades[i]) == 0)
            return (int)i + 1;
    }
    return 0;
}

static void take_slope(struct promrows *rows, struct promrow *entry,
                       const struct promql_series *series)
{
    struct sample_suspect one = { .slope_per_h = series->value };
    struct sample_suspect *worst = &entry->next.suspect;

    copy_label(rows, series, "grade", one.grade, sizeof one.grade);
    copy_label(rows, series, "class", one.class_of, sizeof one.class_of);
    copy_label(rows, series, "series", one.series, sizeof one.series);
    if (rank(one.grade) == 0)
        return;
    entry->slopes++;
    entry->slopes_confirmed += rank(one.grade) > 1;
    if (!(one.slope_per_h >= 0 && one.slope_per_h <= MOST_RATE))
        one.slope_per_h = NAN;
    if (rank(one.grade) > rank(worst->grade))
        *worst = one;
}

static double within(double value, double most)
{
    return value >= 0 && value <= most ? value : NAN;
}

static void take(struct promrows *rows, struct promrow *entry, size_t part,
                 const struct promql_series *series)
{
    switch (part) {
    case PROMROWS_UP:
        take_up(rows, entry, series);
        break;
    case PROMROWS_WHEN:
        entry->next.captured_unix_s = within(series->value, MOST_UNIX_S);
        break;
    case PROMROWS_SCRAPE:
        entry->scrape_ms = within(series->value, 1e6) * 1000;
        break;
    case PROMROWS_START:
        take_start(&entry->next, series);
        break;
    case PROMROWS_INFO:
        take_names(rows, &entry->next, series);
        break;
    case PROMROWS_SUSPECTS:
        entry->next.suspects = within(series->value, 1e6);
        break;
    case PROMROWS_SLOPE:
        take_slope(rows, entry, series);
        break;
    default:
        part -= PROMROWS_PARTS;
        entry->next.v[part] = within(series->value, vitals[part].most);
        break;
    }
}

void promrows_take(struct promrows *rows, size_t part, const struct promql_series *series)
{
    struct promrow *entry = find(rows, series);

    if (entry == NULL && part == PROMROWS_UP)
        entry = new_row(rows, key_of(rows, series));
    if (entry != NULL && (entry->listed || part == PROMROWS_UP))
        take(rows, entry, part, series);
}

/* ---- Rounds ----------------------------------------------------------------------------- */

void promrows_begin(struct promrows *rows)
{
    rows->left_out = 0;
    rows->hint = 0;
    for (size_t i = 0; i < rows->count; i++) {
        rows->entries[i]->listed = rows->entries[i]->up = false;
        rows->entries[i]->scrape_ms = NAN;
        rows->entries[i]->slopes = rows->entries[i]->slopes_confirmed = 0;
        sample_clear(&rows->entries[i]->next);
    }
}

static void free_row(struct promrow *entry)
{
    labels_fini(&entry->labels);
    free(entry->key);
    free(entry->name);
    free(entry);
}

static void complete(struct promrow *entry)
{
    struct sample *s = &entry->next;
    const struct sample *before = &entry->row.last;

    if (!isnan(s->suspects)) {
        s->suspects = fmax(s->suspects, entry->slopes);
        s->suspects_confirmed = entry->slopes_confirmed;
    }
    if (s->v[VITAL_BLOCKED] > 0)
        s->loop = SAMPLE_LOOP_BLOCKED;
    /* that it is missing once is no restart */
    if (entry->row.known && s->started[0] == '\0')
        memcpy(s->started, before->started, sizeof s->started);
}

static bool is_gone(const struct promrow *entry, double now_s)
{
    return !entry->listed && (!entry->row.known || now_s - entry->row.last_s > PATIENCE_S);
}

/* Names cannot be taken out of a set: it is made anew. */
static void forget_gone(struct promrows *rows, double now_s)
{
    size_t kept = 0, before = rows->count;

    for (size_t i = 0; i < before; i++) {
        if (is_gone(rows->entries[i], now_s))
            free_row(rows->entries[i]);
        else
            rows->entries[kept++] = rows->entries[i];
    }
    if (kept == before)
        return;
    names_fini(&rows->keys);
    names_fini(&rows->shown);
    rows->count = kept;
    for (size_t i = 0; i < kept; i++) {
        struct promrow *entry = rows->entries[i];

        rows->rows[i] = &entry->row;
        names_add(&rows->keys, (struct slice){ entry->key, entry->key_len });
        names_add(&rows->shown, slice_of(entry->name));
    }
}

void promrows_end(struct promrows *rows, double now_s)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct promrow *entry = rows->entries[i];

        if (!entry->listed) {
            fleet_failed(&entry->row, CAUSE_NO_PROCESS, 0);
        } else if (!entry->up) {
            fleet_failed(&entry->row, CAUSE_UNREACHABLE, 0);
        } else {
            complete(entry);
            fleet_answered(&entry->row, &entry->next, entry->scrape_ms, now_s);
        }
    }
    forget_gone(rows, now_s);
}

void promrows_fail(struct promrows *rows, enum cause cause, int status)
{
    for (size_t i = 0; i < rows->count; i++)
        fleet_failed(&rows->entries[i]->row, cause, status);
}

bool promrows_is_news(struct promrows *rows, size_t index)
{
    struct promrow *entry = rows->entries[index];
    bool news = entry->said != entry->row.cause;

    entry->said = entry->row.cause;
    return news;
}

void promrows_fini(struct promrows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free_row(rows->entries[i]);
    free(rows->entries);
    free(rows->rows);
    names_fini(&rows->keys);
    names_fini(&rows->shown);
    buf_fini(&rows->key);
    buf_fini(&rows->scratch);
    *rows = (struct promrows){ 0 };
}
