/* SPDX-License-Identifier: MIT */
/*
 * cmd_targets: what discovery knows, once for people, or again and again for a Prometheus.
 * A list that cannot be read takes nothing away from the file: Prometheus would stop to look
 * at what is still there.
 */
#include "cmd_targets.h"

#include "buf.h"
#include "clock.h"
#include "exitcode.h"
#include "mem.h"
#include "outfile.h"
#include "pool.h"
#include "say.h"
#include "sd.h"
#include "sdout.h"
#include "sdserve.h"
#include "slurp.h"
#include "sources.h"
#include "table.h"
#include "width.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* A document asked for again and again is not made anew more often than this. */
#define FRESH_S 1.0

struct feeding {
    const struct opts *opts;
    struct sources sources;
    struct target_list list;
    struct sdout out;       /* of `list` */
    struct buf document;
    double made_s;          /* when; 0: never */
    struct buf written;     /* what is in the file, as far as we know */
    bool left_out;          /* some process has no address for a Prometheus */
    bool failing;           /* the file could not be written, and that is said */
    struct names said;      /* of which this is said already */
    struct pool texts;      /* of `said` */
};

/* ---- The document of now -------------------------------------------------------------- */

static void say_lists(struct feeding *f)
{
    struct sdsays says;

    while (sources_says(&f->sources, &says))
        say_error("%s", says.text);
}

static void say_left_out(struct feeding *f)
{
    f->left_out = false;
    for (size_t i = 0; i < f->out.count; i++) {
        const char *name = f->list.items[i].name;

        if (f->out.items[i].address[0] != '\0')
            continue;
        f->left_out = true;
        if (names_find(&f->said, slice_of(name)) != NAMES_NONE)
            continue;
        names_add(&f->said, pool_copy(&f->texts, slice_of(name)));
        say_error("'%s' is left out: it publishes no TCP address for Prometheus", name);
    }
}

/* Processes come, go and change their addresses without any list being another. */
static void refresh(struct feeding *f)
{
    struct target_list list = { 0 };
    double now_s = clock_now_s();

    if (f->made_s > 0 && now_s - f->made_s < FRESH_S)
        return;
    f->made_s = now_s;
    sdout_fini(&f->out);
    if (sources_take(&f->sources, &list)) {
        target_fini(&f->list);
        f->list = list;
    }
    sdout_find(&f->out, &f->list);
    buf_clear(&f->document);
    sdout_write(&f->document, &f->out);
    say_lists(f);
}

static const struct buf *content(void *user)
{
    struct feeding *f = user;

    refresh(f);
    say_left_out(f);
    return &f->document;
}

static int exitcode(const struct feeding *f)
{
    if (!sources_are_failing(&f->sources) && !f->left_out)
        return EXITCODE_FINE;
    return f->list.count > 0 ? EXITCODE_SOME : EXITCODE_NONE;
}

/* ---- For people ----------------------------------------------------------------------- */

#define CELL(name) static void name(struct buf *out, const void *v, const void *user)

static const struct sdout_place *place_of(const void *v)
{
    return v;
}

CELL(target)
{
    (void)user;
    buf_puts(out, place_of(v)->target->name);
}

CELL(address)
{
    (void)user;
    buf_puts(out, place_of(v)->address[0] != '\0' ? place_of(v)->address : "-");
}

CELL(labels)
{
    const struct labels *all = &place_of(v)->labels;

    (void)user;
    for (size_t i = 0; i < all->count; i++)
        buf_printf(out, "%s%s=%s", i > 0 ? " " : "", all->items[i].name, all->items[i].value);
    if (all->count == 0)
        buf_puts(out, "-");
}

CELL(source)
{
    const struct target *t = place_of(v)->target;
    const bool *local = user;

    buf_puts(out, *local ? "local" : t->source != NULL ? t->source : "named");
}

/* title, ASCII title, width, most, fit, align, rank, help, cell, key, span */
static const struct table_column columns[] = {
    { "TARGET", NULL, 12, 64, true, TEXT_MIDDLE, 0, NULL, target, NULL, NULL },
    { "ADDRESS", NULL, 12, 64, true, TEXT_MIDDLE, 0, NULL, address, NULL, NULL },
    { "SOURCE", NULL, 6, 48, true, TEXT_MIDDLE, 1, NULL, source, NULL, NULL },
    { "LABELS", NULL, 10, 200, true, TEXT_LEFT, 0, NULL, labels, NULL, NULL },
};

static bool print_table(const struct feeding *f)
{
    struct table table = { .columns = columns,
                           .count = sizeof columns / sizeof columns[0],
                           .user = &f->sources.local,
                           .charset = say_charset() };
    const void **rows = mem_new(f->out.count, sizeof *rows);
    struct buf text = { 0 };
    bool good;

    for (size_t i = 0; i < f->out.count; i++)
        rows[i] = &f->out.items[i];
    table_layout(&table, rows, f->out.count, 0);
    table_squeeze(&table, width_of_stdout(40));
    table_titles(&table, -1, &text);
    buf_puts(&text, "\n");
    for (size_t i = 0; i < f->out.count; i++) {
        table_row(&table, rows[i], &text);
        buf_puts(&text, "\n");
    }
    good = say(buf_text(&text), text.len);
    buf_fini(&text);
    free(rows);
    return good;
}

static int print(struct feeding *f)
{
    bool good;

    refresh(f);
    if (f->opts->json) {
        say_left_out(f);
        good = say(buf_text(&f->document), f->document.len);
    } else {
        if (f->list.count == 0 && f->sources.local)
            say_error("no target given, and no local process carries an agent");
        good = print_table(f);
    }
    return good ? exitcode(f) : EXITCODE_INTERNAL;
}

/* ---- For Prometheus ------------------------------------------------------------------- */

/* Whoever runs Prometheus must be able to read it. */
static bool save(const char *name, const struct buf *document, char error[256])
{
    struct outfile out;
    bool good = outfile_open(&out, name, true);

    if (good && out.partial != NULL)
        fchmod(out.fd, 0644);
    good =
        good && outfile_write(&out, buf_text(document), document->len) && outfile_finish(&out);
    if (!good)
        memcpy(error, out.error, 256);
    outfile_drop(&out);
    return good;
}

static bool is_written(const struct feeding *f)
{
    return f->written.len == f->document.len &&
           memcmp(buf_text(&f->written), buf_text(&f->document), f->written.len) == 0;
}

static bool write_file(struct feeding *f)
{
    char error[256];

    content(f);
    if (sources_are_partial(&f->sources) || is_written(f))
        return true;
    if (!save(f->opts->file, &f->document, error)) {
        if (!f->failing)
            say_error("%s", error);
        f->failing = true;
        return false;
    }
    f->failing = false;
    buf_clear(&f->written);
    buf_add(&f->written, buf_text(&f->document), f->document.len);
    return true;
}

static void wait_ms(struct sdserve *serve, double ms)
{
    struct timespec nap = { .tv_sec = (time_t)(ms / 1000),
                            .tv_nsec =
                                (long)((ms - (double)(time_t)(ms / 1000) * 1000) * 1e6) };

    if (serve != NULL)
        sdserve_run(serve, ms);
    else
        nanosleep(&nap, NULL);
}

/* Until a signal ends us: there is nothing to put in order. */
static int feed(struct feeding *f, struct sdserve *serve)
{
    for (;;) {
        double due_s = clock_now_s() + f->opts->interval_ms / 1000, left_s;
        bool good = f->opts->file == NULL || write_file(f);

        if (f->opts->count_given)
            return good ? exitcode(f) : EXITCODE_INTERNAL;
        while ((left_s = due_s - clock_now_s()) > 0)
            wait_ms(serve, left_s * 1000);
    }
}

static int begin_feed(struct feeding *f)
{
    struct sdserve *serve = NULL;
    char error[256];
    int code;

    if (f->opts->serve != NULL) {
        serve = sdserve_open(f->opts->serve, content, f, error);
        if (serve == NULL) {
            say_error("%s", error);
            return EXITCODE_USAGE;
        }
        say_error("serving targets at %s", sdserve_url(serve));
    }
    if (f->opts->file != NULL && slurp(f->opts->file, &f->written) != NULL)
        buf_clear(&f->written);
    code = feed(f, serve);
    sdserve_close(serve);
    return code;
}

/* ---- The command ---------------------------------------------------------------------- */

static const char *conflict(const struct opts *opts)
{
    if (opts->json && (opts->serve != NULL || opts->file != NULL))
        return "'--json' goes with neither '--serve' nor '--file': they are JSON";
    if (opts->count_given && opts->serve != NULL)
        return "'--once' does not go with '--serve'";
    if (opts->file != NULL && strcmp(opts->file, "-") == 0)
        return "'--file' needs a file; '--json' prints the list";
    return NULL;
}

static void forget(struct feeding *f)
{
    sdout_fini(&f->out);
    target_fini(&f->list);
    sources_close(&f->sources);
    buf_fini(&f->document);
    buf_fini(&f->written);
    names_fini(&f->said);
    pool_fini(&f->texts);
}

int cmd_targets(const struct opts *opts, char **arguments, int count)
{
    struct feeding f = { .opts = opts };
    const char *wrong = conflict(opts);
    struct target_error error;
    int code = EXITCODE_USAGE;

    if (wrong != NULL)
        say_error("%s", wrong);
    else if (!sources_open(&f.sources, sd_new(opts->timeout_ms, false), arguments, count,
                           &error))
        say_error("%s", error.text);
    else if (opts->serve != NULL || opts->file != NULL)
        code = begin_feed(&f);
    else
        code = print(&f);
    forget(&f);
    return code;
}
