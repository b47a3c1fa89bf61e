/* SPDX-License-Identifier: MIT */
/*
 * suspectask: an agent without /suspects may have the same list in its /state; the reader of
 * both is one.
 */
#include "suspectask.h"

#include "answer.h"
#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FALLBACK "/state?fields=porthole.schema,suspects"
#define WHO "/state?fields=porthole.schema,service"
#define NOT_FOUND 404

/* ---- More questions ------------------------------------------------------------------ */

void suspectask_more(struct suspectask *ask, struct suspectask_question *questions,
                     size_t count)
{
    struct poll_job **jobs = mem_new(count, sizeof *jobs);
    size_t asked = 0;

    for (size_t i = 0; i < count; i++) {
        struct suspectask_question *q = &questions[i];
        const struct round_entry *entry = ask->targets[q->target].entry;

        q->job = (struct poll_job){ .origin = entry->job.origin,
                                    .socket = entry->job.socket,
                                    .path = buf_text(&q->path),
                                    .cause = CAUSE_INTERNAL };
        if (entry->target.path[0] == '\0')
            jobs[asked++] = &q->job;
    }
    if (asked > 0)
        poll_round(ask->session.round.poll, jobs, asked);
    free(jobs);
}

void suspectask_drop(struct suspectask *ask, struct suspectask_question *questions,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        poll_drop(ask->session.round.poll, &questions[i].job);
        buf_fini(&questions[i].path);
    }
}

/* ---- The list ------------------------------------------------------------------------ */

/* The answer of the fallback takes the place of "not found". */
static void take_fallback(struct round_entry *entry, struct poll_job *job)
{
    struct buf body = entry->job.body;

    if (job->cause != CAUSE_NONE || !job->is_porthole)
        return;
    entry->job.body = job->body;
    job->body = body;
    entry->job.cause = CAUSE_NONE;
    entry->job.status = job->status;
}

static void ask_fallback(struct suspectask *ask)
{
    struct suspectask_question *questions = mem_new(ask->count, sizeof *questions);
    size_t count = 0;

    for (size_t i = 0; i < ask->count; i++) {
        const struct poll_job *job = &ask->targets[i].entry->job;

        if (job->cause != CAUSE_HTTP || job->status != NOT_FOUND || !job->is_porthole)
            continue;
        questions[count].target = i;
        buf_puts(&questions[count++].path, FALLBACK);
    }
    suspectask_more(ask, questions, count);
    for (size_t i = 0; i < count; i++)
        take_fallback(ask->targets[questions[i].target].entry, &questions[i].job);
    suspectask_drop(ask, questions, count);
    free(questions);
}

static void add_row(struct suspectask *ask, size_t target, const struct doc *verdict,
                    struct jsonspan span, double now_s)
{
    struct suspectask_row *row;

    if (ask->n_rows == SUSPECTASK_ROWS) {
        ask->cut = true;
        return;
    }
    if ((ask->n_rows & (ask->n_rows - 1)) == 0) /* room is the next power of two */
        ask->rows =
            mem_resize(ask->rows, ask->n_rows > 0 ? 2 * ask->n_rows : 1, sizeof *ask->rows);
    row = &ask->rows[ask->n_rows++];
    growth_read(&row->growth, verdict, now_s);
    row->growth.target = ask->targets[target].entry->target.name;
    row->growth.service = ask->targets[target].service;
    row->target = target;
    row->span = span;
}

static void read_rows(struct suspectask *ask, size_t target, double now_s)
{
    const struct suspectask_target *t = &ask->targets[target];
    const struct doc *list = doc_at(t->document, "suspects");
    const struct buf *body = &t->entry->job.body;
    struct jsonspan whole = { 0 }, key, span;
    struct jsonspan_walk walk;

    if (jsonspan_read(buf_text(body), body->len, &whole) != CAUSE_NONE)
        return;
    walk = jsonspan_begin(jsonspan_find(whole, "suspects"));
    for (size_t i = 0; i < doc_count(list) && jsonspan_next(&walk, &key, &span); i++) {
        if (doc_is_object(doc_item(list, i), ""))
            add_row(ask, target, doc_item(list, i), span, now_s);
    }
}

static void read_target(struct suspectask *ask, size_t i, double now_s)
{
    struct suspectask_target *t = &ask->targets[i];
    double total;

    t->document = answer_read(&t->entry->job);
    if (t->document != NULL && !doc_is_array(t->document, "suspects")) {
        doc_free(t->document);
        t->document = NULL;
        t->entry->job.cause = CAUSE_NOT_PORTHOLE;
    }
    if (t->document == NULL)
        return;
    ask->answered++;
    total = doc_number(t->document, "total", DOC_COUNT_MOST);
    t->judged = doc_number(t->document, "judged", DOC_COUNT_MOST);
    t->watched_s = doc_number(t->document, "watched_s", DOC_COUNT_MOST);
    t->cut = fmax(total - (double)doc_count(doc_at(t->document, "suspects")), 0);
    snprintf(t->service, sizeof t->service, "%s", doc_text(t->document, "service.name", NULL));
    read_rows(ask, i, now_s);
}

/* ---- Who they are -------------------------------------------------------------------- */

static void read_who(struct suspectask_target *t, struct poll_job *job)
{
    struct doc *document = answer_read(job);
    const char *name = doc_text(document, "service.name", NULL);

    if (name[0] != '\0')
        snprintf(t->service, sizeof t->service, "%s", name);
    doc_free(document);
}

/* Only if there is somebody to compare with. */
static void ask_who(struct suspectask *ask)
{
    struct suspectask_question *questions = mem_new(ask->count, sizeof *questions);
    size_t count = 0;

    for (size_t i = 0; ask->answered > 1 && ask->n_rows > 0 && i < ask->count; i++) {
        if (ask->targets[i].document == NULL || ask->targets[i].service[0] != '\0')
            continue;
        questions[count].target = i;
        buf_puts(&questions[count++].path, WHO);
    }
    suspectask_more(ask, questions, count);
    for (size_t i = 0; i < count; i++)
        read_who(&ask->targets[questions[i].target], &questions[i].job);
    suspectask_drop(ask, questions, count);
    free(questions);
}

/* ---- All ----------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct suspectask_row *x = a, *y = b;
    int order = growth_compare(&x->growth, &y->growth);

    if (order == 0)
        order = x->target < y->target ? -1 : x->target > y->target;
    return order != 0 ? order : strcmp(x->growth.series, y->growth.series);
}

int suspectask_open(struct suspectask *ask, const struct opts *opts, char *const *words,
                    int count)
{
    return session_open(&ask->session, opts, opts->all ? "/suspects?all" : "/suspects", words,
                        count);
}

static void clear(struct suspectask *ask)
{
    for (size_t i = 0; i < ask->count; i++)
        doc_free(ask->targets[i].document);
    free(ask->targets);
    free(ask->rows);
    ask->targets = NULL;
    ask->rows = NULL;
    ask->count = ask->answered = ask->n_rows = 0;
    ask->cut = false;
}

void suspectask_run(struct suspectask *ask)
{
    struct round *round = &ask->session.round;
    double now_s = (double)time(NULL);

    clear(ask);
    ask->count = round->count;
    ask->targets = mem_new(round->count, sizeof *ask->targets);
    for (size_t i = 0; i < round->count; i++)
        ask->targets[i].entry = round->entries[i];
    answer_run(round);
    ask_fallback(ask);
    for (size_t i = 0; i < ask->count; i++)
        read_target(ask, i, now_s);
    if (ask->n_rows > 0)
        qsort(ask->rows, ask->n_rows, sizeof *ask->rows, compare);
    ask_who(ask);
}

void suspectask_close(struct suspectask *ask)
{
    clear(ask);
    session_close(&ask->session);
}
