/* SPDX-License-Identifier: MIT */
/*
 * cmd_check: one round, and what holds in it.
 */
#include "cmd_check.h"

#include "alertlabels.h"
#include "clock.h"
#include "exitcode.h"
#include "growthseed.h"
#include "patrol.h"
#include "porthole_wire.h"
#include "ruleset.h"
#include "say.h"
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct check {
    const struct opts *opts;
    struct session session;
    struct patrol patrol;
    struct buf out;
    size_t failed;
    size_t shown;
};

/* `for`, `misses` and `cooldown` are about time, of which one look has none. */
static void forget_time(struct ph_rulefile *rules)
{
    for (size_t i = 0; i < rules->n; i++) {
        rules->rule[i].for_s = rules->rule[i].cooldown_s = 0;
        rules->rule[i].misses = 1;
    }
}

static void show_line(void *user, const struct alert *alert)
{
    alertlabels_line(&((struct check *)user)->out, alert);
}

static void show_json(void *user, const struct alert *alert)
{
    struct check *check = user;

    buf_puts(&check->out, check->shown++ ? "," : "");
    alertlabels_json(&check->out, alert);
}

static void put_count(struct buf *out, size_t n, const char *what)
{
    buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void show_text(struct check *check, size_t firing)
{
    patrol_each(&check->patrol, show_line, check);
    put_count(&check->out, firing, "alert");
    buf_puts(&check->out, ": ");
    put_count(&check->out, check->patrol.rules.n, "rule");
    buf_puts(&check->out, ", ");
    put_count(&check->out, check->session.round.count, "target");
    if (check->failed)
        buf_printf(&check->out, ", %zu without an answer", check->failed);
    if (check->patrol.unknown)
        buf_printf(&check->out, ", %zu not judged: no data, or not enough history",
                   check->patrol.unknown);
    buf_puts(&check->out, "\n");
}

static void show_document(struct check *check, size_t firing)
{
    char at[CLOCK_TEXT_BYTES];

    clock_text(at);
    buf_printf(&check->out,
               "{\"schema\":1,\"at\":\"%s\",\"rules\":%zu,\"targets\":%zu,\"failed\":%zu,"
               "\"firing\":%zu,\"unknown\":%zu,\"alerts\":[",
               at, check->patrol.rules.n, check->session.round.count, check->failed, firing,
               check->patrol.unknown);
    patrol_each(&check->patrol, show_json, check);
    buf_puts(&check->out, "]}\n");
}

/* ---- Nagios ------------------------------------------------------------------------ */

#define NAGIOS_NAMES 3 /* of who does not answer */

enum nagios { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

/* The worst alert, of which the one line has room to say something. */
static void keep_first(void *user, const struct alert *alert)
{
    const struct alert **first = user;

    if (*first == NULL)
        *first = alert;
}

/* Who does not answer may be in any state: that is no OK, but what is known to be wrong counts
 * for more, as plugins have it. */
static enum nagios nagios_state(const struct check *check, size_t firing,
                                enum ph_severity worst)
{
    if (firing && worst != PH_SEVERITY_INFO)
        return worst == PH_SEVERITY_CRITICAL ? NAGIOS_CRITICAL : NAGIOS_WARNING;
    return session_exitcode(&check->session) == EXITCODE_FINE ? NAGIOS_OK : NAGIOS_UNKNOWN;
}

/* A '|' would begin the figures. */
static void put_name(struct buf *out, const char *name)
{
    text_clean(out, name, strcspn(name, "|"), say_charset());
}

static void put_failures(struct check *check)
{
    const struct round *round = &check->session.round;
    size_t named = 0;

    for (size_t i = 0; i < round->count && named < NAGIOS_NAMES; i++) {
        const struct round_entry *entry = round->entries[i];
        char word[CAUSE_BYTES];

        if (entry->job.cause == CAUSE_NONE)
            continue;
        cause_word(word, entry->job.cause, entry->job.status);
        buf_puts(&check->out, named++ > 0 ? ", " : "; no answer from ");
        put_name(&check->out, entry->target.name);
        buf_printf(&check->out, " (%s)", word);
    }
    if (check->failed > named)
        buf_printf(&check->out, ", and %zu more", check->failed - named);
    else if (check->failed == 0 && round->count > 0)
        buf_puts(&check->out, "; a list of targets cannot be read");
}

static void put_plain(struct buf *out, const struct alert *alert)
{
    struct buf line = { 0 };

    alertlabels_says(&line, alert);
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] == '|')
            line.data[i] = '/';
    buf_printf(out, "; %s on ", alert->rule->name);
    put_name(out, alert->target);
    buf_puts(out, ": ");
    text_clean(out, buf_text(&line), line.len, say_charset());
    buf_fini(&line);
}

static enum nagios show_nagios(struct check *check, size_t firing, enum ph_severity worst)
{
    static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
    enum nagios state = nagios_state(check, firing, worst);
    size_t all = check->session.round.count;
    const struct alert *first = NULL;

    buf_printf(&check->out, "PORTHOLE %s - ", words[state]);
    put_count(&check->out, firing, "alert");
    buf_printf(&check->out, ", %zu of %zu target%s", all - check->failed, all,
               all == 1 ? " answers" : "s answer");
    if (state == NAGIOS_UNKNOWN)
        put_failures(check);
    patrol_each(&check->patrol, keep_first, &first);
    if (first != NULL)
        put_plain(&check->out, first);
    buf_printf(&check->out, "|alerts=%zu;;;0 targets=%zu;;;0 failed=%zu;;;0\n", firing, all,
               check->failed);
    return state;
}

/* ---- All --------------------------------------------------------------------------- */

static int show(struct check *check)
{
    enum ph_severity worst = PH_SEVERITY_INFO;
    size_t firing = patrol_firing(&check->patrol, &worst);
    int code = firing ? EXITCODE_RULE : session_exitcode(&check->session);

    if (check->opts->nagios)
        code = (int)show_nagios(check, firing, worst);
    else if (check->opts->json)
        show_document(check, firing);
    else
        show_text(check, firing);
    if (!say(buf_text(&check->out), check->out.len))
        code = check->opts->nagios ? (int)NAGIOS_UNKNOWN : EXITCODE_INTERNAL;
    buf_fini(&check->out);
    return code;
}

static void run(struct check *check)
{
    struct round *round = &check->session.round;

    round_run(round);
    for (size_t i = 0; i < round->count; i++)
        check->failed += round->entries[i]->job.cause != CAUSE_NONE;
    if (!check->opts->nagios) {
        if (round->count == 0)
            say_error("no target given, and no local process carries an agent");
        round_say_failures(round);
    }
    growthseed_run(&check->patrol, round);
    patrol_round(&check->patrol, round,
                 (struct judge_now){ clock_now_s(), (double)time(NULL) });
}

int cmd_check(const struct opts *opts, char **arguments, int count)
{
    struct check check = { .opts = opts };
    struct ph_rulefile rules;
    char error[RULESET_ERROR];
    int named = count > 0 && ruleset_is(arguments[0]);
    int usage = opts->nagios ? (int)NAGIOS_UNKNOWN : EXITCODE_USAGE, code;

    if (!ruleset_load(named ? arguments[0] : NULL, &rules, error)) {
        say_error("%s", error);
        return usage;
    }
    forget_time(&rules);
    code = session_open(&check.session, opts, PORTHOLE_PATH_STATE, arguments + named,
                        count - named);
    if (code != EXITCODE_FINE) {
        ph_rulefile_fini(&rules);
        return opts->nagios ? usage : code;
    }
    patrol_init(&check.patrol, &rules);
    run(&check);
    code = show(&check);
    patrol_fini(&check.patrol);
    session_close(&check.session);
    return code;
}
