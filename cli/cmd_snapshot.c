/* SPDX-License-Identifier: MIT */
/*
 * cmd_snapshot: what it will cost is said before anything is taken, because afterwards it
 * is too late: measured, 250 MB of heap stand still for 14 to 22 s. The bytes go to the
 * disk as they come; none of them is kept.
 */
#include "cmd_snapshot.h"

#include "ask.h"
#include "doc.h"
#include "estimate.h"
#include "exitcode.h"
#include "interrupt.h"
#include "outfile.h"
#include "porthole_wire.h"
#include "sample.h"
#include "say.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One command at work. */
struct snapshot {
    const struct opts *opts;
    struct ask ask;
    struct estimate estimate;
    struct outfile file;
    char *name;
    char first, last; /* bytes of the file, of those that are no white space */
};

/* ---- What it will cost --------------------------------------------------------------- */

static void write_path(struct buf *path, const struct opts *opts, const char *more)
{
    buf_puts(path, PORTHOLE_PATH_SNAPSHOT);
    if (opts->thread != NULL)
        buf_printf(path, "?thread=%s", opts->thread);
    if (more[0] != '\0')
        buf_printf(path, "%s%s", opts->thread != NULL ? "&" : "?", more);
}

static int ask_estimate(struct snapshot *s)
{
    struct buf path = { 0 };
    struct ask_request request = { .noun = "an estimate",
                                   .doing = "estimating",
                                   .timeout_ms = s->opts->timeout_ms,
                                   .expected_s = NAN,
                                   .signals = -1 };
    int code = EXITCODE_FINE;

    write_path(&path, s->opts, "estimate");
    request.path = buf_text(&path);
    if (!ask_run(&s->ask, &request)) {
        code = ask_explain(&s->ask, &request);
    } else if (!estimate_read(buf_text(&s->ask.job->body), s->ask.job->body.len,
                              &s->estimate)) {
        say_error("cannot read the estimate of '%s'", s->ask.target);
        code = EXITCODE_SOME;
    }
    buf_fini(&path);
    return code;
}

static void state_estimate(const struct snapshot *s)
{
    struct buf text = { 0 };

    estimate_describe(&text, &s->estimate);
    say_error("snapshot of '%s': %s", s->ask.target, buf_text(&text));
    buf_fini(&text);
}

/* ---- Where it goes ------------------------------------------------------------------- */

/* A name needs to know whose snapshot it is, and asks only if the user gave none. */
static void choose_name(struct snapshot *s)
{
    struct ask_request request = { .path = PORTHOLE_PATH_STATE,
                                   .doing = "asking",
                                   .timeout_ms = s->opts->timeout_ms,
                                   .expected_s = NAN,
                                   .signals = -1 };
    struct outfile_origin origin = { "", NAN, "", ".heapsnapshot" };
    struct sample sample;

    sample_clear(&sample);
    if (!outfile_is_named(s->opts->output) && ask_run(&s->ask, &request))
        sample_read(buf_text(&s->ask.job->body), s->ask.job->body.len, &sample);
    origin.service = sample.service;
    origin.pid = sample.pid;
    s->name = outfile_name(s->opts->output, &origin);
}

static bool has_room(const struct snapshot *s)
{
    double free_bytes = outfile_room(s->name);
    char need[UNITS_BYTES], left[UNITS_BYTES];

    if (!(s->estimate.file_bytes > free_bytes))
        return true;
    units_bytes(need, s->estimate.file_bytes);
    units_bytes(left, free_bytes);
    say_error("no room for '%s': it needs about %s, and %s are left; name another place by -o, "
              "or use --force",
              s->name, need, left);
    return false;
}

/* ---- Whether to ---------------------------------------------------------------------- */

static bool is_agreed(const struct snapshot *s)
{
    char answer[16] = "";

    if (s->opts->yes || isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1)
        return true;
    fputs("take it? [y/N] ", stderr);
    fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) == NULL)
        fputs("\n", stderr);
    return answer[0] == 'y' || answer[0] == 'Y';
}

/* EXITCODE_FINE: go on. */
static int consider(struct snapshot *s, bool *go)
{
    const char *reason = s->estimate.reason;

    *go = true;
    state_estimate(s);
    if (!s->estimate.allowed && !s->opts->force) {
        say_error("refused by '%s': %s; use --force to take it all the same", s->ask.target,
                  reason[0] != '\0' ? reason : "it has not enough memory left");
        return EXITCODE_SOME;
    }
    choose_name(s);
    if (!s->opts->force && !has_room(s))
        return EXITCODE_INTERNAL;
    *go = is_agreed(s);
    return EXITCODE_FINE;
}

/* ---- Taking it ----------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == '\n' || c == '\r' || c == ' ';
}

static bool take(void *to, const char *bytes, size_t len)
{
    struct snapshot *s = to;

    for (size_t i = 0; s->first == '\0' && i < len; i++)
        s->first = (char)(is_space(bytes[i]) ? '\0' : bytes[i]);
    for (size_t i = len; i-- > 0;) {
        if (!is_space(bytes[i])) {
            s->last = bytes[i];
            break;
        }
    }
    return !interrupt_came() && outfile_write(&s->file, bytes, len);
}

static bool is_whole(const struct snapshot *s)
{
    return s->first == '{' && s->last == '}';
}

static int tell(const struct snapshot *s)
{
    const char *name = strcmp(s->name, "-") == 0 ? "standard output" : s->name;
    double loop_ms = estimate_cost_ms(s->ask.job->cost);
    char size[UNITS_BYTES], stop[UNITS_BYTES];
    struct buf out = { 0 };
    bool good = true;

    units_bytes(size, s->ask.job->received);
    units_ms(stop, loop_ms);
    text_clean(&out, name, strlen(name), say_charset());
    buf_printf(&out, ": %s", size);
    if (!isnan(loop_ms))
        buf_printf(&out, ", its loop stood still for %s%s", stop, loop_ms < 999.5 ? " ms" : "");
    buf_puts(&out, "\n");
    if (strcmp(s->name, "-") == 0)
        fputs(buf_text(&out), stderr);
    else
        good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

/* The file is whole only if the transfer was. */
static int receive(struct snapshot *s, const struct ask_request *request)
{
    if (!ask_run(&s->ask, request)) {
        if (s->file.error[0] == '\0')
            return ask_explain(&s->ask, request);
        say_error("%s", s->file.error);
        return EXITCODE_INTERNAL;
    }
    if (!is_whole(s)) {
        say_error("cannot get a snapshot of '%s': what came is none", s->ask.target);
        return EXITCODE_SOME;
    }
    if (outfile_finish(&s->file))
        return tell(s);
    say_error("%s", s->file.error);
    return EXITCODE_INTERNAL;
}

static int take_it(struct snapshot *s)
{
    struct buf path = { 0 };
    struct ask_request request = { .noun = "a snapshot",
                                   .doing = "waiting for the heap to be read",
                                   .expected_s = s->estimate.loop_s,
                                   .take = take,
                                   .to = s };
    int code;

    request.timeout_ms =
        s->opts->timeout_given ? s->opts->timeout_ms : estimate_deadline_ms(&s->estimate);
    if (!outfile_open(&s->file, s->name, s->opts->force)) {
        say_error("%s", s->file.error);
        return EXITCODE_INTERNAL;
    }
    write_path(&path, s->opts, s->opts->force ? "force" : "");
    request.path = buf_text(&path);
    request.signals = s->file.signals;
    code = receive(s, &request);
    outfile_drop(&s->file);
    buf_fini(&path);
    return code;
}

int cmd_snapshot(const struct opts *opts, char **arguments, int count)
{
    struct snapshot s = { .opts = opts };
    bool go = false;
    char why[256];
    int code;

    (void)count;
    if (opts->output != NULL && strcmp(opts->output, "-") == 0 && isatty(STDOUT_FILENO) == 1) {
        say_error("a snapshot is nothing for a terminal; use '-o FILE'");
        return EXITCODE_USAGE;
    }
    if (opts->output != NULL && !outfile_may(opts->output, opts->force, why)) {
        say_error("%s", why);
        return EXITCODE_USAGE;
    }
    code = ask_open(&s.ask, opts, arguments[0]);
    if (code != EXITCODE_FINE)
        return code;
    code = ask_estimate(&s);
    if (code == EXITCODE_FINE)
        code = consider(&s, &go);
    if (code == EXITCODE_FINE && go)
        code = take_it(&s);
    ask_close(&s.ask);
    free(s.name);
    return code;
}
