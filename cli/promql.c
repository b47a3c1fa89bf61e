/* SPDX-License-Identifier: MIT */
/*
 * promql: answers are read where they lie, each byte once. One of 10,000 instances has about a
 * megabyte, and there are some forty of them in a round.
 */
#include "promql.h"

#include "decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_BYTES 256

static void put_encoded(struct buf *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_.~";

    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL)
            buf_add(out, c, 1);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

void promql_path(struct buf *out, const char *server_path, const char *query, double at_s)
{
    size_t len = strlen(server_path);

    while (len > 0 && server_path[len - 1] == '/')
        len--;
    buf_add(out, server_path, len);
    buf_puts(out, "/api/v1/query?query=");
    put_encoded(out, query);
    if (!isnan(at_s))
        buf_printf(out, "&time=%.3f", at_s);
}

struct jsonspan promql_label(const struct promql_series *series, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = series->label_count; i-- > 0;) {
        struct jsonspan own = series->labels[i].name;

        if (own.len == len + 2 && memcmp(own.text + 1, name, len) == 0)
            return series->labels[i].value;
    }
    return (struct jsonspan){ NULL, 0 };
}

/* ---- Answers ---------------------------------------------------------------------------- */

/* Where the reader is. {"status": "success", "data": {"resultType": "vector", "result":
 * [{"metric": {...}, "value": [1700000000.123, "5"]}, ...]}} */
enum place { OUTSIDE, ANSWER, DATA, RESULT, ITEM, METRIC, VALUE };

struct reading {
    struct promql_series series;
    void (*each)(const struct promql_series *series, void *user);
    void *user;
    struct jsonspan key;        /* the last one */
    enum place place;
    size_t depth;               /* within what is of no interest here; 0: not in there */
    size_t values;              /* in the pair */
    bool success, vector, result, metric, wrong;
};

static bool is_text(struct jsonspan string, const char *text)
{
    size_t len = strlen(text);

    return string.len == len + 2 && memcmp(string.text + 1, text, len) == 0;
}

/* A number in a string: "0.5", "NaN", "+Inf". */
static double number_of(struct jsonspan string)
{
    char text[64], *end;
    double value;

    if (decimal_short(string.text + 1, string.len - 2, &value))
        return value;
    if (string.len < 3 || string.len - 2 >= sizeof text)
        return NAN;
    memcpy(text, string.text + 1, string.len - 2);
    text[string.len - 2] = '\0';
    value = strtod(text, &end);
    return *end == '\0' && isfinite(value) ? value : NAN;
}

/* What a container is that opens here. */
static enum place inner(const struct reading *r, char what)
{
    static const struct {
        enum place outer;
        char what;
        const char *key;
        enum place inner;
    } steps[] = {
        { ITEM, '{', "metric", METRIC }, { ITEM, '[', "value", VALUE },
        { RESULT, '{', NULL, ITEM },     { DATA, '[', "result", RESULT },
        { ANSWER, '{', "data", DATA },   { OUTSIDE, '{', NULL, ANSWER },
    };

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].outer == r->place && steps[i].what == what &&
            (steps[i].key == NULL || is_text(r->key, steps[i].key)))
            return steps[i].inner;
    }
    return OUTSIDE;
}

static void open_one(struct reading *r, char what)
{
    enum place place = inner(r, what);

    if (place == OUTSIDE) {
        r->wrong = r->wrong || r->place == RESULT || r->place == OUTSIDE;
        r->depth = 1;
        return;
    }
    r->place = place;
    if (place == ITEM) {
        r->metric = false;
        r->values = 0;
    } else if (place == METRIC) {
        r->metric = true;
        r->series.label_count = 0;
    } else if (place == VALUE) {
        r->values = 0;
    }
    r->result = r->result || place == RESULT;
}

static void close_one(struct reading *r)
{
    static const enum place outer[] = { [ANSWER] = OUTSIDE, [DATA] = ANSWER, [RESULT] = DATA,
                                        [ITEM] = RESULT,    [METRIC] = ITEM, [VALUE] = ITEM };

    if (r->place == ITEM) {
        r->wrong = r->wrong || !r->metric || r->values < 2;
        if (!r->wrong)
            r->each(&r->series, r->user);
    }
    r->place = outer[r->place];
}

static void take_label(struct promql_series *series, struct jsonspan name,
                       struct jsonspan value)
{
    if (series->label_count < PROMQL_LABELS)
        series->labels[series->label_count++] = (struct promql_label){ name, value };
}

static void take_scalar(struct reading *r, char what, struct jsonspan token)
{
    bool text = what == '"';

    if (r->place == VALUE) {
        if (r->values == 0)
            r->series.at_s = jsonspan_number(token);
        else if (r->values == 1)
            r->series.value = text ? number_of(token) : NAN;
        r->values++;
    } else if (r->place == METRIC && text) {
        take_label(&r->series, r->key, token);
    } else if (r->place == ANSWER && is_text(r->key, "status")) {
        r->success = text && is_text(token, "success");
    } else if (r->place == DATA && is_text(r->key, "resultType")) {
        r->vector = text && is_text(token, "vector");
    }
    r->wrong = r->wrong || r->place == RESULT;
}

static bool take_token(void *user, char what, struct jsonspan token)
{
    struct reading *r = user;
    bool opens = what == '{' || what == '[', closes = what == '}' || what == ']';

    if (r->depth > 0) {
        r->depth += opens;
        r->depth -= closes;
    } else if (what == ':') {
        r->key = token;
    } else if (opens) {
        open_one(r, what);
    } else if (closes) {
        close_one(r);
    } else {
        take_scalar(r, what, token);
    }
    return true;
}

enum cause promql_read(const char *text, size_t len,
                       void (*each)(const struct promql_series *series, void *user), void *user)
{
    struct reading r;
    enum cause cause;
    bool plain;

    r = (struct reading){ .each = each, .user = user, .place = OUTSIDE };
    cause = jsonspan_tell(text, len, take_token, &r, &plain);
    if (cause == CAUSE_NONE && (r.wrong || !r.success || !r.vector || !r.result))
        return CAUSE_NOT_PORTHOLE;
    return cause;
}

bool promql_error(struct buf *out, const char *text, size_t len)
{
    struct jsonspan answer, error;
    struct buf said = { 0 };
    bool any;

    if (jsonspan_read(text, len, &answer) != CAUSE_NONE)
        return false;
    error = jsonspan_find(answer, "error");
    if (jsonspan_kind(error) != '"')
        return false;
    jsonspan_text(&said, error);
    any = said.len > 0;
    buf_add(out, buf_text(&said), said.len < ERROR_BYTES ? said.len : ERROR_BYTES);
    buf_fini(&said);
    return any;
}
