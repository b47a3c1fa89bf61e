/* SPDX-License-Identifier: MIT */
/* Owns how counts by name are told: handles, requests, active resources. */
#include "thread_counts.h"

#include "porthole.h"

enum {
    HANDLES,
    HANDLES_ACTIVE,
    OPEN,
    ACTIVE,
    CREATED,
    CLOSED,
    TYPED,
    RESOURCE,
    RESOURCES,
    TIMERS,
    IMMEDIATES,
    IN_FLIGHT,
    REQUEST,
    REQUESTS,
    REQUESTS_TOTAL
};

static const struct ph_metric metrics[] = {
    [HANDLES] = { PH_COUNT("total"), "Open libuv handles.", NULL },
    [HANDLES_ACTIVE] = { PH_COUNT("active"), "Total number of active handles.",
                         "nodejs_active_handles_total" },
    [OPEN] = { PH_COUNT("open"), "Open libuv handles by kind.", "porthole_handles" },
    [ACTIVE] = { PH_COUNT("active"), "Active libuv handles by kind.",
                 "porthole_handles_active" },
    [CREATED] = { PH_TOTAL("created"), "Handles created.", NULL },
    [CLOSED] = { PH_TOTAL("closed"), "Handles closed.", NULL },
    [TYPED] = { PH_COUNT(NULL),
                "Number of active libuv handles grouped by handle type. Every handle type is "
                "C++ class name.",
                "nodejs_active_handles" },
    [RESOURCE] = { PH_COUNT("resources"),
                   "Number of active resources that are currently keeping the event loop "
                   "alive, grouped by async resource type.",
                   "nodejs_active_resources" },
    [RESOURCES] = { PH_COUNT(NULL), "Total number of active resources.",
                    "nodejs_active_resources_total" },
    [TIMERS] = { PH_COUNT("timers"), "Timers that keep the event loop alive.",
                 "porthole_timers" },
    [IMMEDIATES] = { PH_COUNT("immediates"), "Immediates that keep the event loop alive.",
                     "porthole_immediates" },
    [IN_FLIGHT] = { PH_COUNT("in_flight"), "Requests in flight, by libuv's own count.",
                    "porthole_requests_in_flight" },
    [REQUEST] = { PH_COUNT("by_kind"),
                  "Number of active libuv requests grouped by request type.",
                  "nodejs_active_requests" },
    [REQUESTS] = { PH_COUNT(NULL), "Total number of active requests.",
                   "nodejs_active_requests_total" },
    [REQUESTS_TOTAL] = { PH_COUNT("by_kind_total"),
                         "Kinds of request, of which the list shows the first.", NULL },
};

static uint64_t known(uint64_t value)
{
    return value == PORTHOLE_UNKNOWN ? 0 : value;
}

static void collect_requests(struct ph_thread_scratch *s, const struct porthole_thread *t,
                             uint64_t in_flight, struct ph_builder *b)
{
    struct ph_table_view *table = &s->table;
    bool by_kind = ph_board_table(t, PORTHOLE_TABLE_REQUESTS, table);
    uint64_t total = 0;

    if (!by_kind && in_flight == PORTHOLE_UNKNOWN) {
        ph_build_null(b, "requests");
        return;
    }
    ph_build_object(b, "requests");
    ph_build_uint(b, &metrics[IN_FLIGHT], in_flight);
    ph_build_map(b, metrics[REQUEST].key, "type");
    for (size_t i = 0; by_kind && i < table->n; i++) {
        ph_build_entry(b, table->row[i].name, &metrics[REQUEST], table->row[i].value[0]);
        total += known(table->row[i].value[0]);
    }
    ph_build_end(b);
    if (by_kind && table->total > table->n) {
        ph_build_bool(b, "by_kind_truncated", true);
        ph_build_uint(b, &metrics[REQUESTS_TOTAL], table->total);
    }
    ph_build_uint(b, &metrics[REQUESTS], by_kind ? total : in_flight);
    ph_build_end(b);
}

static void collect_loop_counts(struct ph_thread_scratch *s, const struct porthole_thread *t,
                                struct ph_builder *b)
{
    struct porthole_loop_counts counts = { PORTHOLE_UNKNOWN, PORTHOLE_UNKNOWN,
                                           PORTHOLE_UNKNOWN };

    ph_board_counts(t, &counts);
    ph_build_uint(b, &metrics[TIMERS], counts.timers);
    ph_build_uint(b, &metrics[IMMEDIATES], counts.immediates);
    collect_requests(s, t, counts.requests, b);
}

/* As prom-client has them, under libuv's names: they add up to the total beside them. */
static void collect_typed(const struct ph_table_view *table, struct ph_builder *b)
{
    ph_build_map(b, "types", "type");
    ph_build_hide(b);
    for (size_t i = 0; i < table->n; i++) {
        uint64_t active = known(table->row[i].value[1]);

        if (active > 0)
            ph_build_entry(b, table->row[i].name, &metrics[TYPED], active);
    }
    ph_build_end(b);
}

void ph_thread_handles(struct ph_thread_scratch *s, const struct porthole_thread *t,
                       struct ph_builder *b)
{
    uint64_t open = 0, active = 0;

    if (!ph_board_table(t, PORTHOLE_TABLE_HANDLES, &s->table)) {
        ph_build_null(b, "handles");
        return;
    }
    ph_build_object(b, "handles");
    for (size_t i = 0; i < s->table.n; i++) {
        open += known(s->table.row[i].value[0]);
        active += known(s->table.row[i].value[1]);
    }
    ph_build_uint(b, &metrics[HANDLES], open);
    ph_build_uint(b, &metrics[HANDLES_ACTIVE], active);
    ph_build_map(b, "by_kind", "kind");
    for (size_t i = 0; i < s->table.n; i++) {
        ph_build_entry_object(b, s->table.row[i].name);
        for (size_t column = 0; column < 4; column++)
            ph_build_uint(b, &metrics[OPEN + column], s->table.row[i].value[column]);
        ph_build_end(b);
    }
    ph_build_end(b);
    collect_typed(&s->table, b);
    collect_loop_counts(s, t, b);
    ph_build_end(b);
}

void ph_thread_resources(struct ph_thread_scratch *s, const struct porthole_thread *t,
                         struct ph_builder *b)
{
    uint64_t total = 0;

    if (!ph_board_table(t, PORTHOLE_TABLE_RESOURCES, &s->table)) {
        ph_build_null(b, "resources");
        return;
    }
    ph_build_map(b, metrics[RESOURCE].key, "type");
    for (size_t i = 0; i < s->table.n; i++) {
        ph_build_entry(b, s->table.row[i].name, &metrics[RESOURCE], s->table.row[i].value[0]);
        total += s->table.row[i].value[0];
    }
    ph_build_end(b);
    if (s->table.total > s->table.n)
        ph_build_bool(b, "resources_truncated", true);
    ph_build_uint(b, &metrics[RESOURCES], total);
}
