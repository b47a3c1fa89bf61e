/* SPDX-License-Identifier: MIT */
/*
 * kangask: answers are read while others are still under way, and merged in the order of the
 * targets when all are there: output must not depend on who was first.
 */
#include "kangask.h"

#include "answer.h"
#include "exitcode.h"
#include "mem.h"
#include "say.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void kangask_read(struct poll_job *job, const struct slice *wanted, struct kangsnap *snap)
{
    if (job->cause != CAUSE_NONE)
        return;
    job->cause = kangsnap_take(&job->body, wanted, snap);
    /* a page of HTML is no broken JSON, it is another server */
    if ((job->cause == CAUSE_BAD_JSON || job->cause == CAUSE_TRUNCATED) && !job->is_porthole &&
        !job->is_json)
        job->cause = CAUSE_NOT_PORTHOLE;
    buf_fini(&job->body);
}

/* Read what has come since the last time; `*first` is the first that may not be read yet. */
static void harvest(struct kangask *ask, const struct slice *wanted, size_t *first, bool *read)
{
    for (size_t i = *first; i < ask->count; i++) {
        struct poll_job *job = ask->session.round.jobs[i];

        if (!job->done || read[i])
            continue;
        if (job->cause == CAUSE_NONE && ask->kept + job->body.len > KANGASK_BYTES)
            job->cause = CAUSE_TOO_BIG;
        kangask_read(job, wanted, &ask->snaps[i]);
        ask->kept += ask->snaps[i].bytes;
        read[i] = true;
    }
    while (*first < ask->count && read[*first])
        ++*first;
}

static struct kangset_origin origin_of(const struct round_entry *entry, struct buf *name)
{
    buf_clear(name);
    if (entry->target.socket != NULL) {
        buf_puts(name, entry->target.name);
    } else {
        buf_puts(name, entry->target.origin);
        buf_puts(name, entry->job.path);
    }
    return (struct kangset_origin){ .name = { buf_text(name), name->len },
                                    .target = slice_of(entry->target.name) };
}

static void merge(struct kangask *ask)
{
    struct buf name = { 0 };

    for (size_t i = 0; i < ask->count; i++) {
        struct round_entry *entry = ask->session.round.entries[i];
        struct kangset_origin origin = origin_of(entry, &name);

        if (ask->snaps[i].text != NULL && !kangset_add(&ask->set, &ask->snaps[i], &origin))
            entry->job.cause = CAUSE_TOO_BIG;
    }
    buf_fini(&name);
}

int kangask_run(struct kangask *ask, const struct opts *opts, char *const *words, int count,
                const struct slice *wanted)
{
    struct round *round = &ask->session.round;
    size_t first = 0;
    bool *read;
    int code;

    *ask = (struct kangask){ 0 };
    code = session_open_kang(&ask->session, opts, KANGASK_PATH, words, count);
    if (code != EXITCODE_FINE)
        return code;
    ask->count = round->count;
    ask->snaps = mem_new(ask->count, sizeof *ask->snaps);
    read = mem_new(ask->count, sizeof *read);
    if (ask->count == 0)
        session_say_none(&ask->session);
    round_begin(round);
    while (round_step(round, 1000, -1) > 0)
        harvest(ask, wanted, &first, read);
    harvest(ask, wanted, &first, read);
    free(read);
    merge(ask);
    return EXITCODE_FINE;
}

int kangask_conclude(const struct kangask *ask)
{
    const struct round *round = &ask->session.round;

    for (size_t i = 0; i < ask->count; i++) {
        char age[UNITS_BYTES];

        if (ask->snaps[i].text == NULL || isnan(ask->snaps[i].stale_ms))
            continue;
        units_age(age, ask->snaps[i].stale_ms / 1000);
        say_error("'%s' does not answer now; its objects are a copy, %s old",
                  round->entries[i]->target.name, age);
    }
    answer_say_failures(round);
    return session_exitcode(&ask->session);
}

void kangask_end(struct kangask *ask)
{
    kangset_fini(&ask->set);
    for (size_t i = 0; i < ask->count; i++)
        kangsnap_fini(&ask->snaps[i]);
    free(ask->snaps);
    session_close(&ask->session);
    *ask = (struct kangask){ 0 };
}
