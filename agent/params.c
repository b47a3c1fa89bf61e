/* SPDX-License-Identifier: MIT */
/* Owns the reading of numbers from a query. */
#include "params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 200u /* of a bad value */
#define DIGITS_MAX 15u /* what a double holds exactly */

/* Digits with at most one point: "0.5". By hand, because strtod() reads the host's locale, and
 * "1e9", "inf" and "0x10" as well. What is behind them goes to `rest`. */
static bool parse(const char *text, double *out, const char **rest)
{
    double value = 0, scale = 1;
    unsigned digits = 0;
    bool point = false;
    const char *c;

    for (c = text; *c; c++) {
        if (*c == '.' && !point) {
            point = true;
        } else if (*c >= '0' && *c <= '9' && digits < DIGITS_MAX) {
            value = value * 10 + (*c - '0');
            scale *= point ? 10 : 1;
            digits++;
        } else {
            break;
        }
    }
    *out = value / scale;
    *rest = c;
    return digits > 0;
}

/* The unit of a duration, in seconds; 0 if it is none. */
static double unit_of(const char *unit)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "ms", 0.001 }, { "m", 60 } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0)
            return units[i].seconds;
    return 0;
}

static void refuse(const struct ph_param *param, const char *given, struct ph_reply *reply)
{
    struct ph_sink message;

    ph_sink_init(&message, 1024);
    ph_sink_text(&message, "bad value '");
    ph_sink_put(&message, given, strnlen(given, SHOWN_BYTES));
    ph_sink_text(&message, "' for '");
    ph_sink_text(&message, param->name);
    ph_sink_text(&message, "': ");
    ph_sink_real(&message, param->least);
    ph_sink_text(&message, " .. ");
    ph_sink_real(&message, param->most);
    ph_sink_put(&message, "", 1);
    ph_reply_error(reply, 400, "bad-option", message.failed ? "bad value" : message.bytes,
                   NULL);
    ph_sink_fini(&message);
}

bool ph_param_read(const struct ph_request *request, const struct ph_param *param, double *out,
                   struct ph_reply *reply)
{
    const char *given = request->query(request, param->name), *rest;
    double value;

    *out = param->otherwise;
    if (!given)
        return true;
    if (!parse(given, &value, &rest) || *rest || value < param->least || value > param->most ||
        (param->whole && floor(value) != value)) {
        refuse(param, given, reply);
        return false;
    }
    *out = value;
    return true;
}

bool ph_param_duration(const struct ph_request *request, const struct ph_param *param,
                       double *out, struct ph_reply *reply)
{
    const char *given = request->query(request, param->name), *rest;
    double value, unit;

    *out = param->otherwise;
    if (!given)
        return true;
    unit = parse(given, &value, &rest) ? unit_of(rest) : 0;
    if (unit == 0 || value * unit < param->least || value * unit > param->most) {
        refuse(param, given, reply);
        return false;
    }
    *out = value * unit;
    return true;
}

bool ph_param_choice(const struct ph_request *request, const char *name,
                     const char *const *choices, unsigned *out, struct ph_reply *reply)
{
    const char *given = request->query(request, name);
    char message[160];
    int n;

    *out = 0;
    for (unsigned i = 0; given && choices[i]; i++) {
        *out = i;
        if (strcmp(given, choices[i]) == 0)
            return true;
    }
    if (!given)
        return true;
    n = snprintf(message, sizeof message, "bad value for '%s' (one of", name);
    for (unsigned i = 0; choices[i] && n > 0 && (size_t)n < sizeof message; i++)
        n += snprintf(message + n, sizeof message - (size_t)n, " '%s'", choices[i]);
    if (n > 0 && (size_t)n < sizeof message)
        snprintf(message + n, sizeof message - (size_t)n, "):");
    ph_reply_error(reply, 400, "bad-option", message, given);
    return false;
}

void ph_refuse_thread(const struct ph_request *request, struct ph_reply *reply)
{
    const char *given = request->query(request, "thread");

    ph_reply_error(reply, 404, "no-such-thread", "there is no thread", given ? given : "0");
}
