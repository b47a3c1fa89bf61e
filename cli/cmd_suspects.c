/* SPDX-License-Identifier: MIT */
/*
 * cmd_suspects: which of the two questions was asked, and the one about a file.
 */
#include "cmd_suspects.h"

#include "exitcode.h"
#include "growthlist.h"
#include "mem.h"
#include "say.h"
#include "seriesfile.h"
#include "suspects.h"
#include "width.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_WIDTH 60

static bool check(const struct opts *opts, int count)
{
    const char *wrong = NULL;

    if (opts->series != NULL && count > 0)
        wrong = "'--series' judges a file: it goes without targets";
    else if (opts->series != NULL && (opts->all || opts->watch_ms > 0))
        wrong = "'--series' goes without '--all' and '--watch'";
    else if (opts->series == NULL && (opts->kind != NULL || opts->load != NULL || opts->ever))
        wrong = "'--kind', '--load' and '--ever' go with '--series'";
    else if (opts->series == NULL && opts->limit > 0)
        wrong = "'--limit' goes with '--series'";
    else if (opts->count_given && !(opts->watch_ms > 0))
        wrong = "'--count' goes with '--watch'";
    if (wrong != NULL)
        say_error("%s", wrong);
    return wrong == NULL;
}

/* ---- A file -------------------------------------------------------------------------- */

static bool print_text(const struct trials *trials)
{
    struct growthlist list = { .columns = GROWTHLIST_FILE,
                               .width = width_of_stdout(LEAST_WIDTH),
                               .charset = say_charset() };
    struct growth *growths = mem_new(trials->count, sizeof *growths);
    const struct growth **rows = mem_new(trials->count, sizeof *rows);
    struct buf out = { 0 };
    bool good;

    for (size_t i = 0; i < trials->count; i++) {
        trials_growth(trials, i, &growths[i]);
        rows[i] = &growths[i];
    }
    growthlist_write(&out, &list, rows, trials->count);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    free(rows);
    free(growths);
    return good;
}

static bool print_json(const struct trials *trials)
{
    struct buf out = { 0 };
    bool good;

    trials_json(&out, trials);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

static bool is_graded(const struct trials_series *series, bool ever)
{
    bool graded = series->trial.judge.verdict.grade != PH_NO_GRADE;

    for (int grade = PH_SUSPECT; ever && grade < TRIALS_GRADES; grade++)
        graded = graded || !isnan(series->first_s[grade]);
    return graded;
}

static int print(const struct opts *opts, const struct seriesfile *file)
{
    const struct trials *trials = &file->trials;

    if (file->sorted)
        say_error("'%s' was not in order (line %zu is earlier than the one before): sorted by "
                  "'seconds'",
                  file->name, file->disorder_line);
    if (trials->rows < 2)
        say_error("'%s' has one line of numbers: nothing can be said about growth", file->name);
    if (!(opts->json ? print_json(trials) : print_text(trials)))
        return EXITCODE_INTERNAL;
    for (size_t i = 0; i < trials->count; i++) {
        if (is_graded(&trials->series[i], opts->ever))
            return EXITCODE_RULE;
    }
    return EXITCODE_FINE;
}

/* On the heap: with its names it has 32 KiB. */
static int judge_file(const struct opts *opts)
{
    struct trials_options how = { .kind = opts->kind,
                                  .load = opts->load,
                                  .limit = opts->limit > 0 ? opts->limit : NAN };
    struct seriesfile *file = mem_new(1, sizeof *file);
    int code = EXITCODE_USAGE;

    file->name = opts->series;
    file->most_bytes = SERIESFILE_BYTES;
    if (seriesfile_judge(file, &how))
        code = print(opts, file);
    else
        say_error("%s", file->error);
    seriesfile_fini(file);
    free(file);
    return code;
}

int cmd_suspects(const struct opts *opts, char **arguments, int count)
{
    if (!check(opts, count))
        return EXITCODE_USAGE;
    return opts->series != NULL ? judge_file(opts) : suspects(opts, arguments, count);
}
