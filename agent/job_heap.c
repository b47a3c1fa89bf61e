/* SPDX-License-Identifier: MIT */
/* Owns the steps of looking at the heap: counting its objects, and writing it out. */
#include "job_heap.h"

#include <stdlib.h>

#include "clock.h"
#include "job_work.h"
#include "put.h"
#include "serve.h"

#define STALL_NS (30 * PH_NS_PER_S)    /* a client that reads nothing of its snapshot */
#define LONGEST_NS (900 * PH_NS_PER_S) /* or that reads it drop by drop */

/* ---- Histogram --------------------------------------------------------------------- */

static int most_first(const void *a, const void *b)
{
    const struct ph_result_row *x = a, *y = b;

    return x->count != y->count ? x->count < y->count ? 1 : -1 : 0;
}

static void put_row(const struct ph_result *r, const struct ph_result_row *row,
                    struct ph_sink *sink)
{
    ph_put_text(sink, "{\"constructor\":", ph_result_text(r, row->name));
    ph_put_number(sink, ",\"count\":", row->count);
    ph_sink_text(sink, ",\"bytes\":");
    if (row->bytes == PORTHOLE_UNKNOWN)
        ph_sink_text(sink, "null}");
    else {
        ph_sink_u64(sink, row->bytes);
        ph_sink_char(sink, '}');
    }
}

static void put_rows(const struct ph_job *job, const struct ph_result *r,
                     const struct ph_result_row *rows, size_t n, struct ph_sink *sink)
{
    size_t shown = n < job->spec.top ? n : job->spec.top;
    uint64_t objects = 0;

    for (size_t i = 0; i < n; i++)
        objects += rows[i].count;
    ph_put_number(sink, "\"objects\":", objects);
    ph_sink_text(sink, ",\"rows\":[");
    for (size_t i = 0; i < shown; i++) {
        if (i)
            ph_sink_char(sink, ',');
        put_row(r, &rows[i], sink);
    }
    ph_put_number(sink, "],\"rows_total\":", n);
    ph_sink_text(sink, shown < n || r->cut ? ",\"truncated\":true," : ",\"truncated\":false,");
}

static void encode_histogram(struct ph_job *job, const struct ph_result *r,
                             const struct ph_result_row *rows, size_t n)
{
    struct porthole_heap heap;
    struct ph_sink sink;

    ph_sink_init(&sink, PH_JOB_BODY_MAX);
    ph_job_put_head(job, &sink);
    ph_put_number(&sink, "\"heap_used_bytes\":",
                  ph_board_heap(job->thread, &heap) ? heap.used_bytes : PORTHOLE_UNKNOWN);
    ph_sink_char(&sink, ',');
    put_rows(job, r, rows, n, &sink);
    ph_job_put_cost(job, &sink);
    ph_sink_text(&sink, "}\n");
    ph_job_take_body(job, &sink, PH_JOB_JSON, ".histogram.json");
}

void ph_job_histogram(struct ph_job *job)
{
    struct porthole_task *task =
        ph_job_have_done(job, PORTHOLE_TASK_HISTOGRAM, 0, PORTHOLE_TASK_KINDS);
    const struct ph_result_row *rows;
    struct ph_result_row *sorted;
    size_t n;

    if (!task)
        return;
    rows = ph_result_rows(&task->result, &n);
    sorted = ph_job_sorted(job, rows, n, sizeof *rows, most_first);
    if (sorted)
        encode_histogram(job, &task->result, sorted, n);
    free(sorted);
    ph_task_unref(task);
}

/* ---- Snapshot ---------------------------------------------------------------------- */

static bool goes_on(void *ctx)
{
    const struct ph_job *job = ctx;

    return !ph_job_is_cancelled(job) && !ph_job_has_left(job) &&
           ph_clock_ns() - job->began_ns < LONGEST_NS;
}

struct stream {
    struct ph_job *job;
    bool broken;
};

static bool write_pipe(void *to, const char *bytes, size_t n)
{
    struct stream *s = to;

    struct ph_pipe_patience patience = { STALL_NS, goes_on, s->job };

    s->broken = !ph_pipe_write(s->job->pipe, bytes, n, &patience);
    return !s->broken;
}

/* The text is written here, on our thread: the loop stood still for the taking only. */
static void stream_snapshot(struct ph_job *job)
{
    struct stream stream = { .job = job };
    bool whole;

    job->pipe = ph_pipe_new(job->bell);
    if (!job->pipe) {
        ph_job_fail(job, 503, "no-memory", NULL);
        return;
    }
    job->status = 200;
    job->content_type = PH_JOB_JSON;
    job->suffix = ".heapsnapshot";
    ph_job_publish(job);
    whole = ph_ask_stream(job->thread, write_pipe, &stream);
    ph_pipe_end(job->pipe, !whole || stream.broken);
}

void ph_job_snapshot(struct ph_job *job)
{
    struct porthole_task *task =
        ph_job_have_done(job, PORTHOLE_TASK_SNAPSHOT_TAKE, 0, PORTHOLE_TASK_SNAPSHOT_DROP);

    if (!task)
        return;
    ph_task_unref(task);
    stream_snapshot(job);
    ph_job_clean_up(job, PORTHOLE_TASK_SNAPSHOT_DROP);
}
