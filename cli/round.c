/* SPDX-License-Identifier: MIT */
/*
 * round: drives poll -> sample -> fleet for a set of targets.
 */
#include "round.h"

#include "clock.h"
#include "exitcode.h"
#include "mem.h"
#include "sample.h"
#include "say.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ASLEEP_S 60.0

/* However short the rounds, nobody is late before. */
#define PATIENCE_S 1.0

void round_init(struct round *round, struct poll *poll, const char *path)
{
    *round = (struct round){ .poll = poll, .path = path, .finished = true };
}

static void free_entry(struct round *round, struct round_entry *entry)
{
    poll_drop(round->poll, &entry->job);
    target_free(&entry->target);
    free(entry);
}

void round_fini(struct round *round)
{
    for (size_t i = 0; i < round->count; i++)
        free_entry(round, round->entries[i]);
    poll_free(round->poll);
    free(round->entries);
    free(round->jobs);
    free(round->due);
    free(round->rows);
    *round = (struct round){ 0 };
}

/* ---- Targets ----------------------------------------------------------------------- */

/* What points into the target. */
static void aim(const struct round *round, struct round_entry *entry)
{
    const struct target *target = &entry->target;

    entry->job.origin = target->origin;
    entry->job.socket = target->socket;
    entry->job.path = target->path[0] != '\0' ? target->path : round->path;
    entry->row.name = target->name;
    entry->row.labels = &target->labels;
    entry->listed = true;
}

static struct round_entry *new_entry(const struct round *round, const struct target *target)
{
    struct round_entry *entry = mem_new(1, sizeof *entry);

    entry->target = *target;
    fleet_init(&entry->row, target->name);
    aim(round, entry);
    return entry;
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The target has a new place, or new labels; what is known about it stays. What it is asked at
 * the old place is given up. */
static void renew_entry(const struct round *round, struct round_entry *entry,
                        struct target *target)
{
    struct target old = entry->target;

    if (entry->late &&
        !(is_same(old.origin, target->origin) && is_same(old.socket, target->socket))) {
        poll_drop(round->poll, &entry->job);
        entry->late = false;
    }
    entry->target = *target;
    aim(round, entry);
    target_free(&old);
}

/* ---- Names: chains by hash, for 10,000 targets may be listed anew before each round ---- */

struct names {
    struct round_entry **chains;
    size_t mask;
};

static size_t hash(const char *name)
{
    size_t sum = 14695981039346656037u; /* FNV-1a */

    for (; *name != '\0'; name++)
        sum = (sum ^ (unsigned char)*name) * 1099511628211u;
    return sum ^ sum >> 32;
}

static void index_names(const struct round *round, struct names *names)
{
    size_t room = 1;

    while (room < round->count)
        room *= 2;
    names->mask = room - 1;
    names->chains = mem_new(room, sizeof(struct round_entry *));
    for (size_t i = round->count; i-- > 0;) {
        struct round_entry **chain =
            &names->chains[hash(round->entries[i]->target.name) & names->mask];

        round->entries[i]->next = *chain;
        *chain = round->entries[i];
    }
}

/* Each is found once: of two targets with one name the second finds the second. */
static struct round_entry *take_entry(const struct names *names, const char *name)
{
    struct round_entry **at = &names->chains[hash(name) & names->mask], *found;

    while (*at != NULL && strcmp((*at)->target.name, name) != 0)
        at = &(*at)->next;
    found = *at;
    if (found != NULL)
        *at = found->next;
    return found;
}

static void forget_unlisted(struct round *round, double patience_s)
{
    double now_s = clock_now_s();
    size_t kept = 0;

    for (size_t i = 0; i < round->count; i++) {
        struct round_entry *entry = round->entries[i];

        if (!entry->listed && (!entry->row.known || now_s - entry->row.last_s > patience_s))
            free_entry(round, entry);
        else
            round->entries[kept++] = entry;
    }
    round->count = kept;
}

static void list_parts(struct round *round)
{
    round->jobs = mem_resize(round->jobs, round->count, sizeof(struct poll_job *));
    round->due = mem_resize(round->due, round->count, sizeof(struct poll_job *));
    round->rows = mem_resize(round->rows, round->count, sizeof(struct fleet_row *));
    for (size_t i = 0; i < round->count; i++) {
        round->jobs[i] = &round->entries[i]->job;
        round->rows[i] = &round->entries[i]->row;
    }
}

void round_set_targets(struct round *round, struct target_list *list, double patience_s)
{
    size_t old = round->count, added = 0;
    struct names names;

    index_names(round, &names);
    for (size_t i = 0; i < old; i++)
        round->entries[i]->listed = false;
    round->entries = mem_resize(round->entries, old + list->count, sizeof *round->entries);
    for (size_t i = 0; i < list->count; i++) {
        struct round_entry *known = take_entry(&names, list->items[i].name);

        if (known != NULL)
            renew_entry(round, known, &list->items[i]);
        else
            round->entries[old + added++] = new_entry(round, &list->items[i]);
    }
    free(names.chains);
    round->count = old + added;
    forget_unlisted(round, patience_s);
    list_parts(round);
    free(list->items);
    *list = (struct target_list){ 0 };
}

/* ---- A round ----------------------------------------------------------------------- */

/* 1, 2, 4 .. 60 s from the beginning of the round; a little less, so that a round that begins
 * after just so long is not missed. */
static void sleep_on(const struct round *round, struct round_entry *entry)
{
    double seconds = entry->failures < 6 ? (double)(1u << entry->failures) : MOST_ASLEEP_S;

    entry->failures++;
    entry->asleep_until_s = round->began_s + seconds * 0.95;
}

static enum cause read_body(const struct round *round, struct round_entry *entry,
                            struct sample *sample)
{
    const struct buf *body = &entry->job.body;
    struct doc *state = NULL;
    enum cause cause;

    if (round->seen == NULL)
        return sample_read(buf_text(body), body->len, sample);
    cause = doc_read(buf_text(body), body->len, &state);
    if (cause == CAUSE_NONE)
        cause = sample_of(state, sample);
    if (cause == CAUSE_NONE)
        round->seen(round->user, entry, state);
    doc_free(state);
    return cause;
}

static void read_answer(const struct round *round, struct round_entry *entry, double now_s)
{
    struct poll_job *job = &entry->job;
    struct sample sample;

    entry->late = false;
    if (job->cause == CAUSE_NONE)
        job->cause = read_body(round, entry, &sample);
    /* a page of HTML is no broken JSON, it is another server */
    if ((job->cause == CAUSE_BAD_JSON || job->cause == CAUSE_TRUNCATED) && job->status == 200 &&
        !job->is_porthole && !job->is_json)
        job->cause = CAUSE_NOT_PORTHOLE;
    if (job->cause == CAUSE_NONE) {
        fleet_answered(&entry->row, &sample, job->ms, now_s);
        entry->failures = 0;
        entry->asleep_until_s = 0;
    } else {
        fleet_failed(&entry->row, job->cause, job->status);
        sleep_on(round, entry);
    }
}

static void read_at_once(void *user, struct poll_job *job)
{
    struct round_entry *entry =
        (struct round_entry *)(void *)((char *)job - offsetof(struct round_entry, job));

    read_answer(user, entry, clock_now_s());
    buf_fini(&job->body);
}

void round_begin(struct round *round)
{
    size_t due = 0;

    round->finished = false;
    round->began_s = clock_now_s();
    for (size_t i = 0; i < round->count; i++) {
        const struct round_entry *entry = round->entries[i];

        if (!entry->late && (!round->back_off || round->began_s >= entry->asleep_until_s))
            round->due[due++] = round->jobs[i];
    }
    poll_watch(round->poll, round->at_once ? read_at_once : NULL, round);
    poll_spread(round->poll, round->spread_ms);
    poll_begin(round->poll, round->due, due);
}

/* When the round ends without those who have not answered; NaN: not to be said yet, or never */
static double end_s(const struct round *round)
{
    double patient_s;

    if (round->finished || round->due_s == 0)
        return NAN;
    patient_s = poll_asked_s(round->poll) + PATIENCE_S;
    return patient_s <= round->due_s ? round->due_s : patient_s;
}

size_t round_step(struct round *round, int wait_ms, int fd)
{
    double left_ms = ceil((end_s(round) - clock_now_s()) * 1000);
    size_t left;

    if (left_ms < wait_ms)
        wait_ms = left_ms > 0 ? (int)left_ms : 0;
    left = poll_step(round->poll, wait_ms, fd);
    if (left == 0 && !round->finished && round->due_s == 0)
        return round_is_waiting(round); /* for those who are late since an earlier round */
    return clock_now_s() >= end_s(round) ? 0 : left;
}

bool round_is_waiting(const struct round *round)
{
    return poll_is_busy(round->poll);
}

void round_finish(struct round *round)
{
    double now_s = clock_now_s();

    for (size_t i = 0; i < round->count; i++) {
        struct round_entry *entry = round->entries[i];

        if (entry->job.running != NULL) {
            entry->late = true;
            fleet_waits(&entry->row);
        } else if (!round->at_once) {
            read_answer(round, entry, now_s);
        }
    }
    round->finished = true;
}

void round_run(struct round *round)
{
    round_begin(round);
    while (round_step(round, 1000, -1) > 0)
        continue;
    round_finish(round);
}

void round_say_failures(struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        struct round_entry *entry = round->entries[i];
        char word[CAUSE_BYTES];

        if (entry->late)
            continue;
        if (entry->job.cause != CAUSE_NONE && entry->job.cause != entry->said) {
            cause_word(word, entry->job.cause, entry->job.status);
            say_error("cannot reach '%s': %s", entry->target.name, word);
        }
        entry->said = entry->job.cause;
    }
}

int round_exitcode(const struct round *round)
{
    size_t good = 0;

    for (size_t i = 0; i < round->count; i++)
        good += !round->entries[i]->late && round->entries[i]->job.cause == CAUSE_NONE;
    if (good == 0)
        return EXITCODE_NONE;
    return good == round->count ? EXITCODE_FINE : EXITCODE_SOME;
}
