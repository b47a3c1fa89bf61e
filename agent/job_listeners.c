/* SPDX-License-Identifier: MIT */
/* Owns the steps of the exact census of event listeners. */
#include "job_listeners.h"

#include <stdlib.h>

#include "job_work.h"
#include "put.h"

static int most_first(const void *a, const void *b)
{
    const struct ph_result_listeners *x = a, *y = b;

    return x->listeners != y->listeners ? x->listeners < y->listeners ? 1 : -1 : 0;
}

static void put_row(const struct ph_result *r, const struct ph_result_listeners *row,
                    struct ph_sink *sink)
{
    ph_put_string(sink, "{\"emitter\":", ph_result_text(r, row->emitter));
    ph_put_string(sink, ",\"event\":", ph_result_text(r, row->event));
    ph_put_number(sink, ",\"listeners\":", row->listeners);
    ph_put_number(sink, ",\"emitters\":", row->emitters);
    ph_put_number(sink, ",\"most_on_one\":", row->most_on_one);
    ph_sink_char(sink, '}');
}

static void put_rows(const struct ph_job *job, const struct ph_result *r,
                     const struct ph_result_listeners *rows, size_t n, struct ph_sink *sink)
{
    size_t shown = n < job->spec.top ? n : job->spec.top;
    uint64_t listeners = 0;

    for (size_t i = 0; i < n; i++)
        listeners += rows[i].listeners;
    ph_put_number(sink, "\"emitters\":", r->emitters);
    ph_put_number(sink, ",\"listeners\":", listeners);
    ph_sink_text(sink, ",\"rows\":[");
    for (size_t i = 0; i < shown; i++) {
        if (i)
            ph_sink_char(sink, ',');
        put_row(r, &rows[i], sink);
    }
    ph_put_number(sink, "],\"rows_total\":", n);
    ph_sink_text(sink, shown < n || r->cut ? ",\"truncated\":true," : ",\"truncated\":false,");
}

static void encode(struct ph_job *job, const struct ph_result *r,
                   const struct ph_result_listeners *rows, size_t n)
{
    struct ph_sink sink;

    ph_sink_init(&sink, PH_JOB_BODY_MAX);
    ph_job_put_head(job, &sink);
    put_rows(job, r, rows, n, &sink);
    ph_job_put_cost(job, &sink);
    ph_sink_text(&sink, "}\n");
    ph_job_take_body(job, &sink, PH_JOB_JSON, ".listeners.json");
}

void ph_job_listeners(struct ph_job *job)
{
    struct porthole_task *task =
        ph_job_have_done(job, PORTHOLE_TASK_LISTENERS, 0, PORTHOLE_TASK_KINDS);
    const struct ph_result_listeners *rows;
    struct ph_result_listeners *sorted;
    size_t n;

    if (!task)
        return;
    rows = ph_result_listeners(&task->result, &n);
    sorted = ph_job_sorted(job, rows, n, sizeof *rows, most_first);
    if (sorted)
        encode(job, &task->result, sorted, n);
    free(sorted);
    ph_task_unref(task);
}
