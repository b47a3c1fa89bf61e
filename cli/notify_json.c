/* SPDX-License-Identifier: MIT */
#include "notify_json.h"

#include "instant.h"
#include "jsontext.h"
#include "text.h"

#include <math.h>
#include <string.h>

static const char *label_of(const struct alert *alert, const char *name)
{
    const char *value = labels_get(&alert->labels, name);

    return value != NULL ? value : "";
}

static const char *state_of(const struct alert *alert)
{
    return alert->state == ALERT_RESOLVED ? "resolved" : "firing";
}

static void add_member(struct buf *out, const char *before, const char *value)
{
    buf_puts(out, before);
    if (value[0] != '\0')
        jsontext_string(out, value);
    else
        buf_puts(out, "null");
}

static void add_clean_string(struct buf *out, const char *text)
{
    struct buf clean = { 0 };

    text_clean(&clean, text, strlen(text), TEXT_UTF8);
    jsontext_string(out, buf_text(&clean));
    buf_fini(&clean);
}

static void add_moment(struct buf *out, const char *before, double unix_s)
{
    buf_puts(out, before);
    notify_json_moment(out, unix_s);
}

void notify_json_moment(struct buf *out, double unix_s)
{
    char text[INSTANT_BYTES];

    instant_text(text, unix_s, "%Y-%m-%dT%H:%M:%S");
    if (text[0] == '-')
        buf_puts(out, "null");
    else
        buf_printf(out, "\"%s.%03uZ\"", text, (unsigned)((unix_s - floor(unix_s)) * 1000));
}

void notify_json_labels(struct buf *out, const struct labels *labels)
{
    buf_puts(out, "{");
    for (size_t i = 0; i < labels->count; i++) {
        buf_puts(out, i > 0 ? "," : "");
        jsontext_string(out, labels->items[i].name);
        buf_puts(out, ":");
        jsontext_string(out, labels->items[i].value);
    }
    buf_puts(out, "}");
}

void notify_json_alert(struct buf *out, const struct alert *alert)
{
    add_member(out, "{\"schema\":1,\"alert\":", alert->rule->name);
    add_member(out, ",\"state\":", state_of(alert));
    add_member(out, ",\"severity\":", label_of(alert, "severity"));
    add_member(out, ",\"target\":", alert->target);
    buf_puts(out, ",\"labels\":");
    notify_json_labels(out, &alert->labels);
    add_member(out, ",\"figure\":", alert->rule->figure);
    buf_puts(out, ",\"value\":");
    jsontext_number(out, alert->value);
    buf_puts(out, ",\"says\":");
    add_clean_string(out, alert->says);
    add_moment(out, ",\"began\":", alert->began_unix_s);
    add_moment(out, ",\"fired\":", alert->fired_unix_s);
    add_moment(out, ",\"ended\":", alert->ended_unix_s);
    buf_puts(out, "}");
}

/* "host:port", with nothing in it that would have to be escaped. */
static bool is_address(const char *target)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-:[]";
    const char *colon = strrchr(target, ':');

    return colon != NULL && colon > target && target[strspn(target, allowed)] == '\0' &&
           colon[1] != '\0' && colon[1 + strspn(colon + 1, "0123456789")] == '\0' &&
           (target[0] == '[' || strchr(target, ':') == colon) &&
           strncmp(target, "pid:", 4) != 0;
}

void notify_json_annotations(struct buf *out, const struct alert *alert)
{
    struct buf value = { 0 };

    buf_puts(out, "\"annotations\":{\"summary\":");
    add_clean_string(out, alert->says);
    if (isfinite(alert->value)) {
        jsontext_number(&value, alert->value);
        buf_printf(out, ",\"value\":\"%s\"", buf_text(&value));
    }
    if (alert->rule->figure[0] != '\0')
        add_member(out, ",\"figure\":", alert->rule->figure);
    buf_puts(out, "}");
    if (is_address(alert->target)) {
        buf_puts(out, ",\"generatorURL\":\"http://");
        buf_puts(out, alert->target);
        buf_puts(out, "/state\"");
    }
    buf_fini(&value);
}

static void add_variable(struct buf *out, const char *name, const char *value)
{
    buf_puts(out, name);
    text_clean(out, value, strlen(value), TEXT_UTF8);
    buf_fill(out, '\0', 1);
}

void notify_json_environment(struct buf *out, const struct alert *alert)
{
    struct buf value = { 0 };

    if (isfinite(alert->value))
        jsontext_number(&value, alert->value);
    add_variable(out, "PORTHOLE_ALERT_NAME=", alert->rule->name);
    add_variable(out, "PORTHOLE_ALERT_STATE=", state_of(alert));
    add_variable(out, "PORTHOLE_ALERT_SEVERITY=", label_of(alert, "severity"));
    add_variable(out, "PORTHOLE_ALERT_TARGET=", alert->target);
    add_variable(out, "PORTHOLE_ALERT_SERVICE=", label_of(alert, "service"));
    add_variable(out, "PORTHOLE_ALERT_VALUE=", buf_text(&value));
    add_variable(out, "PORTHOLE_ALERT_SAYS=", alert->says);
    buf_fini(&value);
}
