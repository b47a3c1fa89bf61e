/* SPDX-License-Identifier: MIT */
/*
 * objectask: who is an agent shows in its answer's headers, so an original kang server costs
 * one request more.
 */
#include "objectask.h"

#include "exitcode.h"
#include "kangask.h"
#include "mem.h"
#include "porthole_wire.h"
#include "say.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define LEAST_MS 50 /* for the second request, however long the first took */

/* ---- What is asked -------------------------------------------------------------------- */

static char *make_path(const struct query *query, const struct opts *opts, uint32_t limit)
{
    struct names fields = query_fields(&opts->fields);
    struct buf path = { 0 };
    char *copy;

    buf_puts(&path, PORTHOLE_PATH_OBJECTS);
    if (query != NULL) {
        buf_puts(&path, "/");
        query_escape(&path, query->type);
        buf_puts(&path, query->has_id ? "/" : "");
        query_escape(&path, query->id);
        buf_puts(&path, "?");
        for (uint32_t i = 0; i < fields.count; i++) {
            buf_puts(&path, i > 0 ? "," : "fields=");
            query_escape(&path, fields.items[i]);
        }
        if (!query->has_id)
            buf_printf(&path, "%slimit=%u", fields.count > 0 ? "&" : "", limit);
        if (path.data[path.len - 1] == '?')
            path.data[--path.len] = '\0';
    }
    copy = mem_text(buf_text(&path), path.len);
    names_fini(&fields);
    buf_fini(&path);
    return copy;
}

/* ---- Both requests -------------------------------------------------------------------- */

static bool is_kang(const struct round_entry *entry)
{
    return entry->job.status > 0 && !entry->job.is_porthole && entry->target.path[0] == '\0';
}

/* Ask those that are no agents for a snapshot. */
static void ask_kangs(struct round *round, double timeout_ms)
{
    struct poll_job **jobs = mem_new(round->count, sizeof *jobs);
    size_t count = 0;

    for (size_t i = 0; i < round->count; i++) {
        struct poll_job *job = &round->entries[i]->job;

        if (!is_kang(round->entries[i]))
            continue;
        job->path = KANGASK_PATH;
        job->timeout_ms = timeout_ms - job->ms > LEAST_MS ? timeout_ms - job->ms : LEAST_MS;
        jobs[count++] = job;
    }
    if (count > 0)
        poll_round(round->poll, jobs, count);
    free(jobs);
}

static void read_agent(struct objectask *ask, size_t i)
{
    struct poll_job *job = &ask->session.round.entries[i]->job;
    struct jsonspan document;

    if (job->cause == CAUSE_HTTP && job->status == 404 && ask->query != NULL) {
        job->cause = CAUSE_NONE;
        return;
    }
    if (job->cause == CAUSE_NONE)
        job->cause = jsonspan_read(buf_text(&job->body), job->body.len, &document);
    if (job->cause != CAUSE_NONE)
        return;
    if (ask->query == NULL)
        objects_add_types(&ask->objects, document, &ask->answers[i]);
    else
        objects_add_rows(&ask->objects, document, (uint32_t)i, &ask->answers[i]);
}

static void read_kang(struct objectask *ask, size_t i, uint32_t limit)
{
    struct poll_job *job = &ask->session.round.entries[i]->job;
    const struct query *query = ask->query;

    kangask_read(job, query != NULL ? &query->type : NULL, &ask->snaps[i]);
    if (job->cause != CAUSE_NONE)
        return;
    if (query == NULL) {
        objects_add_kang_types(&ask->objects, &ask->snaps[i]);
    } else {
        struct objects_pick pick = { query->type, query->has_id ? &query->id : NULL,
                                     (uint32_t)i, limit };

        objects_add_kang_rows(&ask->objects, &ask->snaps[i], &pick, &ask->answers[i]);
    }
}

int objectask_run(struct objectask *ask, const struct opts *opts, char *const *words, int count,
                  uint32_t limit)
{
    struct round *round = &ask->session.round;
    int code;

    ask->path = make_path(ask->query, opts, limit);
    code = session_open_kang(&ask->session, opts, ask->path, words, count);
    if (code != EXITCODE_FINE) {
        free(ask->path);
        return code;
    }
    ask->count = round->count;
    ask->snaps = mem_new(ask->count, sizeof *ask->snaps);
    ask->answers = mem_new(ask->count, sizeof *ask->answers);
    if (ask->count == 0)
        session_say_none(&ask->session);
    poll_round(round->poll, round->jobs, round->count);
    ask_kangs(round, opts->timeout_ms);
    for (size_t i = 0; i < ask->count; i++) {
        ask->answers[i].total = ask->answers[i].copy_ms = NAN;
        if (round->entries[i]->job.path == ask->path)
            read_agent(ask, i);
        else
            read_kang(ask, i, limit);
    }
    return EXITCODE_FINE;
}

void objectask_end(struct objectask *ask)
{
    objects_fini(&ask->objects);
    for (size_t i = 0; i < ask->count; i++)
        kangsnap_fini(&ask->snaps[i]);
    free(ask->snaps);
    free(ask->answers);
    session_close(&ask->session);
    free(ask->path);
}
