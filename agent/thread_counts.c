/* SPDX-License-Identifier: MIT */
/* Owns how counts by name are told: handles, active resources, event listeners. */
#include "thread_counts.h"

#include "porthole.h"

#define TOP_LISTENERS 20

enum {
    HANDLES,
    HANDLES_ACTIVE,
    OPEN,
    ACTIVE,
    CREATED,
    CLOSED,
    RESOURCE,
    RESOURCES,
    LISTENERS,
    EMITTERS,
    ERROR,
    ON_EMITTERS,
    MOST,
    EXCEEDED,
    LIST_TOTAL
};

static const struct ph_metric metrics[] = {
    [HANDLES] = { PH_COUNT("total"), "Open libuv handles.", NULL },
    [HANDLES_ACTIVE] = { PH_COUNT("active"), "Number of active handles.",
                         "nodejs_active_handles_total" },
    [OPEN] = { PH_COUNT("open"), "Open libuv handles by kind.", "porthole_handles" },
    [ACTIVE] = { PH_COUNT("active"), "Active libuv handles by kind.",
                 "porthole_handles_active" },
    [CREATED] = { PH_TOTAL("created"), "Handles created.", NULL },
    [CLOSED] = { PH_TOTAL("closed"), "Handles closed.", NULL },
    [RESOURCE] = { PH_COUNT("resources"),
                   "Number of active resources that are currently keeping the event loop "
                   "alive, grouped by async resource type.",
                   "nodejs_active_resources" },
    [RESOURCES] = { PH_COUNT(NULL), "Total number of active resources.",
                    "nodejs_active_resources_total" },
    [LISTENERS] = { PH_COUNT("total"), "Event listeners.", "porthole_listeners" },
    [EMITTERS] = { PH_COUNT("emitters"), "Event emitters.", "porthole_emitters" },
    [ERROR] = { PH_COUNT("standard_error"), "Standard error of the listener count.", NULL },
    [ON_EMITTERS] = { PH_COUNT("listeners"),
                      "Listeners for this event of this kind of emitter.", NULL },
    [MOST] = { PH_COUNT("most_on_one"), "The most on a single emitter.", NULL },
    [EXCEEDED] = { PH_TOTAL("count"), "MaxListenersExceededWarnings.",
                   "porthole_max_listeners_exceeded_total" },
    [LIST_TOTAL] = { PH_COUNT("top_total"), "Entries, of which the list shows the top.", NULL },
};

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
        open += s->table.row[i].value[0];
        active += s->table.row[i].value[1];
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

static void collect_top_listeners(struct ph_thread_scratch *s, const struct porthole_thread *t,
                                  struct ph_builder *b)
{
    size_t n = 0, total = 0;

    if (ph_board_table(t, PORTHOLE_TABLE_LISTENERS, &s->table)) {
        n = s->table.n < TOP_LISTENERS ? s->table.n : TOP_LISTENERS;
        total = s->table.total;
    }
    ph_build_array(b, "top");
    for (size_t i = 0; i < n; i++) {
        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "emitter", s->table.row[i].name);
        ph_build_text(b, "event", s->table.row[i].detail);
        ph_build_uint(b, &metrics[ON_EMITTERS], s->table.row[i].value[0]);
        ph_build_uint(b, &metrics[MOST], s->table.row[i].value[1]);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (total > n) {
        ph_build_bool(b, "top_truncated", true);
        ph_build_uint(b, &metrics[LIST_TOTAL], total);
    }
}

void ph_thread_listeners(struct ph_thread_scratch *s, const struct porthole_thread *t,
                         struct ph_builder *b)
{
    struct ph_listener_summary l;

    if (!ph_board_listeners(t, &l)) {
        ph_build_null(b, "listeners");
        return;
    }
    ph_build_object(b, "listeners");
    ph_build_uint(b, &metrics[LISTENERS], l.total);
    ph_build_uint(b, &metrics[EMITTERS], l.emitters);
    ph_build_real(b, &metrics[ERROR], l.standard_error);
    ph_build_text(b, "counted_by", l.counted_by);
    collect_top_listeners(s, t, b);
    ph_build_object(b, "max_exceeded");
    ph_build_uint(b, &metrics[EXCEEDED], l.max_exceeded);
    ph_build_text(b, "last", l.max_exceeded_last[0] ? l.max_exceeded_last : NULL);
    ph_build_end(b);
    ph_build_end(b);
}
