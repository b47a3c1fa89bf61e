/* SPDX-License-Identifier: MIT */
/* Owns how the application's HTTP requests are told. The cells are the host's memory, written
 * by script: any double may be in them at any time. */
#include "thread_http.h"

#include "porthole.h"

#define SHOWN_AGENTS 20
#define MOST_COUNTED 9007199254740992.0 /* 2^53: doubles count no further */

enum {
    ACTIVE,
    STARTED,
    FINISHED,
    ABORTED,
    ERRORS,
    UNFOLLOWED,
    DURATION,
    SOCKETS,
    FREE,
    PENDING,
    OLDEST,
    AGENTS_TOTAL
};

static const struct ph_metric metrics[] = {
    [ACTIVE] = { PH_COUNT("active"), "HTTP requests in flight.",
                 "porthole_http_requests_active" },
    [STARTED] = { PH_TOTAL("started"), "HTTP requests started.",
                  "porthole_http_requests_started_total" },
    [FINISHED] = { PH_TOTAL("finished"), "HTTP requests with a whole answer.",
                   "porthole_http_requests_finished_total" },
    [ABORTED] = { PH_TOTAL("aborted"), "HTTP requests given up by one of the ends.",
                  "porthole_http_requests_aborted_total" },
    [ERRORS] = { PH_TOTAL("errors"), "HTTP requests that failed.",
                 "porthole_http_requests_errors_total" },
    [UNFOLLOWED] = { PH_TOTAL("unfollowed"),
                     "HTTP requests not followed, because too many were in flight.",
                     "porthole_http_requests_unfollowed_total" },
    [DURATION] = { "duration_ms", PH_HISTOGRAM, PH_UNIT_MS,
                   "Duration of finished HTTP requests.",
                   "porthole_http_request_duration_seconds" },
    [SOCKETS] = { PH_COUNT("sockets"), "Sockets in use.", NULL },
    [FREE] = { PH_COUNT("free"), "Sockets kept for later requests.", NULL },
    [PENDING] = { PH_COUNT("pending"), "Requests that wait for a socket.", NULL },
    [OLDEST] = { "oldest_s", PH_GAUGE, PH_UNIT_SECONDS, "Age of the oldest socket.", NULL },
    [AGENTS_TOTAL] = { PH_COUNT("agents_total"), "Entries, of which the list shows the top.",
                       NULL },
};

static uint64_t counted(double cell)
{
    if (!(cell > 0)) /* NaN too */
        return 0;
    return (uint64_t)(cell < MOST_COUNTED ? cell : MOST_COUNTED);
}

void ph_thread_http_durations(const double *cells, struct ph_hist_view *out)
{
    out->total = 0;
    for (size_t i = 0; i < PH_HIST_BUCKETS; i++) {
        out->count[i] = counted(cells[PORTHOLE_HTTP_BUCKETS + i]);
        out->total += out->count[i];
    }
    out->sum_ns = counted(cells[PORTHOLE_HTTP_SUM_NS]);
    out->max_ns = counted(cells[PORTHOLE_HTTP_MAX_NS]);
}

static void collect_side(struct ph_thread_scratch *s, struct porthole_thread *t,
                         enum porthole_http_side side, struct ph_builder *b)
{
    static const char *const names[] = {
        [PORTHOLE_HTTP_SERVER] = "server", [PORTHOLE_HTTP_CLIENT] = "client"
    };
    uint64_t count[PORTHOLE_HTTP_SUM_NS], over;

    if (!ph_board_http(t, side, s->http)) {
        ph_build_null(b, names[side]);
        return;
    }
    for (size_t i = 0; i < PORTHOLE_HTTP_SUM_NS; i++)
        count[i] = counted(s->http[i]);
    over = count[PORTHOLE_HTTP_FINISHED] + count[PORTHOLE_HTTP_ABORTED] +
           count[PORTHOLE_HTTP_ERRORS];
    ph_thread_http_durations(s->http, &s->hist);
    ph_build_part(b, names[side], "side", names[side]);
    /* The cells are not read in one moment: a request may be over that has not begun. */
    ph_build_uint(b, &metrics[ACTIVE],
                  count[PORTHOLE_HTTP_STARTED] > over ? count[PORTHOLE_HTTP_STARTED] - over
                                                      : 0);
    for (size_t i = 0; i < PORTHOLE_HTTP_SUM_NS; i++)
        ph_build_uint(b, &metrics[STARTED + i], count[i]);
    if (counted(s->http[PORTHOLE_HTTP_UNFOLLOWED]) != 0)
        ph_build_uint(b, &metrics[UNFOLLOWED], counted(s->http[PORTHOLE_HTTP_UNFOLLOWED]));
    ph_build_hist(b, &metrics[DURATION], &s->hist);
    ph_build_end(b);
}

static void collect_agents(const struct ph_table_view *table, struct ph_builder *b)
{
    size_t n = table->n < SHOWN_AGENTS ? table->n : SHOWN_AGENTS;

    ph_build_array(b, "agents");
    for (size_t i = 0; i < n; i++) {
        const uint64_t *value = table->row[i].value;

        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "name", table->row[i].name);
        ph_build_text(b, "origin", table->row[i].detail);
        for (size_t column = 0; column < 3; column++)
            ph_build_uint(b, &metrics[SOCKETS + column], value[column]);
        if (value[3] == PORTHOLE_UNKNOWN)
            ph_build_null(b, metrics[OLDEST].key);
        else
            ph_build_real(b, &metrics[OLDEST], (double)value[3] / 1000);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (table->total > n) {
        ph_build_bool(b, "agents_truncated", true);
        ph_build_uint(b, &metrics[AGENTS_TOTAL], table->total);
    }
}

static bool is_lent(const struct porthole_thread *t)
{
    for (int side = 0; side < PORTHOLE_HTTP_SIDES; side++)
        if (atomic_load_explicit(&t->http[side], memory_order_relaxed))
            return true;
    return false;
}

void ph_thread_http(struct ph_thread_scratch *s, struct porthole_thread *t,
                    struct ph_builder *b)
{
    if (!ph_board_table(t, PORTHOLE_TABLE_AGENTS, &s->table)) {
        s->table.n = s->table.total = 0;
        if (!is_lent(t)) {
            ph_build_null(b, "http");
            return;
        }
    }
    ph_build_object(b, "http");
    collect_side(s, t, PORTHOLE_HTTP_SERVER, b);
    collect_side(s, t, PORTHOLE_HTTP_CLIENT, b);
    collect_agents(&s->table, b);
    ph_build_end(b);
}
