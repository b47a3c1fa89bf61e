/* SPDX-License-Identifier: MIT */
/*
 * cmd_history: the word for a series is a name if the agent knows it, else a part of names.
 */
#include "cmd_history.h"

#include "answer.h"
#include "exitcode.h"
#include "historylist.h"
#include "instant.h"
#include "plot.h"
#include "points.h"
#include "query.h"
#include "render_json.h"
#include "say.h"
#include "session.h"
#include "trend.h"
#include "width.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define ROWS 16
#define NOT_FOUND 404
#define HARDLY_CHANCE 3.0

static const char *const resolutions[] = { "1s", "15s", "1m", "5m", "20m", "1h", "4h" };

#define RESOLUTIONS (sizeof resolutions / sizeof resolutions[0])

enum form { TEXT, JSON, CSV };

struct history {
    const struct opts *opts;
    struct session session;
    struct round_entry *entry;
    enum form form;
    struct buf path;
};

/* ---- Options ------------------------------------------------------------------------- */

static bool check(struct history *h)
{
    const struct opts *opts = h->opts;
    size_t i = 0;

    h->form = opts->json ? JSON : TEXT;
    if (opts->format != NULL && strcmp(opts->format, "json") == 0)
        h->form = JSON;
    else if (opts->format != NULL && strcmp(opts->format, "csv") == 0)
        h->form = CSV;
    else if (opts->format != NULL && strcmp(opts->format, "text") != 0) {
        say_error("bad format '%s': text, json or csv", opts->format);
        return false;
    }
    while (opts->resolution != NULL && i < RESOLUTIONS &&
           strcmp(resolutions[i], opts->resolution) != 0)
        i++;
    if (i == RESOLUTIONS)
        say_error("bad resolution '%s': 1s, 15s, 1m, 5m, 20m, 1h or 4h", opts->resolution);
    return i < RESOLUTIONS;
}

/* ---- Questions ----------------------------------------------------------------------- */

/* NULL: why not is the job's cause. */
static struct doc *ask(struct history *h)
{
    h->entry->job.path = buf_text(&h->path);
    answer_run(&h->session.round);
    return answer_read(&h->entry->job);
}

static struct doc *ask_list(struct history *h)
{
    buf_clear(&h->path);
    buf_puts(&h->path, "/history");
    return ask(h);
}

static struct doc *ask_series(struct history *h, const char *name, const char *resolution)
{
    const char *thread = h->opts->thread;

    buf_clear(&h->path);
    buf_puts(&h->path, "/history/");
    query_escape(&h->path, slice_of(name));
    buf_printf(&h->path, "?resolution=%s", resolution != NULL ? resolution : "1m");
    if (thread != NULL)
        buf_printf(&h->path, "&thread=%s", thread);
    return ask(h);
}

static int fail(struct history *h)
{
    answer_say_failures(&h->session.round);
    return h->entry->job.status > 0 ? EXITCODE_SOME : EXITCODE_NONE;
}

static int not_ours(struct history *h)
{
    h->entry->job.cause = CAUSE_NOT_PORTHOLE;
    return fail(h);
}

static int print(struct buf *out)
{
    bool good = say(buf_text(out), out->len);

    buf_fini(out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

static int print_document(struct history *h)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    struct buf out = { 0 };

    render_json_state(&out, NULL, buf_text(&h->entry->job.body), h->entry->job.body.len,
                      (terminal ? RENDER_JSON_ASCII : 0u) |
                          (terminal || h->opts->pretty ? RENDER_JSON_PRETTY : 0u));
    return print(&out);
}

/* ---- One series ---------------------------------------------------------------------- */

/* A cell of CSV with a name that may hold anything. */
static void put_name(struct buf *out, const char *name, const char *part)
{
    buf_puts(out, ",\"");
    for (const char *c = name; *c != '\0'; c++)
        buf_puts(out, *c == '"' ? "\"\"" : (char[]){ *c, '\0' });
    buf_printf(out, ".%s\"", part);
}

/* What 'porthole suspects --series -' reads. */
static void put_csv(struct buf *out, const struct points *points)
{
    struct buf name = { 0 };

    text_clean(&name, points->series, strlen(points->series), TEXT_UTF8);
    buf_puts(out, "seconds");
    put_name(out, buf_text(&name), "min");
    put_name(out, buf_text(&name), "mean");
    put_name(out, buf_text(&name), "max");
    buf_puts(out, "\n");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *p = &points->items[i];

        if (isnan(p->mean))
            buf_printf(out, "%.15g,,,\n", p->t);
        else
            buf_printf(out, "%.15g,%.9g,%.9g,%.9g\n", p->t, p->min, p->mean, p->max);
    }
    buf_fini(&name);
}

static void put_heading(struct buf *out, const struct points *points, enum text_charset charset)
{
    double begin = points->items[0].t;
    double end = points->items[points->count - 1].t + points->step_s;
    char from[INSTANT_BYTES], to[INSTANT_BYTES];
    struct buf raw = { 0 };

    instant_text(from, begin, "%Y-%m-%d %H:%M");
    instant_text(to, end,
                 floor(begin / 86400) == floor(end / 86400) ? "%H:%M UTC"
                                                            : "%Y-%m-%d %H:%M UTC");
    buf_puts(&raw, points->series);
    if (!isnan(points->thread))
        buf_printf(&raw, " of thread %.0f", points->thread);
    buf_printf(&raw, "%s, each %s, %s to %s", points->per_second ? " per second" : "",
               points->resolution, from, to);
    text_clean(out, buf_text(&raw), raw.len, charset);
    buf_puts(out, "\n\n");
    buf_fini(&raw);
}

static void put_slope(struct buf *out, const struct points *points)
{
    struct trend trend = trend_of(points);
    double per_h = trend.per_s * 3600, step = fabs(per_h) / 20;

    if (!(trend.z > HARDLY_CHANCE && trend.per_s > 0))
        return;
    buf_puts(out, "; rises by ");
    plot_value(out, per_h, points->unit, step);
    buf_puts(out, " an hour");
}

static void put_summary(struct buf *out, const struct points *points, enum text_charset charset)
{
    double min = INFINITY, max = -INFINITY;
    double span_s = points->items[points->count - 1].t + points->step_s - points->items[0].t;

    for (size_t i = 0; i < points->count; i++) {
        min = fmin(min, points->items[i].min);
        max = fmax(max, points->items[i].max);
    }
    buf_puts(out, "\nmin ");
    plot_value(out, min, points->unit, NAN);
    buf_puts(out, ", mean ");
    plot_value(out, points_mean(points, span_s + 1), points->unit, NAN);
    buf_puts(out, ", max ");
    plot_value(out, max, points->unit, NAN);
    put_slope(out, points);
    buf_puts(out, "\n");
    if (points->born >= points->items[0].t + span_s)
        buf_puts(out, "all of it is what this process's predecessor saw\n");
    else if (points->born > points->items[0].t)
        buf_printf(out, "left of the %s is what this process's predecessor saw\n",
                   charset == TEXT_UTF8 ? "│" : "|");
}

/* NULL: no resolution has two points. The last question was another one then. */
static const char *find_resolution(struct history *h, const char *name)
{
    for (size_t i = 0; i < RESOLUTIONS; i++) {
        struct doc *document = ask_series(h, name, resolutions[i]);
        struct points points = { 0 };
        bool good = document != NULL && points_read(&points, document) && points.known >= 2;

        points_fini(&points);
        doc_free(document);
        if (good)
            return resolutions[i];
    }
    return NULL;
}

static void say_few(struct history *h, const char *name, const struct points *points)
{
    const char *few = points->known == 0 ? "no value" : "one value";
    char asked[POINTS_WORD];
    const char *other;

    memcpy(asked, points->resolution, sizeof asked);
    other = find_resolution(h, name);
    if (other != NULL)
        say_error("'%s' has %s in %s: try --resolution %s", name, few, asked, other);
    else
        say_error("'%s' has %s in %s, and no resolution has two: look again in a while", name,
                  few, asked);
}

static int print_points(struct history *h, const char *name, const struct points *points)
{
    struct plot plot = { .points = points,
                         .width = width_of_stdout(PLOT_WIDTH_LEAST),
                         .rows = ROWS,
                         .charset = say_charset() };
    struct buf out = { 0 };

    plot.width = plot.width < 40 ? 40 : plot.width > 80 ? 80 : plot.width;
    if (h->form == CSV) {
        put_csv(&out, points);
    } else if (points->known < 2) {
        say_few(h, name, points);
    } else {
        put_heading(&out, points, plot.charset);
        plot_write(&out, &plot);
        put_summary(&out, points, plot.charset);
    }
    return print(&out);
}

static int show_series(struct history *h, const char *name, const struct doc *document)
{
    struct points points;
    int code;

    if (h->form == JSON)
        return print_document(h);
    if (!points_read(&points, document))
        return not_ours(h);
    code = print_points(h, name, &points);
    points_fini(&points);
    return code;
}

/* ---- The list ------------------------------------------------------------------------ */

static int show_list(struct history *h, const struct doc *list, const char *part)
{
    struct buf out = { 0 };

    if (h->form == JSON)
        return print_document(h);
    if (h->form == CSV) {
        say_error("CSV is of one series: 'porthole history TARGET SERIES -f csv'");
        return EXITCODE_USAGE;
    }
    historylist_write(&out, list, part);
    return print(&out);
}

/* No series has this name: perhaps a part of one. */
static int show_part(struct history *h, const char *part)
{
    struct doc *list = ask_list(h), *document = NULL;
    const char *only;
    size_t found;
    int code;

    if (list == NULL)
        return fail(h);
    found = historylist_find(list, part, &only);
    if (found == 0) {
        say_error("'%s' has no series '%s'; 'porthole history %s' lists them",
                  h->entry->target.name, part, h->entry->target.name);
        code = EXITCODE_SOME;
    } else if (only == NULL) {
        code = show_list(h, list, part);
    } else {
        document = ask_series(h, only, h->opts->resolution);
        code = document != NULL ? show_series(h, only, document) : fail(h);
    }
    doc_free(document);
    doc_free(list);
    return code;
}

static int show(struct history *h, const char *name)
{
    struct doc *document =
        name != NULL ? ask_series(h, name, h->opts->resolution) : ask_list(h);
    int code;

    if (document == NULL && name != NULL && h->entry->job.status == NOT_FOUND &&
        h->entry->job.is_porthole && h->opts->thread == NULL)
        return show_part(h, name);
    if (document == NULL)
        return fail(h);
    if (name != NULL)
        code = show_series(h, name, document);
    else if (doc_is_array(document, "series"))
        code = show_list(h, document, "");
    else
        code = not_ours(h);
    doc_free(document);
    return code;
}

int cmd_history(const struct opts *opts, char **arguments, int count)
{
    struct history h = { .opts = opts };
    int code;

    if (!check(&h))
        return EXITCODE_USAGE;
    code = session_open(&h.session, opts, "/history", arguments, 1);
    if (code != EXITCODE_FINE)
        return code;
    if (h.session.round.count == 1) {
        h.entry = h.session.round.entries[0];
        code = show(&h, count > 1 ? arguments[1] : NULL);
    } else {
        say_error("'porthole history' asks one target, and '%s' names %zu", arguments[0],
                  h.session.round.count);
        code = EXITCODE_USAGE;
    }
    session_close(&h.session);
    buf_fini(&h.path);
    return code;
}
