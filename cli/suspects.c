/* SPDX-License-Identifier: MIT */
/*
 * suspects: one round asked, compared and printed; and again with --watch.
 */
#include "suspects.h"

#include "amount.h"
#include "answer.h"
#include "clock.h"
#include "exitcode.h"
#include "fleetcause.h"
#include "growthlist.h"
#include "jsonwrite.h"
#include "mem.h"
#include "say.h"
#include "suspectask.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define LEAST_WIDTH 60

struct showing {
    const struct opts *opts;
    struct suspectask ask;
    struct fleetcause cause;
};

static bool has_grade(const struct suspectask *ask)
{
    for (size_t i = 0; i < ask->n_rows; i++) {
        if (ask->rows[i].growth.verdict.grade != PH_NO_GRADE)
            return true;
    }
    return false;
}

/* ---- Text ---------------------------------------------------------------------------- */

static void put_fleet(struct buf *out, const struct suspectask *ask,
                      const struct fleetcause_group *group)
{
    struct fleetsays_subject subject = { group->grows, group->all, group->names,
                                         ask->rows[group->first].growth.bytes };

    fleetsays_write(out, &group->says, &subject);
}

/* What the fleet says about it, below the worst of them. */
static void put_more(struct buf *out, const struct growth *growth, void *user)
{
    const struct showing *s = user;

    for (size_t g = 0; g < s->cause.count; g++) {
        const struct fleetcause_group *group = &s->cause.groups[g];

        if (growth == &s->ask.rows[group->first].growth && group->all > 1)
            put_fleet(out, &s->ask, group);
    }
}

static void put_rows(struct buf *out, struct showing *s)
{
    const struct growth **rows = mem_new(s->ask.n_rows, sizeof *rows);
    struct growthlist list = { .columns = s->opts->all ? GROWTHLIST_ALL : GROWTHLIST_FLEET,
                               .width = width_of_stdout(LEAST_WIDTH),
                               .charset = say_charset(),
                               .more = put_more,
                               .user = s };

    for (size_t i = 0; i < s->ask.n_rows; i++)
        rows[i] = &s->ask.rows[i].growth;
    growthlist_write(out, &list, rows, s->ask.n_rows);
    free(rows);
}

/* "nothing grows for good in 3 processes (612 series, the shortest watched for 5h02m)". */
static void put_nothing(struct buf *out, const struct suspectask *ask)
{
    double judged = 0, least_s = NAN;

    for (size_t i = 0; i < ask->count; i++) {
        const struct suspectask_target *t = &ask->targets[i];

        if (t->document == NULL)
            continue;
        judged += t->judged;
        least_s = fmin(least_s, t->watched_s);
    }
    buf_printf(out, "nothing grows for good in %zu process%s", ask->answered,
               ask->answered == 1 ? "" : "es");
    if (!isnan(judged) && !isnan(least_s)) {
        buf_puts(out, " (");
        amount_count(out, judged);
        buf_printf(out, " series, %swatched for ", ask->answered > 1 ? "the shortest " : "");
        amount_age(out, least_s);
        buf_puts(out, ")");
    }
    buf_puts(out, "\n");
}

static void put_text(struct buf *out, struct showing *s)
{
    double cut = 0;

    if (s->ask.n_rows > 0)
        put_rows(out, s);
    for (size_t i = 0; i < s->ask.count; i++)
        cut += s->ask.targets[i].cut;
    if (cut > 0)
        buf_printf(out, "... and %.0f more, which the agents have cut\n", cut);
    if (s->ask.cut)
        buf_printf(out, "... and more: only %d are read\n", SUSPECTASK_ROWS);
    if (!has_grade(&s->ask) && s->ask.answered > 0)
        put_nothing(out, &s->ask);
}

/* ---- JSON ---------------------------------------------------------------------------- */

/* The verdict as it came, and whose it is in front. */
static void put_verdict(const struct jsonwrite *w, const struct suspectask_row *row)
{
    struct jsonspan_walk walk = jsonspan_begin(row->span);
    struct jsonspan key, value;
    struct buf scratch = { .limit = 1024 };
    bool first = true;

    buf_puts(w->out, "{");
    jsonwrite_key(w, slice_of("target"), &first);
    jsonwrite_string(w, slice_of(row->growth.target));
    jsonwrite_key(w, slice_of("service"), &first);
    jsonwrite_string(w, slice_of(row->growth.service));
    while (jsonspan_next(&walk, &key, &value)) {
        buf_clear(&scratch);
        jsonwrite_key(w, jsonspan_slice(key, &scratch), &first);
        jsonwrite_value(w, value);
    }
    buf_puts(w->out, "}");
    buf_fini(&scratch);
}

static void put_group(const struct jsonwrite *w, const struct showing *s,
                      const struct fleetcause_group *group)
{
    const struct growth *g = &s->ask.rows[group->first].growth;
    bool first = true, found = group->says.finding == FLEETSAYS_CAUSE;
    struct buf says = { 0 };

    put_fleet(&says, &s->ask, group);
    buf_puts(w->out, "{");
    jsonwrite_key(w, slice_of("service"), &first);
    jsonwrite_string(w, slice_of(g->service));
    jsonwrite_key(w, slice_of("series"), &first);
    jsonwrite_string(w, slice_of(g->series));
    buf_printf(w->out, ",\"grows_in\":%zu,\"of\":%zu,\"goes_with\":", group->grows, group->all);
    if (found)
        jsonwrite_string(w, slice_of(group->names[group->says.cause]));
    else
        buf_puts(w->out, "null");
    jsonwrite_key(w, slice_of("per_event"), &first);
    jsonwrite_number(w, found ? group->says.per_event : NAN);
    jsonwrite_key(w, slice_of("spread"), &first);
    jsonwrite_number(w, found ? group->says.spread : NAN);
    jsonwrite_key(w, slice_of("says"), &first);
    jsonwrite_string(w, (struct slice){ buf_text(&says), says.len });
    buf_puts(w->out, "}");
    buf_fini(&says);
}

static void put_json(struct buf *out, const struct showing *s)
{
    struct jsonwrite w = { .out = out, .ascii = isatty(STDOUT_FILENO) == 1 };

    buf_puts(out, "{\"suspects\":[");
    for (size_t i = 0; i < s->ask.n_rows; i++) {
        buf_puts(out, i > 0 ? "," : "");
        put_verdict(&w, &s->ask.rows[i]);
    }
    buf_puts(out, "],\"fleet\":[");
    for (size_t g = 0, n = 0; g < s->cause.count; g++) {
        if (s->cause.groups[g].all < 2)
            continue;
        buf_puts(out, n++ > 0 ? "," : "");
        put_group(&w, s, &s->cause.groups[g]);
    }
    buf_printf(out, "],\"answered\":%zu,\"targets\":%zu}\n", s->ask.answered, s->ask.count);
}

/* ---- Rounds -------------------------------------------------------------------------- */

static bool show_round(struct showing *s, bool first)
{
    struct buf out = { 0 };
    bool good;

    suspectask_run(&s->ask);
    fleetcause_find(&s->cause, &s->ask);
    if (!first && !s->opts->json)
        buf_puts(&out, "\n");
    if (s->opts->json)
        put_json(&out, s);
    else
        put_text(&out, s);
    good = say(buf_text(&out), out.len);
    answer_say_failures(&s->ask.session.round);
    fleetcause_fini(&s->cause);
    buf_fini(&out);
    return good;
}

static void wait_until(struct round *round, double due_s)
{
    double left_s;

    while ((left_s = due_s - clock_now_s()) > 0)
        round_step(round, left_s < 60 ? (int)(left_s * 1000) + 1 : 60000, -1);
}

static int exitcode(const struct showing *s)
{
    int code = session_exitcode(&s->ask.session);

    return code != EXITCODE_NONE && has_grade(&s->ask) ? EXITCODE_RULE : code;
}

static int run(struct showing *s)
{
    double due_s = clock_now_s();
    unsigned frames = s->opts->watch_ms > 0 ? s->opts->count : 1;

    session_say_none(&s->ask.session);
    for (unsigned frame = 0;; frame++) {
        if (!show_round(s, frame == 0))
            return EXITCODE_INTERNAL;
        if (frames > 0 && frame + 1 >= frames)
            return exitcode(s);
        due_s = fmax(due_s + s->opts->watch_ms / 1000, clock_now_s());
        wait_until(&s->ask.session.round, due_s);
        session_refresh(&s->ask.session);
        session_say(&s->ask.session);
    }
}

int suspects(const struct opts *opts, char **arguments, int count)
{
    struct showing s = { .opts = opts };
    int code = suspectask_open(&s.ask, opts, arguments, count);

    if (code != EXITCODE_FINE)
        return code;
    code = run(&s);
    suspectask_close(&s.ask);
    return code;
}
