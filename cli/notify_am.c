/* SPDX-License-Identifier: MIT */
/*
 * notify_am: an array of alerts, found by a hash of their labels' JSON. While a batch is under
 * way the array may grow and alerts may change; those that changed do not count as told.
 */
#include "notify_am.h"

#include "buf.h"
#include "mem.h"
#include "notify_json.h"
#include "notify_post.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API "/api/v2/alerts"
#define ROUNDS_AHEAD 4

struct entry {
    uint64_t hash;
    char *labels;           /* JSON */
    char *more;             /* JSON members: annotations, generatorURL */
    size_t bytes;
    double starts_s;
    double ends_s;          /* NaN: it fires */
    double forget_s;        /* when a resolution nobody takes is given up */
    double due_s;
    unsigned told;          /* how often this state has been taken */
    bool under_way;
};

struct notify_am {
    struct notify_post *post;
    struct entry *entries;
    size_t count, room, bytes;
    double resend_s;
    double pause_until_s;
    unsigned failures;      /* in a row */
    size_t lost;
    struct buf batch;       /* what is under way */
};

struct notify_am *notify_am_new(const char *url, double resend_s, double timeout_ms)
{
    struct notify_am *am = mem_new(1, sizeof *am);

    am->post = notify_post_new(url, API, timeout_ms);
    am->resend_s = resend_s;
    return am;
}

static void drop_texts(struct notify_am *am, struct entry *entry)
{
    am->bytes -= entry->bytes;
    free(entry->labels);
    free(entry->more);
}

void notify_am_free(struct notify_am *am)
{
    if (am == NULL)
        return;
    notify_post_free(am->post);
    for (size_t i = 0; i < am->count; i++)
        drop_texts(am, &am->entries[i]);
    free(am->entries);
    buf_fini(&am->batch);
    free(am);
}

/* ---- The table --------------------------------------------------------------------- */

/* FNV-1a */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static struct entry *find(const struct notify_am *am, const char *labels, uint64_t hash)
{
    for (size_t i = 0; i < am->count; i++) {
        struct entry *entry = &am->entries[i];

        if (entry->hash == hash && strcmp(entry->labels, labels) == 0)
            return entry;
    }
    return NULL;
}

/* The entry of these labels, new if need be; NULL: no room. */
static struct entry *find_or_add(struct notify_am *am, const struct buf *labels)
{
    uint64_t hash = hash_of(buf_text(labels));
    struct entry *entry = find(am, buf_text(labels), hash);

    if (entry != NULL)
        return entry;
    if (am->count >= NOTIFY_AM_MOST || am->bytes + labels->len > NOTIFY_AM_BYTES)
        return NULL;
    if (am->count == am->room) {
        am->room = am->room > 0 ? 2 * am->room : 16;
        am->entries = mem_resize(am->entries, am->room, sizeof *am->entries);
    }
    entry = &am->entries[am->count++];
    *entry = (struct entry){ .hash = hash, .starts_s = NAN, .ends_s = NAN };
    entry->labels = mem_text(buf_text(labels), labels->len);
    entry->bytes = labels->len;
    am->bytes += labels->len;
    return entry;
}

static void set_more(struct notify_am *am, struct entry *entry, const struct alert *alert)
{
    size_t old = entry->more != NULL ? strlen(entry->more) : 0;
    struct buf more = { 0 };

    notify_json_annotations(&more, alert);
    free(entry->more);
    entry->more = mem_text(buf_text(&more), more.len);
    entry->bytes += more.len - old;
    am->bytes += more.len - old;
    buf_fini(&more);
}

/* The entry's state; a repetition of what it is already changes nothing. */
static void set_state(struct entry *entry, const struct alert *alert, double now_unix_s)
{
    bool resolved = alert->state == ALERT_RESOLVED;
    bool known = !isnan(entry->starts_s), was_resolved = !isnan(entry->ends_s);

    if (known && resolved == was_resolved)
        return;
    if (!known || was_resolved)
        entry->starts_s = isfinite(alert->fired_unix_s) ? alert->fired_unix_s : now_unix_s;
    entry->ends_s = NAN;
    if (resolved)
        entry->ends_s = isfinite(alert->ended_unix_s) ? alert->ended_unix_s : now_unix_s;
    if (entry->ends_s < entry->starts_s)
        entry->ends_s = entry->starts_s; /* anything else it would refuse */
    entry->forget_s = now_unix_s + NOTIFY_AM_RETAIN_S;
    entry->due_s = 0;
    entry->told = 0;
    entry->under_way = false;
}

bool notify_am_tell(struct notify_am *am, const struct alert *alert, double now_unix_s)
{
    struct buf labels = { 0 };
    struct entry *entry;

    notify_json_labels(&labels, &alert->labels);
    entry = find_or_add(am, &labels);
    buf_fini(&labels);
    if (entry == NULL)
        return false;
    set_more(am, entry, alert);
    set_state(entry, alert, now_unix_s);
    return true;
}

/* ---- Batches ----------------------------------------------------------------------- */

/* Also if the clock was set back. */
static bool is_due(double due_s, double now_unix_s, double longest_s)
{
    return due_s <= now_unix_s || due_s - now_unix_s > longest_s;
}

static void add_to_batch(struct notify_am *am, const struct entry *entry, double now_unix_s)
{
    bool fires = isnan(entry->ends_s);
    double ahead_s = ROUNDS_AHEAD * am->resend_s;

    buf_puts(&am->batch, am->batch.len > 0 ? ",{\"labels\":" : "[{\"labels\":");
    buf_puts(&am->batch, entry->labels);
    buf_puts(&am->batch, ",");
    buf_puts(&am->batch, entry->more);
    buf_puts(&am->batch, ",\"startsAt\":");
    notify_json_moment(&am->batch, entry->starts_s);
    buf_puts(&am->batch, ",\"endsAt\":");
    notify_json_moment(&am->batch, fires ? now_unix_s + ahead_s : entry->ends_s);
    buf_puts(&am->batch, "}");
}

static bool begin_batch(struct notify_am *am, double now_unix_s)
{
    size_t n = 0;

    buf_clear(&am->batch);
    for (size_t i = 0; i < am->count && n < NOTIFY_AM_BATCH; i++) {
        struct entry *entry = &am->entries[i];

        if (!is_due(entry->due_s, now_unix_s, am->resend_s))
            continue;
        add_to_batch(am, entry, now_unix_s);
        entry->under_way = true;
        n++;
    }
    if (n == 0)
        return false;
    buf_puts(&am->batch, "]");
    notify_post_start(am->post, buf_text(&am->batch), am->batch.len);
    return true;
}

/* One that was refused waits for the next round like one that was taken: its batch may have
 * been refused because of another, and what is good in a batch is taken all the same. */
static void end_batch(struct notify_am *am, enum notify_post_outcome outcome, double now_unix_s)
{
    bool later = outcome == NOTIFY_POST_LATER;
    double pause_s;

    for (size_t i = 0; i < am->count; i++) {
        struct entry *entry = &am->entries[i];

        if (entry->under_way && !later) {
            entry->told++;
            entry->due_s = now_unix_s + am->resend_s;
        }
        entry->under_way = false;
    }
    am->failures = later ? am->failures + 1 : 0;
    pause_s = later ? notify_post_pause_s(am->post, am->failures) : 0;
    am->pause_until_s = now_unix_s + (pause_s < am->resend_s ? pause_s : am->resend_s);
}

static void forget_resolved(struct notify_am *am, double now_unix_s)
{
    size_t kept = 0;

    for (size_t i = 0; i < am->count; i++) {
        struct entry *entry = &am->entries[i];
        bool over = !isnan(entry->ends_s) &&
                    (entry->told >= NOTIFY_AM_GOODBYES || now_unix_s > entry->forget_s);

        if (over) {
            am->lost += entry->told == 0;
            drop_texts(am, entry);
        } else {
            am->entries[kept++] = *entry;
        }
    }
    am->count = kept;
}

bool notify_am_step(struct notify_am *am, double now_unix_s)
{
    enum notify_post_outcome outcome = notify_post_step(am->post);

    if (outcome == NOTIFY_POST_BUSY)
        return true;
    if (outcome != NOTIFY_POST_IDLE) {
        end_batch(am, outcome, now_unix_s);
        forget_resolved(am, now_unix_s);
    }
    return is_due(am->pause_until_s, now_unix_s, am->resend_s) && begin_batch(am, now_unix_s);
}

void notify_am_wait(struct notify_am *am, int wait_ms)
{
    notify_post_wait(am->post, wait_ms);
}

void notify_am_hurry(struct notify_am *am)
{
    am->pause_until_s = 0;
}

size_t notify_am_untold(const struct notify_am *am)
{
    size_t n = 0;

    for (size_t i = 0; i < am->count; i++)
        n += am->entries[i].told == 0;
    return n;
}

size_t notify_am_lost(struct notify_am *am)
{
    size_t lost = am->lost;

    am->lost = 0;
    return lost;
}
