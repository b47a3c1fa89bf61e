/* SPDX-License-Identifier: MIT */
/* Owns the table of paths and what they answer. Nothing here waits, and nothing takes
 * longer than a millisecond: one thread answers everybody. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "encode_json.h"
#include "porthole_wire.h"
#include "routes_heavy.h"
#include "routes_history.h"
#include "routes_listeners.h"
#include "routes_look.h"
#include "routes_objects.h"
#include "routes_suspects.h"
#include "text.h"

#define JSON "application/json"

/* ---- The state and its encodings --------------------------------------------------- */

/* The current tick's outcome, or NULL with a 503 in `reply`. */
static struct ph_published *get_current(const struct ph_routes_env *env, struct ph_reply *reply)
{
    struct ph_published *p = ph_current_get(env->current);

    if (!p)
        ph_reply_error(reply, 503, "starting", "no state has been collected yet", NULL);
    return p;
}

static uint64_t age_s(const struct ph_published *p)
{
    uint64_t now = ph_clock_ns();

    return now > p->snapshot->at_ns ? (now - p->snapshot->at_ns) / PH_NS_PER_S : 0;
}

static void answer_frozen(const struct ph_routes_env *env, enum ph_format format,
                          struct ph_reply *reply)
{
    struct ph_published *p = get_current(env, reply);

    if (!p)
        return;
    if (!p->encoded[format]) {
        ph_published_unref(p);
        ph_reply_error(reply, 503, "too-large", "the state does not fit into this format",
                       NULL);
        return;
    }
    reply->status = 200;
    reply->content_type = ph_encoders[format].content_type;
    reply->body = ph_blob_ref(p->encoded[format]);
    reply->shared = true;
    reply->age_s = age_s(p);
    ph_published_unref(p);
}

static void answer_part(const struct ph_published *p, uint32_t node,
                        const struct ph_request *request, struct ph_reply *reply)
{
    const char *fields = request->query(request, "fields");
    bool pretty = request->query(request, "pretty") != NULL;
    struct ph_sink sink;

    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    if (!ph_encode_json_part(p->snapshot, node, fields, pretty, &sink)) {
        ph_sink_fini(&sink);
        ph_reply_error(reply, 400, "bad-fields", "more than 64 paths in", "fields");
        return;
    }
    ph_reply_take(reply, 200, JSON, &sink);
    reply->age_s = age_s(p);
}

static void answer_state(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    const char *section = request->path + strlen(PORTHOLE_PATH_STATE);
    struct ph_published *p;
    uint32_t node;

    if (!*section && !request->query(request, "pretty") && !request->query(request, "fields")) {
        answer_frozen(env, PH_FORMAT_JSON, reply);
        return;
    }
    p = get_current(env, reply);
    if (!p)
        return;
    node = *section ? ph_snapshot_find(p->snapshot, section + 1) : 0;
    if (*section && node == 0)
        ph_reply_error(reply, 404, "not-found", "the state has no section", section + 1);
    else
        answer_part(p, node, request, reply);
    ph_published_unref(p);
}

static void answer_metrics(const struct ph_routes_env *env, const struct ph_request *request,
                           struct ph_reply *reply)
{
    bool open = strstr(request->accept, "application/openmetrics-text") != NULL;

    answer_frozen(env, open ? PH_FORMAT_OPENMETRICS : PH_FORMAT_PROMETHEUS, reply);
}

/* ---- Health: always computed live -------------------------------------------------- */

struct worst {
    uint64_t blocked_ns;
    char name[PORTHOLE_NAME_BYTES];
};

/* The main thread's loop is required to turn; a worker may compute for as long as it
 * likes, that is what workers are for. */
static void find_worst(struct ph_board *board, struct worst *worst)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(board, held);
    uint64_t now = ph_clock_ns();

    for (size_t i = 0; i < n; i++) {
        struct ph_loop_view view;

        if (held[i]->host.id == 0) {
            if (ph_board_loop(held[i], now, &view) && view.state == PH_LOOP_BLOCKED &&
                view.busy_ns > worst->blocked_ns) {
                worst->blocked_ns = view.busy_ns;
                memcpy(worst->name, held[i]->name, sizeof worst->name);
            }
        }
        ph_thread_unref(held[i]);
    }
}

static void answer_healthz(const struct ph_routes_env *env, const struct ph_request *request,
                           struct ph_reply *reply)
{
    uint64_t limit_ns = env->settings->config.unhealthy_ms * PH_NS_PER_MS;
    struct worst worst = { 0 };
    struct ph_sink sink;
    bool bad;

    (void)request;
    find_worst(env->board, &worst);
    bad = worst.blocked_ns > limit_ns;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_sink_text(&sink, bad ? "{\"status\":\"blocked\",\"blocked_ms\":" : "{\"status\":\"ok\"");
    if (bad) {
        ph_sink_real(&sink, (double)worst.blocked_ns / (double)PH_NS_PER_MS);
        ph_sink_text(&sink, ",\"thread\":");
        ph_text_json(&sink, worst.name);
    }
    ph_sink_text(&sink, "}\n");
    ph_reply_take(reply, bad ? 503 : 200, JSON, &sink);
}

static void answer_livez(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    struct ph_sink sink;

    (void)env;
    (void)request;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_sink_text(&sink, "{\"status\":\"ok\"}\n");
    ph_reply_take(reply, 200, JSON, &sink);
}

/* ---- "/": what there is ------------------------------------------------------------ */

static void index_text(struct ph_sink *sink)
{
    char line[160];

    ph_sink_text(sink, "porthole " PORTHOLE_VERSION "\n\n");
    for (const struct ph_route *r = ph_routes; r->path; r++) {
        snprintf(line, sizeof line, "  %-18s %s\n", r->path, r->help);
        ph_sink_text(sink, line);
    }
    ph_sink_text(sink,
                 "\n?pretty indents JSON; ?fields=process,threads.gc keeps those parts.\n");
}

static void index_html(struct ph_sink *sink)
{
    char line[256];

    ph_sink_text(sink, "<!doctype html><meta charset=utf-8><title>porthole</title>"
                       "<style>body{font:14px/1.6 monospace;margin:2em;color-scheme:light "
                       "dark}td{padding-right:2em}</style>"
                       "<h1>porthole " PORTHOLE_VERSION "</h1><table>");
    for (const struct ph_route *r = ph_routes; r->path; r++) {
        snprintf(line, sizeof line, "<tr><td><a href=\"%s\">%s</a><td>%s", r->path, r->path,
                 r->help);
        ph_sink_text(sink, line);
    }
    ph_sink_text(sink, "</table>\n");
}

static void answer_index(const struct ph_routes_env *env, const struct ph_request *request,
                         struct ph_reply *reply)
{
    bool html = strstr(request->accept, "text/html") != NULL;
    struct ph_sink sink;

    (void)env;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    if (html)
        index_html(&sink);
    else
        index_text(&sink);
    ph_reply_take(reply, 200, html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
                  &sink);
}

/* ---- The table --------------------------------------------------------------------- */

const struct ph_route ph_routes[] = {
    { "/", "this list", answer_index, PH_ACCESS_TOKEN, .negotiates = true },
    { PORTHOLE_PATH_STATE, "the whole state; /state/SECTION is one part of it", answer_state,
      PH_ACCESS_TOKEN, .below = true },
    { PORTHOLE_PATH_METRICS, "the same numbers for Prometheus, under prom-client's names",
      answer_metrics, PH_ACCESS_OPEN, .negotiates = true },
    { PORTHOLE_PATH_HEALTHZ, "200 while the main loop turns, 503 when it is blocked",
      answer_healthz, PH_ACCESS_OPEN, .below = false },
    { PORTHOLE_PATH_LIVEZ, "200 while the agent itself runs", answer_livez, PH_ACCESS_OPEN,
      .below = false },
    { PORTHOLE_PATH_OBJECTS,
      "the application's own types; /objects/TYPE[/ID] is what they hold", ph_answer_objects,
      PH_ACCESS_TOKEN, .below = true, .works = true },
    { PORTHOLE_PATH_KANG "/snapshot", "the same for kang's clients", ph_answer_kang_snapshot,
      PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_KANG "/schema", "what kang's clients show of them", ph_answer_kang_schema,
      PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_STACK, "what every thread is doing now, also while it is blocked",
      ph_answer_stack, PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_BLOCKS, "the last blocks of every loop, with their stacks",
      ph_answer_blocks, PH_ACCESS_TOKEN, .below = false },
    { PORTHOLE_PATH_HISTORY, "what can grow; /history/SERIES is how one of it went",
      ph_answer_history, PH_ACCESS_TOKEN, .below = true },
    { PORTHOLE_PATH_CAPTURES, "what the capture rules are waiting for, and have kept",
      ph_answer_captures, PH_ACCESS_TOKEN, .below = false },
    { PORTHOLE_PATH_SUSPECTS, "what grows and should not, worst first; ?all that is judged",
      ph_answer_suspects, PH_ACCESS_TOKEN, .below = false },
    { PORTHOLE_PATH_PROFILE, "CPU profile; ?seconds=5", ph_answer_profile, PH_ACCESS_TOKEN,
      .works = true },
    { PORTHOLE_PATH_HISTOGRAM, "live objects by constructor; collects garbage first",
      ph_answer_histogram, PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_HEAP_PROFILE, "who allocates what stays; ?seconds=5",
      ph_answer_heap_profile, PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_LISTENERS,
      "all event listeners, counted exactly; stops the loop: see ?estimate first",
      ph_answer_listeners, PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_TRACE, "who adds listeners, or opens ?what=sockets; ?seconds=5",
      ph_answer_trace, PH_ACCESS_TOKEN, .works = true },
    { PORTHOLE_PATH_SNAPSHOT, "heap snapshot; stops the loop for long: see ?estimate first",
      ph_answer_snapshot, PH_ACCESS_SECRET, .works = true },
    { .path = NULL },
};

const struct ph_route *ph_route_find(const char *path)
{
    for (const struct ph_route *r = ph_routes; r->path; r++) {
        size_t n = strlen(r->path);

        if (strcmp(path, r->path) == 0)
            return r;
        if (r->below && strncmp(path, r->path, n) == 0 && path[n] == '/')
            return r;
    }
    return NULL;
}
