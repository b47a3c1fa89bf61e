/* SPDX-License-Identifier: MIT */
/*
 * promql: answers are read where they lie. One of 10,000 instances has more than a megabyte,
 * and there are some forty of them in a round.
 */
#include "promql.h"

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

static bool is_text(struct jsonspan string, const char *text)
{
    struct buf scratch = { 0 };
    bool same = jsonspan_kind(string) == '"' &&
                slice_equal(jsonspan_slice(string, &scratch), slice_of(text));

    buf_fini(&scratch);
    return same;
}

/* A number in a string: "0.5", "NaN", "+Inf". */
static double number_of(struct jsonspan string)
{
    char text[64], *end;
    double value;

    if (jsonspan_kind(string) != '"' || string.len < 3 || string.len - 2 >= sizeof text)
        return NAN;
    memcpy(text, string.text + 1, string.len - 2);
    text[string.len - 2] = '\0';
    value = strtod(text, &end);
    return *end == '\0' && isfinite(value) ? value : NAN;
}

/* {"metric": {...}, "value": [1700000000.123, "5"]} */
static bool read_series(struct jsonspan item, struct promql_series *series)
{
    struct jsonspan pair = jsonspan_find(item, "value"), key, at, value;
    struct jsonspan_walk walk = jsonspan_begin(pair);

    series->labels = jsonspan_find(item, "metric");
    if (jsonspan_kind(series->labels) != '{' || jsonspan_kind(pair) != '[')
        return false;
    if (!jsonspan_next(&walk, &key, &at) || !jsonspan_next(&walk, &key, &value))
        return false;
    series->at_s = jsonspan_number(at);
    series->value = number_of(value);
    return true;
}

enum cause promql_read(const char *text, size_t len,
                       void (*each)(const struct promql_series *series, void *user), void *user)
{
    struct jsonspan answer, data, result, key, item;
    enum cause cause = jsonspan_read(text, len, &answer);
    struct promql_series series;
    struct jsonspan_walk walk;

    if (cause != CAUSE_NONE)
        return cause;
    data = jsonspan_find(answer, "data");
    result = jsonspan_find(data, "result");
    if (!is_text(jsonspan_find(answer, "status"), "success") ||
        !is_text(jsonspan_find(data, "resultType"), "vector") || jsonspan_kind(result) != '[')
        return CAUSE_NOT_PORTHOLE;
    walk = jsonspan_begin(result);
    while (jsonspan_next(&walk, &key, &item)) {
        if (!read_series(item, &series))
            return CAUSE_NOT_PORTHOLE;
        each(&series, user);
    }
    return CAUSE_NONE;
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
