/* SPDX-License-Identifier: MIT */
/*
 * dashboard: panels are placed from left to right, 24 columns a line, as the table lists them.
 */
#include "dashboard.h"

#include "jsonwrite.h"
#include "vitals.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define LINE 24
#define TARGETS 4

/* What the variables of the dashboard choose; agents and prom-client alike. */
#define OF "job=~\"$job\", instance=~\"$instance\""
/* ... a service is known by porthole_info alone: with all services, all processes are shown. */
#define SERVICE                                                                                \
    " and on (job, instance) (porthole_info{" OF ", service=~\"$service\"} or "                \
    "(nodejs_version_info{" OF "} unless on (job, instance) porthole_info))"

struct query {
    const char *expr;   /* SERVICE is put behind it */
    const char *legend;
};

struct panel {
    const char *title;
    const char *type;   /* "timeseries", "table", "stat" */
    const char *unit;   /* Grafana's */
    unsigned width, height;
    enum vital about;   /* whose explanation it has; VITAL_NONE: none */
    double most;        /* of the axis; 0: open */
    struct query queries[TARGETS];
};

#define EACH "{{job}} {{instance}}"

static const struct panel panels[] = {
    { "Up",
      "stat",
      "none",
      4,
      4,
      VITAL_NONE,
      0,
      { { "count(up{" OF "} == 1" SERVICE ")", "up" } } },
    { "Down",
      "stat",
      "none",
      4,
      4,
      VITAL_NONE,
      0,
      { { "count(up{" OF "} == 0) or vector(0)", "down" } } },
    { "Suspects",
      "stat",
      "none",
      4,
      4,
      VITAL_NONE,
      0,
      { { "sum(porthole_suspects{" OF "}" SERVICE ") or vector(0)", "suspects" } } },
    { "Blocked loops",
      "stat",
      "none",
      4,
      4,
      VITAL_BLOCKED,
      0,
      { { "sum(porthole_eventloop_blocked{" OF "}" SERVICE ") or vector(0)", "blocked" } } },
    { "Restarts in an hour",
      "stat",
      "none",
      4,
      4,
      VITAL_UPTIME,
      0,
      { { "sum(changes(process_start_time_seconds{" OF "}[1h])" SERVICE ") or vector(0)",
          "restarts" } } },
    { "Heap",
      "stat",
      "bytes",
      4,
      4,
      VITAL_HEAP_USED,
      0,
      { { "sum(nodejs_heap_size_used_bytes{" OF "}" SERVICE ")", "heap" } } },
    { "Processes",
      "table",
      "none",
      24,
      9,
      VITAL_NONE,
      0,
      { { "max by (job, instance, service, component, version, host, node) "
          "(porthole_info{" OF ", service=~\"$service\"})",
          "" } } },
    { "Loop delay, 99th percentile",
      "timeseries",
      "s",
      12,
      8,
      VITAL_DELAY_P99,
      0,
      { { "max by (job, instance) (nodejs_eventloop_lag_p99_seconds{" OF "})" SERVICE,
          EACH } } },
    { "Loop utilization",
      "timeseries",
      "percentunit",
      12,
      8,
      VITAL_UTILIZATION,
      1,
      { { "max by (job, instance) (nodejs_eventloop_utilization{" OF "})" SERVICE, EACH } } },
    { "Heap, and what full collections leave of it",
      "timeseries",
      "bytes",
      12,
      8,
      VITAL_HEAP_FLOOR,
      0,
      { { "sum by (job, instance) (nodejs_heap_size_used_bytes{" OF "})" SERVICE,
          EACH " used" },
        { "sum by (job, instance) (porthole_heap_after_full_gc_bytes{" OF "})" SERVICE,
          EACH " floor" } } },
    { "Resident memory beside the heap",
      "timeseries",
      "bytes",
      12,
      8,
      VITAL_RSS,
      0,
      { { "max by (job, instance) (process_resident_memory_bytes{" OF "})" SERVICE,
          EACH " rss" },
        { "sum by (job, instance) (nodejs_heap_size_total_bytes{" OF "})" SERVICE,
          EACH " heap" },
        { "sum by (job, instance) (nodejs_external_memory_bytes{" OF "})" SERVICE,
          EACH " external" } } },
    { "Time in collections",
      "timeseries",
      "percentunit",
      12,
      8,
      VITAL_GC_PAUSE,
      0,
      { { "sum by (job, instance) (rate(nodejs_gc_duration_seconds_sum{" OF
          "}[$__rate_interval]))" SERVICE,
          EACH } } },
    { "CPU",
      "timeseries",
      "percentunit",
      12,
      8,
      VITAL_CPU_USER,
      0,
      { { "max by (job, instance) (rate(process_cpu_user_seconds_total{" OF
          "}[$__rate_interval]))" SERVICE,
          EACH " user" },
        { "max by (job, instance) (rate(process_cpu_system_seconds_total{" OF
          "}[$__rate_interval]))" SERVICE,
          EACH " system" } } },
    { "Sockets by state",
      "timeseries",
      "none",
      12,
      8,
      VITAL_ESTABLISHED,
      0,
      { { "sum by (state) ((porthole_tcp_sockets{" OF "} > 0)" SERVICE ")", "{{state}}" } } },
    { "Established connections",
      "timeseries",
      "none",
      12,
      8,
      VITAL_ESTABLISHED,
      0,
      { { "max by (job, instance) (porthole_tcp_sockets{" OF
          ", state=\"established\"})" SERVICE,
          EACH } } },
    { "Connections only the peer has closed",
      "timeseries",
      "none",
      12,
      8,
      VITAL_CLOSE_WAIT,
      0,
      { { "max by (job, instance) (porthole_tcp_sockets{" OF ", state=\"close_wait\"})" SERVICE,
          EACH } } },
    { "Listeners",
      "timeseries",
      "none",
      12,
      8,
      VITAL_LISTENERS,
      0,
      { { "sum by (job, instance) (porthole_listeners{" OF "})" SERVICE, EACH } } },
    { "Handles",
      "timeseries",
      "none",
      12,
      8,
      VITAL_HANDLES,
      0,
      { { "sum by (job, instance) (porthole_handles{" OF "})" SERVICE, EACH },
        { "sum by (job, instance) (nodejs_active_handles_total{" OF "})" SERVICE,
          EACH " active" } } },
    { "Descriptors, as a share of their limit",
      "timeseries",
      "percentunit",
      12,
      8,
      VITAL_FDS,
      1,
      { { "max by (job, instance) (process_open_fds{" OF "} / process_max_fds{" OF "})" SERVICE,
          EACH } } },
    { "Requests per second",
      "timeseries",
      "reqps",
      12,
      8,
      VITAL_HTTP_STARTED,
      0,
      { { "sum by (job, instance, side) (rate(porthole_http_requests_started_total{" OF
          "}[$__rate_interval]))" SERVICE,
          EACH " {{side}}" } } },
    { "Requests in the works",
      "timeseries",
      "none",
      12,
      8,
      VITAL_HTTP_ACTIVE,
      0,
      { { "sum by (job, instance, side) (porthole_http_requests_active{" OF "})" SERVICE,
          EACH " {{side}}" } } },
    { "What grows and should not, per hour",
      "table",
      "none",
      16,
      9,
      VITAL_NONE,
      0,
      { { "max by (job, instance, class, series, grade) (porthole_suspect_slope_per_hour{" OF
          "})" SERVICE,
          "" } } },
    { "Restarts",
      "timeseries",
      "none",
      8,
      9,
      VITAL_UPTIME,
      0,
      { { "max by (job, instance) (changes(process_start_time_seconds{" OF
          "}[$__rate_interval]))" SERVICE,
          EACH } } },
};

/* ---- Writing ---------------------------------------------------------------------------- */

static void put(const struct jsonwrite *w, const char *text)
{
    jsonwrite_string(w, slice_of(text));
}

static void put_source(const struct jsonwrite *w)
{
    buf_puts(w->out, "\"datasource\":{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}");
}

static void put_query(const struct jsonwrite *w, const struct query *query, size_t index,
                      bool table)
{
    buf_printf(w->out, "%s{", index > 0 ? "," : "");
    put_source(w);
    buf_printf(w->out, ",\"refId\":\"%c\",\"expr\":", (char)('A' + index));
    put(w, query->expr);
    buf_puts(w->out, table ? ",\"format\":\"table\",\"instant\":true,\"range\":false"
                           : ",\"range\":true");
    buf_puts(w->out, ",\"legendFormat\":");
    put(w, query->legend);
    buf_puts(w->out, "}");
}

static void put_field(const struct jsonwrite *w, const struct panel *p)
{
    buf_puts(w->out, "\"fieldConfig\":{\"defaults\":{\"unit\":");
    put(w, p->unit);
    buf_puts(w->out, ",\"min\":0");
    if (p->most > 0)
        buf_printf(w->out, ",\"max\":%g", p->most);
    buf_puts(w->out, "},\"overrides\":[]},");
}

static void put_options(const struct jsonwrite *w, const struct panel *p)
{
    if (strcmp(p->type, "timeseries") == 0)
        buf_puts(w->out, "\"options\":{\"tooltip\":{\"mode\":\"multi\",\"sort\":\"desc\"},"
                         "\"legend\":{\"displayMode\":\"list\",\"placement\":\"bottom\"}},");
    else if (strcmp(p->type, "stat") == 0)
        buf_puts(w->out, "\"options\":{\"reduceOptions\":{\"calcs\":[\"lastNotNull\"]}},");
    else
        buf_puts(w->out, "\"options\":{\"showHeader\":true},\"transformations\":[{\"id\":"
                         "\"organize\",\"options\":{\"excludeByName\":{\"Time\":true}}}],");
}

static void put_description(const struct jsonwrite *w, const struct vital_info *about)
{
    struct buf text = { 0 };

    buf_printf(&text, "%s %s", about->help, about->why);
    buf_puts(w->out, ",\"description\":");
    put(w, buf_text(&text));
    buf_fini(&text);
}

static void put_panel(const struct jsonwrite *w, const struct panel *p, size_t index,
                      const unsigned at[2])
{
    bool table = strcmp(p->type, "table") == 0;

    buf_printf(w->out, "%s{\"id\":%zu,\"type\":\"%s\",\"title\":", index > 0 ? ",\n" : "",
               index + 1, p->type);
    put(w, p->title);
    if (p->about != VITAL_NONE)
        put_description(w, &vitals[p->about]);
    buf_printf(w->out, ",\"gridPos\":{\"x\":%u,\"y\":%u,\"w\":%u,\"h\":%u},", at[0], at[1],
               p->width, p->height);
    put_source(w);
    buf_puts(w->out, ",");
    put_field(w, p);
    put_options(w, p);
    buf_puts(w->out, "\"targets\":[");
    for (size_t i = 0; i < TARGETS && p->queries[i].expr != NULL; i++)
        put_query(w, &p->queries[i], i, table);
    buf_puts(w->out, "]}");
}

/* A line is as high as its highest panel. */
static void put_panels(const struct jsonwrite *w)
{
    unsigned at[2] = { 0, 0 }, highest = 0;

    for (size_t i = 0; i < COUNT(panels); i++) {
        if (at[0] + panels[i].width > LINE) {
            at[0] = 0;
            at[1] += highest;
            highest = 0;
        }
        put_panel(w, &panels[i], i, at);
        at[0] += panels[i].width;
        if (panels[i].height > highest)
            highest = panels[i].height;
    }
}

static void put_variable(const struct jsonwrite *w, const char *name, const char *query)
{
    buf_printf(w->out, ",\n{\"type\":\"query\",\"name\":\"%s\",\"label\":\"%s\",", name, name);
    put_source(w);
    buf_puts(w->out, ",\"query\":{\"refId\":\"A\",\"query\":");
    put(w, query);
    buf_puts(w->out, "},\"definition\":");
    put(w, query);
    buf_puts(w->out, ",\"refresh\":2,\"sort\":1,\"multi\":true,\"includeAll\":true,"
                     "\"allValue\":\".*\",\"current\":{\"selected\":true,\"text\":[\"All\"],"
                     "\"value\":[\"$__all\"]}}");
}

static void put_variables(const struct jsonwrite *w)
{
    buf_puts(w->out, "{\"type\":\"datasource\",\"name\":\"datasource\",\"label\":\"source\","
                     "\"query\":\"prometheus\"}");
    put_variable(w, "job",
                 "label_values({__name__=~\"porthole_info|nodejs_version_info\"}, job)");
    put_variable(w, "service", "label_values(porthole_info{job=~\"$job\"}, service)");
    put_variable(w, "instance",
                 "label_values({__name__=~\"porthole_info|nodejs_version_info\", "
                 "job=~\"$job\"}, instance)");
}

void dashboard_write(struct buf *out)
{
    const struct jsonwrite w = { .out = out };

    buf_puts(out, "{\"title\":\"porthole: Node processes\",\"uid\":\"porthole-fleet\","
                  "\"tags\":[\"porthole\",\"nodejs\"],\"schemaVersion\":37,\"version\":1,"
                  "\"editable\":true,\"refresh\":\"30s\",\"timezone\":\"browser\","
                  "\"time\":{\"from\":\"now-1h\",\"to\":\"now\"},\"templating\":{\"list\":[\n");
    put_variables(&w);
    buf_puts(out, "]},\n\"panels\":[\n");
    put_panels(&w);
    buf_puts(out, "]}\n");
}
