/* SPDX-License-Identifier: MIT */
/* Owns how event listeners are told: the sum, the kinds of emitter with the most of them, and
 * single emitters that have many. */
#include "thread_listeners.h"

#include <string.h>

#include "porthole.h"

#define SHOWN 20 /* of each list */

enum {
    LISTENERS,
    LOW,
    HIGH,
    EMITTERS,
    ERROR,
    ON_KIND,
    MOST,
    KIND_EMITTERS,
    KIND_ERROR,
    KIND,
    TOP_TOTAL,
    NOW,
    MINUTE_AGO,
    TEN_MINUTES_AGO,
    HOUR_AGO,
    HEAVY_TOTAL,
    EXCEEDED
};

static const struct ph_metric metrics[] = {
    [LISTENERS] = { PH_COUNT("total"), "Event listeners.", "porthole_listeners" },
    [LOW] = { PH_COUNT("low"), "Lower end of the total's 95 % interval.", NULL },
    [HIGH] = { PH_COUNT("high"), "Upper end of the total's 95 % interval.", NULL },
    [EMITTERS] = { PH_COUNT("emitters"), "Event emitters.", "porthole_emitters" },
    [ERROR] = { PH_COUNT("standard_error"), "Standard error of the listener count.", NULL },
    [ON_KIND] = { PH_COUNT("listeners"), "Listeners for this event of this kind of emitter.",
                  NULL },
    [MOST] = { PH_COUNT("most_on_one"), "The most on a single emitter.", NULL },
    [KIND_EMITTERS] = { PH_COUNT("emitters"), "Emitters of this kind with such listeners.",
                        NULL },
    [KIND_ERROR] = { PH_COUNT("standard_error"), "Standard error of the listeners; 0: exact.",
                     NULL },
    [KIND] = { PH_COUNT(NULL), "Listeners by class of emitter and event, those with the most.",
               "porthole_listeners_kind" },
    [TOP_TOTAL] = { PH_COUNT("top_total"), "Entries, of which the list shows the top.", NULL },
    [NOW] = { PH_COUNT("listeners"), "Listeners for this event of this one emitter.", NULL },
    [MINUTE_AGO] = { PH_COUNT("minute_ago"), "The same a minute ago.", NULL },
    [TEN_MINUTES_AGO] = { PH_COUNT("ten_minutes_ago"), "The same ten minutes ago.", NULL },
    [HOUR_AGO] = { PH_COUNT("hour_ago"), "The same an hour ago.", NULL },
    [HEAVY_TOTAL] = { PH_COUNT("heavy_total"), "Entries, of which the list shows the top.",
                      NULL },
    [EXCEEDED] = { PH_TOTAL("count"), "MaxListenersExceededWarnings.",
                   "porthole_max_listeners_exceeded_total" },
};

static size_t shown_of(const struct ph_table_view *table)
{
    return table->n < SHOWN ? table->n : SHOWN;
}

/* Names that are cut may have become the same: a sample that is there twice makes Prometheus
 * refuse them all. */
static bool is_repeated(const struct ph_table_view *table, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(table->row[i].name, table->row[at].name) == 0 &&
            strcmp(table->row[i].detail, table->row[at].detail) == 0)
            return true;
    return false;
}

/* A sample with a second label, in /metrics only. */
static void build_sample(const char *event, uint64_t listeners, struct ph_builder *b)
{
    ph_build_item(b, "event", event);
    ph_build_hide(b);
    ph_build_uint(b, &metrics[KIND], listeners);
    ph_build_end(b);
}

static void collect_kinds(struct ph_thread_scratch *s, const struct porthole_thread *t,
                          struct ph_builder *b)
{
    struct ph_table_view *table = &s->table;
    size_t n = 0, total = 0;

    if (ph_board_table(t, PORTHOLE_TABLE_LISTENERS, table)) {
        n = shown_of(table);
        total = table->total;
    }
    ph_build_array(b, "top");
    for (size_t i = 0; i < n; i++) {
        const uint64_t *value = table->row[i].value;

        ph_build_item(b, "emitter", table->row[i].name);
        ph_build_text(b, "emitter", table->row[i].name);
        ph_build_text(b, "event", table->row[i].detail);
        for (size_t column = 0; column < 4; column++)
            ph_build_uint(b, &metrics[ON_KIND + column], value[column]);
        if (!is_repeated(table, i))
            build_sample(table->row[i].detail, value[0], b);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (total > n) {
        ph_build_bool(b, "top_truncated", true);
        ph_build_uint(b, &metrics[TOP_TOTAL], total);
    }
}

static void collect_heavy(struct ph_thread_scratch *s, const struct porthole_thread *t,
                          struct ph_builder *b)
{
    struct ph_table_view *table = &s->table;
    size_t n = 0, total = 0;

    if (ph_board_table(t, PORTHOLE_TABLE_HEAVY, table)) {
        n = shown_of(table);
        total = table->total;
    }
    ph_build_array(b, "heavy");
    for (size_t i = 0; i < n; i++) {
        const char *note = table->row[i].note;

        ph_build_item(b, NULL, NULL);
        ph_build_text(b, "name", table->row[i].name);
        ph_build_text(b, "event", table->row[i].detail);
        for (size_t column = 0; column < 4; column++)
            ph_build_uint(b, &metrics[NOW + column], table->row[i].value[column]);
        ph_build_text(b, "added_by", note[0] ? note : NULL);
        ph_build_end(b);
    }
    ph_build_end(b);
    if (total > n) {
        ph_build_bool(b, "heavy_truncated", true);
        ph_build_uint(b, &metrics[HEAVY_TOTAL], total);
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
    ph_build_real(b, &metrics[LOW], l.low);
    ph_build_real(b, &metrics[HIGH], l.high);
    ph_build_uint(b, &metrics[EMITTERS], l.emitters);
    ph_build_real(b, &metrics[ERROR], l.standard_error);
    ph_build_text(b, "counted_by", l.counted_by);
    collect_kinds(s, t, b);
    collect_heavy(s, t, b);
    ph_build_object(b, "max_exceeded");
    ph_build_uint(b, &metrics[EXCEEDED], l.max_exceeded);
    ph_build_text(b, "last", l.max_exceeded_last[0] ? l.max_exceeded_last : NULL);
    ph_build_end(b);
    ph_build_end(b);
}
