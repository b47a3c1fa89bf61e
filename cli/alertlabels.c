/* SPDX-License-Identifier: MIT */
/*
 * alertlabels: names of labels in one table.
 */
#include "alertlabels.h"

#include "instant.h"
#include "jsontext.h"
#include "say.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;      /* of a text in struct sample */
} own[] = {
    { "service", offsetof(struct sample, service) },
    { "component", offsetof(struct sample, component) },
    { "version", offsetof(struct sample, version) },
    { "host", offsetof(struct sample, host) },
    { "ident", offsetof(struct sample, ident) },
};

#define OWN (sizeof own / sizeof own[0])

static const char *own_label(const struct fleet_row *row, size_t i)
{
    return row->known ? (const char *)&row->last + own[i].offset : "";
}

/* What the process says of itself, else what the list of targets says. */
static const char *label_of(const struct fleet_row *row, const char *name)
{
    const char *given = row->labels ? labels_get(row->labels, name) : NULL;

    if (strcmp(name, "instance") == 0 || strcmp(name, "target") == 0)
        return row->name;
    for (size_t i = 0; i < OWN; i++)
        if (strcmp(name, own[i].name) == 0 && own_label(row, i)[0] != '\0')
            return own_label(row, i);
    return given ? given : "";
}

bool alertlabels_admits(const struct ph_rulefile_rule *rule, const struct fleet_row *row)
{
    for (size_t i = 0; i < rule->n_where; i++) {
        const struct ph_rulefile_where *where = &rule->where[i];

        if (ph_rulefile_matches(where->pattern, label_of(row, where->label)) == where->differs)
            return false;
    }
    return true;
}

void alertlabels_set(struct alert *alert, const struct fleet_row *row)
{
    labels_fini(&alert->labels);
    labels_set(&alert->labels, "alertname", alert->rule->name);
    labels_set(&alert->labels, "severity", ph_rulefile_severity(alert->rule->severity));
    labels_set(&alert->labels, "instance", row->name);
    for (size_t i = 0; i < OWN; i++)
        if (own_label(row, i)[0] != '\0')
            labels_set(&alert->labels, own[i].name, own_label(row, i));
    if (row->labels)
        labels_inherit(&alert->labels, row->labels);
}

/* ---- Sentences --------------------------------------------------------------------- */

static void put_value(struct buf *out, double value)
{
    if (isnan(value))
        buf_puts(out, "-");
    else
        buf_printf(out, "%.6g", value);
}

static void put_field(struct buf *out, const struct alert *alert, const char *name)
{
    const char *label = labels_get(&alert->labels, name);

    if (strcmp(name, "says") == 0)
        buf_puts(out, alert->says);
    else if (strcmp(name, "rule") == 0)
        buf_puts(out, alert->rule->name);
    else if (strcmp(name, "target") == 0)
        buf_puts(out, alert->target);
    else if (strcmp(name, "value") == 0)
        put_value(out, alert->value);
    else
        buf_puts(out, label ? label : "");
}

void alertlabels_says(struct buf *out, const struct alert *alert)
{
    const char *at = alert->rule->says;

    if (*at == '\0') {
        buf_puts(out, alert->says);
        return;
    }
    while (*at) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        char name[64];

        if (end == NULL || (size_t)(end - at) > sizeof name) {
            buf_add(out, at++, 1);
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)(end - at - 1), at + 1);
        put_field(out, alert, name);
        at = end + 1;
    }
}

static void put_time(struct buf *out, const char *name, double unix_s)
{
    char text[INSTANT_BYTES];

    instant_text(text, unix_s, "%Y-%m-%dT%H:%M:%SZ");
    buf_printf(out, isnan(unix_s) ? ",\"%s\":null" : ",\"%s\":\"%s\"", name, text);
}

static const char *state_word(enum alert_state state)
{
    static const char *const words[] = { "none", "pending", "firing", "resolved" };

    return words[state];
}

void alertlabels_json(struct buf *out, const struct alert *alert)
{
    struct buf says = { 0 };

    alertlabels_says(&says, alert);
    buf_printf(out, "{\"state\":\"%s\",\"rule\":", state_word(alert->state));
    jsontext_string(out, alert->rule->name);
    buf_printf(out,
               ",\"severity\":\"%s\",\"target\":", ph_rulefile_severity(alert->rule->severity));
    jsontext_string(out, alert->target);
    buf_puts(out, ",\"says\":");
    jsontext_string(out, buf_text(&says));
    buf_puts(out, ",\"value\":");
    jsontext_number(out, alert->value);
    put_time(out, "began", alert->began_unix_s);
    put_time(out, "ended", alert->ended_unix_s);
    buf_puts(out, ",\"labels\":{");
    for (size_t i = 0; i < alert->labels.count; i++) {
        buf_puts(out, i ? "," : "");
        jsontext_string(out, alert->labels.items[i].name);
        buf_puts(out, ":");
        jsontext_string(out, alert->labels.items[i].value);
    }
    buf_puts(out, "}}");
    buf_fini(&says);
}

void alertlabels_line(struct buf *out, const struct alert *alert)
{
    struct buf says = { 0 };

    alertlabels_says(&says, alert);
    buf_printf(out, "%-8s  %s  ",
               alert->state == ALERT_RESOLVED ? "resolved"
                                              : ph_rulefile_severity(alert->rule->severity),
               alert->rule->name);
    text_clean(out, alert->target, strlen(alert->target), say_charset());
    buf_puts(out, "  ");
    text_clean(out, buf_text(&says), says.len, say_charset());
    buf_puts(out, "\n");
    buf_fini(&says);
}
