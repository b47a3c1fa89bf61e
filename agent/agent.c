/* SPDX-License-Identifier: MIT */
/* Owns the agent's life: wires the pipeline together, right side last, and takes it apart
 * in reverse. In a forked child none of its threads exist, so everything here does
 * nothing there: no join, no unlink of the parent's files. */
#include "porthole.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bell.h"
#include "board.h"
#include "capture.h"
#include "capture_work.h"
#include "clock.h"
#include "collect.h"
#include "current.h"
#include "history.h"
#include "history_clock.h"
#include "history_file.h"
#include "http.h"
#include "jobs.h"
#include "listen.h"
#include "objects.h"
#include "ownfds.h"
#include "pace.h"
#include "recorder.h"
#include "roundup.h"
#include "rundir.h"
#include "series.h"
#include "settings.h"
#include "status.h"
#include "suspects.h"
#include "suspects_show.h"
#include "tick.h"
#include "types.h"

#define FIRST_STATE_NS PH_NS_PER_S
#define SUSPECTS_BYTES (256u << 10)

struct porthole_agent {
    /* Immutable once started. */
    struct ph_settings settings;
    struct ph_identity identity;
    char run_dir[PH_RUNDIR_BYTES];
    char url[PH_URL_BYTES];
    char socket_path[PH_SOCKET_BYTES];
    int tcp_fd, unix_fd;
    struct ph_tick *tick;
    struct ph_http *http;

    /* Each guards itself. */
    struct ph_board board;
    struct ph_series_table series;
    struct ph_types types;
    struct ph_objects objects;
    struct ph_cost cost;
    struct ph_current current;
    struct ph_bell bell;
    struct ph_jobs jobs;
    struct ph_gather *gathering; /* http thread only */
    struct ph_roundups roundups; /* http thread only while that runs */
    struct ph_capture_work capture_work;
    struct ph_captures *captures; /* NULL without rules */
    struct ph_suspects *suspects; /* NULL if memory was out */
    struct ph_recorder recorder; /* tick thread only while that runs */
    struct ph_history *history; /* NULL: none; guards itself */
    struct ph_history_clock history_clock; /* immutable once started */
    struct ph_history_file history_file; /* tick thread only while that runs */
};

static bool is_forked_child(const porthole_agent *agent)
{
    return getpid() != agent->settings.pid;
}

static void identify(porthole_agent *a)
{
    const struct porthole_config *c = &a->settings.config;

    a->identity = (struct ph_identity){ .service = c->service,
                                        .component = c->component,
                                        .ident = c->ident,
                                        .version = c->version,
                                        .host = a->settings.host_name,
                                        .runtime = c->runtime,
                                        .runtime_version = c->runtime_version,
                                        .pid = a->settings.pid,
                                        .start_ticks = a->settings.start_ticks,
                                        .started_unix_ns = a->settings.started_unix_ns };
}

/* Without a run directory there is no unix socket and no recorder; that alone fails
 * nothing, as long as the TCP listener opens. */
static enum porthole_status open_listeners(porthole_agent *a, porthole_error *err)
{
    const struct porthole_config *c = &a->settings.config;
    bool wants_dir = !c->run_dir || c->run_dir[0];
    bool wants_tcp = c->port >= 0;
    porthole_error dir_err = { "" };
    enum porthole_status rc = PORTHOLE_OK;

    if (!wants_dir && !wants_tcp)
        return ph_fail(err, PORTHOLE_EINVAL,
                       "options 'port' and 'run_dir' leave nothing to listen on");
    if (wants_dir)
        rc = ph_rundir_open(c->run_dir, a->run_dir, &dir_err);
    if (rc)
        a->run_dir[0] = '\0';
    if (a->run_dir[0])
        rc = ph_listen_unix(a->run_dir, a->settings.pid, &a->unix_fd, a->socket_path, &dir_err);
    if (rc)
        a->run_dir[0] = '\0'; /* the recorder's name there is somebody else's as well */
    if (!wants_tcp)
        return rc ? ph_fail(err, rc, "%s", dir_err.text) : PORTHOLE_OK;
    return ph_listen_tcp(&a->settings, &a->tcp_fd, a->url, err);
}

static void open_recorder(porthole_agent *a)
{
    struct porthole_record head = { .pid = (uint64_t)a->settings.pid,
                                    .start_ticks = a->settings.start_ticks,
                                    .tick_ms = a->settings.config.tick_ms };

    memcpy(head.url, a->url, sizeof head.url);
    memcpy(head.socket, a->socket_path, sizeof head.socket);
    ph_recorder_init(&a->recorder, a->run_dir, &head);
}

/* Without memory for it there is no history; that fails nothing. */
static void open_history(porthole_agent *a)
{
    const struct porthole_config *c = &a->settings.config;
    struct ph_history_owner owner = { .pid = (uint64_t)a->settings.pid,
                                      .start_ticks = a->settings.start_ticks,
                                      .service = c->service,
                                      .component = c->component };

    ph_history_clock_init(&a->history_clock, c->test_time_scale);
    ph_pace_hasten(c->test_time_scale);
    if (c->history_bytes)
        a->history = ph_history_new(c->history_bytes);
    if (a->history)
        ph_history_file_init(&a->history_file, a->run_dir, &owner, a->history,
                             &a->history_clock);
}

static enum porthole_status open_captures(porthole_agent *a, porthole_error *err)
{
    struct ph_capture_env env = { .rules = &a->settings.rules,
                                  .run_dir = a->run_dir,
                                  .pid = (unsigned)a->settings.pid,
                                  .board = &a->board,
                                  .suspects = ph_suspects_shown(a->suspects),
                                  .ops = &ph_capture_work,
                                  .ctx = &a->capture_work };
    bool failed = false;

    a->capture_work = (struct ph_capture_work){ .board = &a->board, .jobs = &a->jobs };
    a->captures = ph_captures_new(&env, &failed);
    return failed ? ph_fail(err, PORTHOLE_ENOMEM, "out of memory") : PORTHOLE_OK;
}

static enum porthole_status start_threads(porthole_agent *a, porthole_error *err)
{
    struct ph_tick_env tick = { .settings = &a->settings,
                                .identity = &a->identity,
                                .run_dir = a->run_dir,
                                .board = &a->board,
                                .series = &a->series,
                                .types = &a->types,
                                .cost = &a->cost,
                                .recorder = &a->recorder,
                                .captures = a->captures,
                                .history = a->history,
                                .history_clock = &a->history_clock,
                                .history_file = &a->history_file,
                                .suspects = a->suspects,
                                .current = &a->current };
    struct ph_http_env http = { .routes = { .settings = &a->settings,
                                            .board = &a->board,
                                            .current = &a->current,
                                            .jobs = &a->jobs,
                                            .captures = a->captures,
                                            .suspects = a->suspects,
                                            .gathering = &a->gathering,
                                            .identity = &a->identity,
                                            .types = &a->types,
                                            .history = a->history,
                                            .roundups = &a->roundups },
                                .cost = &a->cost,
                                .bell = &a->bell,
                                .tcp_fd = a->tcp_fd,
                                .unix_fd = a->unix_fd };
    enum porthole_status rc = ph_http_start(&http, &a->http, err);

    if (rc)
        return rc;
    a->cost.has_http_clock =
        pthread_getcpuclockid(ph_http_thread(a->http), &a->cost.http_clock) == 0;
    return ph_tick_start(&tick, &a->tick, err);
}

static void close_own(int fd)
{
    if (fd < 0)
        return;
    ph_ownfds_drop(fd);
    close(fd);
}

static void close_listeners(porthole_agent *a)
{
    close_own(a->tcp_fd);
    close_own(a->unix_fd);
    if (a->socket_path[0])
        unlink(a->socket_path);
}

static void destroy(porthole_agent *a)
{
    ph_http_stop(a->http); /* reads what the tick thread publishes: goes first */
    ph_tick_stop(a->tick);
    ph_roundups_fini(&a->roundups);
    ph_captures_free(a->captures);
    ph_suspects_free(a->suspects);
    ph_jobs_fini(&a->jobs);
    ph_recorder_fini(&a->recorder);
    ph_history_file_fini(&a->history_file);
    ph_history_free(a->history);
    close_listeners(a);
    ph_current_fini(&a->current);
    ph_series_fini(&a->series);
    ph_objects_fini(&a->objects);
    ph_types_fini(&a->types);
    ph_board_fini(&a->board);
    ph_bell_fini(&a->bell);
    ph_settings_fini(&a->settings);
    free(a);
}

enum porthole_status porthole_start(const struct porthole_config *cfg, porthole_agent **out,
                                    porthole_error *err)
{
    porthole_agent *a = calloc(1, sizeof *a);
    enum porthole_status rc;

    if (err)
        err->text[0] = '\0';
    if (!a)
        return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
    rc = ph_settings_init(&a->settings, cfg, err);
    if (rc) {
        free(a);
        return rc;
    }
    identify(a);
    a->tcp_fd = a->unix_fd = a->recorder.fd = a->history_file.fd = -1;
    ph_board_init(&a->board, a->settings.config.blocked_ms * PH_NS_PER_MS);
    a->board.bell = &a->bell;
    ph_series_init(&a->series);
    ph_types_init(&a->types);
    ph_objects_init(&a->objects);
    a->roundups =
        (struct ph_roundups){ .board = &a->board, .objects = &a->objects, .types = &a->types };
    ph_current_init(&a->current);
    ph_jobs_init(&a->jobs, &a->board, &a->bell, &a->identity);
    rc = PORTHOLE_ESYSTEM;
    if (!ph_bell_init(&a->bell)) {
        ph_fail(err, rc, "cannot start the agent: %s", ph_errno_text(errno));
        goto fail;
    }
    rc = open_listeners(a, err);
    if (rc)
        goto fail;
    ph_ownfds_add(a->tcp_fd);
    ph_ownfds_add(a->unix_fd);
    open_recorder(a);
    open_history(a);
    a->suspects = ph_suspects_new();
    rc = open_captures(a, err);
    if (!rc)
        rc = start_threads(a, err);
    if (rc)
        goto fail;
    *out = a;
    return PORTHOLE_OK;

fail:
    destroy(a);
    return rc;
}

void porthole_stop(porthole_agent *agent)
{
    if (agent && !is_forked_child(agent))
        destroy(agent);
}

const char *porthole_url(const porthole_agent *agent)
{
    return agent->url;
}

const char *porthole_socket(const porthole_agent *agent)
{
    return agent->socket_path;
}

/* What is current, but never older than the last thread that joined: who starts the agent
 * and looks at once wants to see himself. */
static struct ph_published *newest(porthole_agent *a)
{
    uint64_t joins = ph_board_joins(&a->board);
    struct ph_published *p = ph_current_get(&a->current);

    if (p && p->joins >= joins)
        return p;
    ph_published_unref(p);
    ph_tick_wake(a->tick);
    return ph_current_await(&a->current, joins, FIRST_STATE_NS);
}

enum porthole_status porthole_state(porthole_agent *agent, char **json, size_t *len)
{
    struct ph_published *p;
    const struct ph_blob *blob;
    char *copy;

    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    p = newest(agent);
    if (!p)
        return PORTHOLE_ESTOPPED;
    blob = p->encoded[PH_FORMAT_JSON];
    copy = blob ? malloc(blob->len + 1) : NULL;
    if (copy) {
        memcpy(copy, blob->bytes, blob->len + 1);
        *json = copy;
        *len = blob->len;
    }
    ph_published_unref(p);
    return copy ? PORTHOLE_OK : PORTHOLE_ENOMEM;
}

enum porthole_status porthole_suspects(porthole_agent *agent, char **json, size_t *len)
{
    struct ph_sink sink;
    char *text;

    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    ph_sink_init(&sink, SUSPECTS_BYTES);
    ph_suspects_json(agent->suspects, false, false, &sink);
    ph_sink_char(&sink, '\0');
    text = ph_sink_take(&sink, len);
    if (!text)
        return PORTHOLE_ENOMEM;
    --*len;
    *json = text;
    return PORTHOLE_OK;
}

uint64_t porthole_suspects_serial(const porthole_agent *agent)
{
    return agent->suspects ? ph_suspects_serial(agent->suspects) : 0;
}

enum porthole_status porthole_thread_join(porthole_agent *agent,
                                          const struct porthole_host *host,
                                          porthole_thread **out)
{
    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    return ph_board_join(&agent->board, host, out);
}

enum porthole_status porthole_series_register(porthole_agent *agent,
                                              enum porthole_series_kind kind, const char *name,
                                              const char *help, porthole_series **out)
{
    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    return ph_series_add_new(&agent->series, kind, name, help, out);
}

enum porthole_status porthole_type_register(porthole_agent *agent, const char *name,
                                            porthole_type **out)
{
    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    return ph_types_add(&agent->types, name, out);
}

enum porthole_status porthole_object_register(porthole_agent *agent, porthole_type *type,
                                              const char *id, porthole_object **out)
{
    if (is_forked_child(agent))
        return PORTHOLE_ESTOPPED;
    return ph_objects_add(&agent->objects, type, id, out);
}

enum porthole_status porthole_family_register(porthole_agent *agent,
                                              const struct porthole_family_spec *spec,
                                              porthole_family **out, porthole_error *err)
{
    if (err)
        err->text[0] = '\0';
    if (is_forked_child(agent))
        return ph_fail(err, PORTHOLE_ESTOPPED, "this is a forked child");
    return ph_series_add_family(&agent->series, spec, out, err);
}
