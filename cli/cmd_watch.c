/* SPDX-License-Identifier: MIT */
/*
 * cmd_watch: round after round until a signal comes. Lines for people on a terminal, of JSON
 * (which notify writes) elsewhere.
 */
#include "cmd_watch.h"

#include "alertlabels.h"
#include "clock.h"
#include "exitcode.h"
#include "growthseed.h"
#include "instant.h"
#include "notify.h"
#include "notify_url.h"
#include "patrol.h"
#include "porthole_wire.h"
#include "ruleset.h"
#include "say.h"
#include "session.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL_S 15
#define SLICE_MS 200            /* so soon a signal is noticed */
#define LAST_WORDS_MS 3000

struct watch {
    const struct opts *opts;
    const char *file;           /* NULL: the built-in rules */
    struct stat read;           /* of the file, when it was read */
    struct session session;
    struct patrol patrol;
    struct notify *notify;
    bool text;                  /* stdout is a terminal */
    bool status;                /* stderr is */
    bool broken;                /* stdout failed */
};

static volatile sig_atomic_t ended, again;

static void on_end(int number)
{
    (void)number;
    ended = 1;
}

static void on_again(int number)
{
    (void)number;
    again = 1;
}

static void take_signals(void)
{
    struct sigaction end = { .sa_handler = on_end }, reread = { .sa_handler = on_again };

    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGHUP, &reread, NULL);
}

static double unix_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct judge_now now_is(void)
{
    return (struct judge_now){ clock_now_s(), unix_now() };
}

/* ---- Telling ----------------------------------------------------------------------- */

static void clear_status(const struct watch *watch)
{
    if (watch->status)
        fputs("\r\x1b[K", stderr);
}

static void show_status(const struct watch *watch)
{
    const struct round *round = &watch->session.round;
    size_t up = 0;

    if (!watch->status || ended)
        return;
    for (size_t i = 0; i < round->count; i++)
        up += !round->entries[i]->late && round->entries[i]->job.cause == CAUSE_NONE;
    clear_status(watch);
    fprintf(stderr, "%zu rules, %zu of %zu targets answer, %zu firing", watch->patrol.rules.n,
            up, round->count, patrol_firing(&watch->patrol, NULL));
    fflush(stderr);
}

static void show_line(struct watch *watch, const struct alert *alert)
{
    char at[INSTANT_BYTES];
    struct buf line = { 0 };

    instant_text(at, unix_now(), "%H:%M:%SZ");
    buf_printf(&line, "%s  ", at);
    alertlabels_line(&line, alert);
    clear_status(watch);
    watch->broken = watch->broken || !say(buf_text(&line), line.len);
    buf_fini(&line);
}

static void tell(void *user, const struct alert *alert)
{
    struct watch *watch = user;

    if (alert->state != ALERT_FIRING && alert->state != ALERT_RESOLVED)
        return;
    if (watch->text)
        show_line(watch, alert);
    notify_tell(watch->notify, alert, unix_now());
}

/* ---- The rule file ------------------------------------------------------------------ */

static bool has_changed(const struct watch *watch, struct stat *now)
{
    return stat(watch->file, now) == 0 &&
           (now->st_ino != watch->read.st_ino || now->st_size != watch->read.st_size ||
            now->st_mtim.tv_sec != watch->read.st_mtim.tv_sec ||
            now->st_mtim.tv_nsec != watch->read.st_mtim.tv_nsec);
}

/* A file with a mistake in it changes nothing. */
static void reread(struct watch *watch)
{
    struct ph_rulefile rules;
    char error[RULESET_ERROR];
    bool asked = again != 0;
    struct stat st;

    again = 0;
    if (watch->file == NULL || (!has_changed(watch, &st) && !asked))
        return;
    stat(watch->file, &watch->read);
    clear_status(watch);
    if (ruleset_load(watch->file, &rules, error))
        patrol_replace(&watch->patrol, &rules, now_is());
    else
        say_error("%s; going on with the rules as they were", error);
}

/* ---- Rounds ------------------------------------------------------------------------ */

static void run_round(struct watch *watch, double due_s)
{
    struct round *round = &watch->session.round;

    session_refresh(&watch->session);
    round->due_s = due_s;
    round_begin(round);
    while (round_step(round, SLICE_MS, -1) > 0 && !ended)
        notify_step(watch->notify, 0, unix_now());
    if (ended)
        return;
    round_finish(round);
    clear_status(watch);
    round_say_failures(round);
    growthseed_run(&watch->patrol, round);
    patrol_round(&watch->patrol, round, now_is());
    show_status(watch);
}

static void wait_until(struct watch *watch, double due_s)
{
    struct round *round = &watch->session.round;
    double left_s;

    while (!ended && !again && (left_s = due_s - clock_now_s()) > 0) {
        int wait_ms = (int)fmin(ceil(left_s * 1000), SLICE_MS);
        bool late = round_is_waiting(round);

        if (late)
            round_step(round, wait_ms, -1);
        notify_step(watch->notify, late ? 0 : wait_ms, unix_now());
    }
}

static int go_on(struct watch *watch)
{
    double interval_s =
        watch->opts->interval_ms > 0 ? watch->opts->interval_ms / 1000 : INTERVAL_S;
    double due_s = clock_now_s();
    unsigned rounds = 0;

    for (;;) {
        rounds++;
        /* the exit code is of all targets: the last round waits for them */
        run_round(watch, rounds == watch->opts->count ? 0 : due_s + interval_s);
        if (ended || watch->broken || (watch->opts->count && rounds == watch->opts->count))
            break;
        due_s = fmax(due_s + interval_s, clock_now_s());
        wait_until(watch, due_s);
        if (ended)
            break;
        reread(watch);
    }
    clear_status(watch);
    if (watch->broken)
        return EXITCODE_INTERNAL;
    if (!watch->opts->count)
        return EXITCODE_FINE;
    return patrol_firing(&watch->patrol, NULL) ? EXITCODE_RULE
                                               : session_exitcode(&watch->session);
}

int cmd_watch(const struct opts *opts, char **arguments, int count)
{
    int named = count > 0 && ruleset_is(arguments[0]);
    struct watch watch = { .opts = opts,
                           .file = named ? arguments[0] : NULL,
                           .text = isatty(STDOUT_FILENO),
                           .status = isatty(STDERR_FILENO) };
    struct notify_config config = { .timeout_ms = opts->timeout_given ? opts->timeout_ms : 0,
                                    .extra_url = opts->alertmanager,
                                    .lines = !watch.text };
    struct ph_rulefile rules;
    char error[RULESET_ERROR];
    int code;

    if (opts->alertmanager != NULL && notify_url_fault(opts->alertmanager, true) != NULL) {
        say_error("bad --alertmanager '%s': %s", opts->alertmanager,
                  notify_url_fault(opts->alertmanager, true));
        return EXITCODE_USAGE;
    }
    if (named)
        stat(watch.file, &watch.read);
    if (!ruleset_load(watch.file, &rules, error)) {
        say_error("%s", error);
        return EXITCODE_USAGE;
    }
    code = session_open(&watch.session, opts, PORTHOLE_PATH_STATE, arguments + named,
                        count - named);
    if (code != EXITCODE_FINE) {
        ph_rulefile_fini(&rules);
        return code;
    }
    take_signals();
    patrol_init(&watch.patrol, &rules);
    watch.patrol.tell = tell;
    watch.patrol.user = &watch;
    watch.notify = notify_new(&config);
    code = go_on(&watch);
    notify_free(watch.notify, LAST_WORDS_MS);
    patrol_fini(&watch.patrol);
    session_close(&watch.session);
    return code;
}
