/* SPDX-License-Identifier: MIT */
/* Owns the sentences. Bytes are counted in powers of 1024, as everywhere in porthole. */
#include "says.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES 80u  /* of what the application named, at most so much is said */

struct line {
    char  *out;
    size_t len;
};

/* ---- Pieces ------------------------------------------------------------------------ */

static void add(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *format, ...)
{
    va_list args;
    int n;

    if (line->len >= PH_SAYS_BYTES - 1)
        return;
    va_start(args, format);
    n = vsnprintf(line->out + line->len, PH_SAYS_BYTES - line->len, format, args);
    va_end(args);
    line->len += n > 0 ? (size_t)n : 0;
    if (line->len < PH_SAYS_BYTES)
        return;
    line->len = PH_SAYS_BYTES - 1;
    memcpy(line->out + PH_SAYS_BYTES - 4, "...", 4);
}

/* Someone else's text: what is not printable ASCII is not printed. */
static void add_name(struct line *line, const char *name, size_t n)
{
    char plain[NAME_BYTES + 4];
    size_t kept = n < NAME_BYTES ? n : NAME_BYTES;

    for (size_t i = 0; i < kept; i++)
        plain[i] = name[i] >= ' ' && name[i] < 0x7f ? name[i] : '?';
    memcpy(plain + kept, n > kept ? "..." : "", n > kept ? 4 : 1);
    add(line, "%s", plain);
}

/* The noun with what the star of its pattern stands for. */
static void add_noun(struct line *line, const struct ph_watched_as *as, const char *series)
{
    const char *star = NULL, *gap = strchr(as->noun, '*');
    size_t n = 0;

    if (!gap || !ph_watched_matches(as->pattern, series, &star, &n)) {
        add(line, "%s", as->noun);
        return;
    }
    add(line, "%.*s", (int)(gap - as->noun), as->noun);
    add_name(line, star, n);
    add(line, "%s", gap + 1);
}

static bool is_bytes(const struct ph_watched_as *as)
{
    return as->kind == PH_GROWTH_HEAP || as->kind == PH_GROWTH_BYTES;
}

/* Two digits where there are less than ten of the unit. */
static void add_number(struct line *line, double value)
{
    if (fabs(value) < 0.095)
        add(line, "%.2g", value);
    else
        add(line, fabs(value) < 9.95 ? "%.1f" : "%.0f", value);
}

static void add_bytes(struct line *line, double bytes)
{
    static const char *const units[] = { "bytes", "KB", "MB", "GB", "TB" };
    size_t unit = 0;

    for (; fabs(bytes) >= 1023.5 && unit < 4; unit++)
        bytes /= 1024;
    if (unit == 0)
        add(line, "%.0f", bytes);
    else
        add_number(line, bytes);
    add(line, " %s", units[unit]);
}

static void add_amount(struct line *line, const struct ph_watched_as *as, double value)
{
    if (is_bytes(as))
        add_bytes(line, value);
    else
        add_number(line, value);
}

static void add_duration(struct line *line, double seconds)
{
    if (seconds < 100)
        add(line, "%.0f s", seconds);
    else if (seconds < 100 * 60)
        add(line, "%.0f min", seconds / 60);
    else if (seconds < 48 * 3600.0)
        add(line, "%.0f h", seconds / 3600);
    else
        add(line, "%.0f days", seconds / 86400);
}

/* ---- How fast ---------------------------------------------------------------------- */

struct pace {
    const char *name;
    double per_h;   /* a growth of 1 an hour is so much in this time */
};

/* The longest time in which it is no more than a person can picture. */
static const struct pace *pace_of(const struct ph_watched_as *as, double per_h)
{
    static const struct pace day = { "a day", 24 }, hour = { "an hour", 1 },
                             minute = { "a minute", 1 / 60.0 };
    double fast = is_bytes(as) ? 10 * 1073741824.0 : 600;
    double slow = is_bytes(as) ? 10 * 1048576.0 : 2;

    return per_h >= fast ? &minute : per_h < slow ? &day : &hour;
}

static void add_pace(struct line *line, const struct ph_saying *s)
{
    const struct ph_verdict *v = s->verdict;
    const struct pace *pace = pace_of(s->as, v->slope_per_h);

    add_amount(line, s->as, v->slope_per_h * pace->per_h);
    add(line, " %s", pace->name);
    /* Bytes are never as regular as what is counted: how sure is part of the figure. */
    if (is_bytes(s->as) && isfinite(v->low_per_h) && isfinite(v->high_per_h)) {
        add(line, " (");
        add_amount(line, s->as, v->low_per_h * pace->per_h);
        add(line, " to ");
        add_amount(line, s->as, v->high_per_h * pace->per_h);
        add(line, ")");
    }
}

static void add_growing(struct line *line, const struct ph_saying *s)
{
    const struct ph_verdict *v = s->verdict;

    if (!isfinite(v->slope_per_h)) {
        add(line, s->as->plural ? " grow" : " grows");
        return;
    }
    add(line, s->as->plural ? " grow by " : " grows by ");
    add_pace(line, s);
    if (isfinite(v->window_s) && v->window_s > 0) {
        add(line, " for ");
        add_duration(line, v->window_s);
    }
}

static void add_level(struct line *line, const struct ph_saying *s, const char *before)
{
    if (!isfinite(s->verdict->value))
        return;
    add(line, "%s", before);
    add_amount(line, s->as, s->verdict->value);
}

static void add_tendency(struct line *line, const struct ph_saying *s)
{
    bool plural = s->as->plural;

    switch (s->verdict->tendency) {
    case PH_GROWING:
        add_growing(line, s);
        break;
    case PH_STEPWISE:
        add(line, plural ? " grow in steps" : " grows in steps");
        add_level(line, s, ", now ");
        break;
    case PH_SETTLING:
        add(line, plural ? " have grown and settle" : " has grown and settles");
        add_level(line, s, " at ");
        break;
    case PH_STABLE:
        add(line, plural ? " do not grow" : " does not grow");
        add_level(line, s, ": ");
        break;
    default:
        add(line, plural ? " have not been watched for long enough"
                         : " has not been watched for long enough");
        break;
    }
}

/* ---- What else there is to say ------------------------------------------------------- */

static void add_part(struct line *line, const struct ph_saying *s)
{
    const struct ph_watched_as *as = s->part ? ph_watched_find(s->part) : NULL;
    const char *star = NULL;
    size_t n = 0;

    if (!as || !ph_watched_matches(as->pattern, s->part, &star, &n) || !star)
        return;
    add(line, ", most of them %s",
        as->role == PH_ROLE_SOCKETS_PART ? strncmp(s->part, "http", 4) ? "to " : "of the agent "
        : as->role == PH_ROLE_DESCRIPTORS_PART ? "of kind "
                                               : "of ");
    add_name(line, star, n);
}

static void add_counter(struct line *line, const char *series)
{
    static const struct {
        const char *pattern, *before, *behind;
    } names[] = {
        { "http.server.started", "HTTP server requests", "" },
        { "http.client.started", "HTTP client requests", "" },
        { "objects.*.created", "new objects of type ", "" },
        { "handles.by_kind.*.created", "new handles of kind ", "" },
        { "metrics.*", "the application's ", "" },
    };
    const char *star = NULL;
    size_t n = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!ph_watched_matches(names[i].pattern, series, &star, &n))
            continue;
        add(line, "%s", names[i].before);
        if (star)
            add_name(line, star, n);
        return;
    }
    add_name(line, series, strlen(series));
}

static void add_moves(struct line *line, const struct ph_saying *s)
{
    for (size_t i = 0; i < s->n_moves_with; i++) {
        const struct ph_moves_with *m = &s->moves_with[i];

        add(line, i ? " and " : s->as->plural ? "; they move with " : "; it moves with ");
        add_counter(line, m->series);
        if (!isfinite(m->per_event) || m->per_event <= 0)
            continue;
        add(line, " (");
        add_amount(line, s->as, m->per_event);
        add(line, " each)");
    }
}

static void add_limit(struct line *line, const struct ph_saying *s)
{
    double in_s = s->verdict->reaches_limit_s;

    if (!isfinite(in_s) || in_s < 0 || in_s > 366 * 86400.0)
        return;
    add(line, s->as->plural ? "; they reach their limit in " : "; it reaches its limit in ");
    add_duration(line, in_s);
}

void ph_says(const struct ph_saying *s, char *out)
{
    struct line line = { .out = out };

    out[0] = '\0';
    if (s->thread > 0)
        add(&line, "in thread %d, ", s->thread);
    add_noun(&line, s->as, s->series);
    add_tendency(&line, s);
    if (s->verdict->tendency != PH_GROWING && s->verdict->tendency != PH_STEPWISE)
        return;
    add_part(&line, s);
    if (s->heap_each > 0) {
        add(&line, "; each holds about ");
        add_bytes(&line, s->heap_each);
        add(&line, " of the heap");
    }
    add_moves(&line, s);
    add_limit(&line, s);
}
