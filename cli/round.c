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

#include <stdlib.h>
#include <string.h>

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
    free(round->rows);
    *round = (struct round){ 0 };
}

/* ---- Targets ----------------------------------------------------------------------- */

static struct round_entry *new_entry(const struct round *round, const struct target *target)
{
    struct round_entry *entry = mem_new(1, sizeof *entry);

    entry->target = *target;
    entry->job.origin = target->origin;
    entry->job.socket = target->socket;
    entry->job.path = target->path[0] != '\0' ? target->path : round->path;
    entry->listed = true;
    fleet_init(&entry->row, target->name);
    entry->row.labels = &entry->target.labels;
    return entry;
}

static struct round_entry *find_entry(const struct round *round, const char *name)
{
    for (size_t i = 0; i < round->count; i++) {
        if (!round->entries[i]->listed && strcmp(round->entries[i]->target.name, name) == 0)
            return round->entries[i];
    }
    return NULL;
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

void round_set_targets(struct round *round, struct target_list *list, double patience_s)
{
    size_t old = round->count, added = 0;

    for (size_t i = 0; i < old; i++)
        round->entries[i]->listed = false;
    round->entries = mem_resize(round->entries, old + list->count, sizeof *round->entries);
    for (size_t i = 0; i < list->count; i++) {
        /* a first list is never searched: its duplicates are meant */
        struct round_entry *known = old > 0 ? find_entry(round, list->items[i].name) : NULL;

        if (known == NULL) {
            round->entries[old + added++] = new_entry(round, &list->items[i]);
            continue;
        }
        known->listed = true;
        target_free(&list->items[i]);
    }
    round->count = old + added;
    forget_unlisted(round, patience_s);
    round->jobs = mem_resize(round->jobs, round->count, sizeof(struct poll_job *));
    round->rows = mem_resize(round->rows, round->count, sizeof(struct fleet_row *));
    for (size_t i = 0; i < round->count; i++) {
        round->jobs[i] = &round->entries[i]->job;
        round->rows[i] = &round->entries[i]->row;
    }
    free(list->items);
    *list = (struct target_list){ 0 };
}

/* ---- A round ----------------------------------------------------------------------- */

void round_begin(struct round *round)
{
    round->finished = false;
    poll_begin(round->poll, round->jobs, round->count);
}

size_t round_step(struct round *round, int wait_ms, int fd)
{
    return poll_step(round->poll, wait_ms, fd);
}

static void read_answer(struct round_entry *entry, double now_s)
{
    struct poll_job *job = &entry->job;
    struct sample sample;

    if (job->cause == CAUSE_NONE)
        job->cause = sample_read(buf_text(&job->body), job->body.len, &sample);
    /* a page of HTML is no broken JSON, it is another server */
    if ((job->cause == CAUSE_BAD_JSON || job->cause == CAUSE_TRUNCATED) && job->status == 200 &&
        !job->is_porthole && !job->is_json)
        job->cause = CAUSE_NOT_PORTHOLE;
    if (job->cause == CAUSE_NONE)
        fleet_answered(&entry->row, &sample, job->ms, now_s);
    else
        fleet_failed(&entry->row, job->cause, job->status);
}

void round_finish(struct round *round)
{
    double now_s = clock_now_s();

    for (size_t i = 0; i < round->count; i++)
        read_answer(round->entries[i], now_s);
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
        good += round->entries[i]->job.cause == CAUSE_NONE;
    if (good == 0)
        return EXITCODE_NONE;
    return good == round->count ? EXITCODE_FINE : EXITCODE_SOME;
}
