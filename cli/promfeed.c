/* SPDX-License-Identifier: MIT */
/*
 * promfeed: some forty queries a round, a few at a time, each answer read and dropped as soon
 * as it is there: what is held at once does not grow with the number of figures.
 */
#include "promfeed.h"

#include "clock.h"
#include "exitcode.h"
#include "say.h"
#include "token.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define AT_ONCE 8
#define ANSWER_BYTES ((size_t)64 << 20)
#define TIMEOUT_MS 10000

static const char scheme[] = "prometheus=";

/* By job and instance, whatever else is in its labels. `up` is also that of exporters: only
 * jobs count in which a Node process was seen lately, be they all down now. */
static const char *const parts[PROMROWS_PARTS] = {
    [PROMROWS_UP] = "up and on (job) (group by (job) (last_over_time(porthole_info[10m])) or "
                    "group by (job) (last_over_time(nodejs_version_info[10m])))",
    [PROMROWS_WHEN] = "max by (job, instance) (timestamp(up))",
    [PROMROWS_SCRAPE] = "max by (job, instance) (scrape_duration_seconds)",
    [PROMROWS_START] = "max by (job, instance) (process_start_time_seconds)",
    [PROMROWS_INFO] = "porthole_info",
    [PROMROWS_SUSPECTS] = "sum by (job, instance) (porthole_suspects)",
    [PROMROWS_SLOPE] = "porthole_suspect_slope_per_hour",
};

static struct promfeed *self_of(struct feed *feed)
{
    return (struct promfeed *)feed;
}

/* ---- Asking ----------------------------------------------------------------------------- */

/* Whether a part of the round is asked for at all. The uptime comes from the start. */
static bool is_asked(size_t part)
{
    if (part < PROMROWS_PARTS)
        return true;
    part -= PROMROWS_PARTS;
    return vitals[part].prom != NULL && part != VITAL_UPTIME;
}

/* To add up again what is of one instance already would cost the server a tenth of it all. */
static void write_query(struct promfeed *self, size_t part)
{
    struct promfeed_ask *ask = &self->asks[part];
    const char *path = self->server.items[0].path;
    const char *what = part < PROMROWS_PARTS ? parts[part] : vitals[part - PROMROWS_PARTS].prom;
    bool is_one = part < PROMROWS_PARTS || strstr(what, " by (instance, job)") != NULL;
    char query[512];

    snprintf(query, sizeof query, "%s%s%s", is_one ? "" : "max by (job, instance) (", what,
             is_one ? "" : ")");
    buf_clear(&ask->path);
    promql_path(&ask->path, path, query, self->at_s);
    ask->job.path = buf_text(&ask->path);
}

/* Ask the next few, from `first` on; `up` goes alone, because the rest depends on it. */
static void ask_from(struct promfeed *self, size_t first)
{
    size_t most = first == PROMROWS_UP ? 1 : AT_ONCE;

    self->count = 0;
    for (; first < PROMFEED_ASKS && self->count < most; first++) {
        if (!is_asked(first))
            continue;
        write_query(self, first);
        self->asks[first].read = false;
        self->jobs[self->count++] = &self->asks[first].job;
    }
    self->first = first;
    poll_begin(self->poll, self->jobs, self->count);
}

static void begin(struct feed *feed)
{
    struct promfeed *self = self_of(feed);

    promrows_begin(&self->rows);
    for (size_t i = 0; i < PROMFEED_ASKS; i++)
        self->asks[i].cause = CAUSE_NONE;
    self->at_s = NAN;
    self->running = true;
    ask_from(self, PROMROWS_UP);
}

/* ---- Answers ---------------------------------------------------------------------------- */

struct taking {
    struct promfeed *feed;
    size_t part;
};

static void take(const struct promql_series *series, void *user)
{
    const struct taking *taking = user;

    if (taking->part == PROMROWS_UP)
        taking->feed->at_s = series->at_s;
    promrows_take(&taking->feed->rows, taking->part, series);
}

static void read_answer(struct promfeed *self, struct promfeed_ask *ask)
{
    struct taking taking = { self, (size_t)(ask - self->asks) };
    struct poll_job *job = &ask->job;

    ask->read = true;
    ask->cause = job->cause;
    buf_clear(&ask->says);
    if (job->cause == CAUSE_NONE)
        ask->cause = promql_read(buf_text(&job->body), job->body.len, take, &taking);
    else if (job->cause == CAUSE_HTTP)
        promql_error(&ask->says, buf_text(&job->body), job->body.len);
    /* a page of HTML is no broken JSON, it is another server */
    if (ask->cause == CAUSE_BAD_JSON && !job->is_json)
        ask->cause = CAUSE_NOT_PORTHOLE;
    buf_fini(&job->body);
}

static size_t asked(const struct promfeed *self, size_t *good)
{
    size_t all = 0;

    *good = 0;
    for (size_t i = PROMROWS_UP + 1; i < PROMFEED_ASKS; i++) {
        all += is_asked(i);
        *good += is_asked(i) && self->asks[i].cause == CAUSE_NONE;
    }
    return all;
}

static void finish(struct promfeed *self)
{
    const struct promfeed_ask *up = &self->asks[PROMROWS_UP];
    const struct promfeed_ask *when = &self->asks[PROMROWS_WHEN];
    size_t good;

    asked(self, &good);
    self->running = false;
    if (up->cause != CAUSE_NONE)
        promrows_fail(&self->rows, up->cause, up->job.status);
    else if (good == 0)
        promrows_fail(&self->rows, when->cause, when->job.status);
    else
        promrows_end(&self->rows, clock_now_s());
    self->feed.rows = self->rows.rows;
    self->feed.count = self->rows.count;
}

static size_t step(struct feed *feed, int wait_ms, int fd)
{
    struct promfeed *self = self_of(feed);
    size_t left = poll_step(self->poll, wait_ms, fd);

    if (!self->running)
        return 0;
    for (size_t i = 0; i < PROMFEED_ASKS; i++) {
        if (is_asked(i) && self->asks[i].job.done && !self->asks[i].read)
            read_answer(self, &self->asks[i]);
    }
    if (left > 0)
        return left;
    /* nothing to ask for: no instance, or nobody to ask */
    if (self->first < PROMFEED_ASKS && !isnan(self->at_s) &&
        self->asks[PROMROWS_UP].cause == CAUSE_NONE) {
        ask_from(self, self->first);
        return self->count > 0 ? self->count : 1;
    }
    finish(self);
    return 0;
}

/* ---- What went wrong -------------------------------------------------------------------- */

static void say_ask(struct promfeed *self, size_t part)
{
    struct promfeed_ask *ask = &self->asks[part];
    const char *what = part < PROMROWS_PARTS ? parts[part] : vitals[part - PROMROWS_PARTS].name;
    char word[CAUSE_BYTES];

    if (ask->cause == ask->said)
        return;
    ask->said = ask->cause;
    if (ask->cause == CAUSE_NONE)
        return;
    cause_word(word, ask->cause, ask->job.status);
    if (ask->cause == CAUSE_NOT_PORTHOLE)
        say_error("'%s' does not answer as Prometheus does", self->server.items[0].name);
    else if (part == PROMROWS_UP && ask->says.len == 0)
        say_error("cannot reach '%s': %s", self->server.items[0].name, word);
    else
        say_error("cannot ask '%s' for '%.40s': %s%s%s", self->server.items[0].name, what, word,
                  ask->says.len > 0 ? ": " : "", buf_text(&ask->says));
}

static void say_failures(struct feed *feed)
{
    struct promfeed *self = self_of(feed);
    bool reached = self->asks[PROMROWS_UP].cause == CAUSE_NONE;

    for (size_t i = 0; i < PROMFEED_ASKS; i++)
        say_ask(self, i);
    for (size_t i = 0; reached && i < self->rows.count; i++) {
        const struct fleet_row *row = self->rows.rows[i];
        char word[CAUSE_BYTES];

        if (!promrows_is_news(&self->rows, i) || row->cause == CAUSE_NONE)
            continue;
        cause_word(word, row->cause, row->status);
        say_error("cannot reach '%s': %s", row->name, word);
    }
    if (reached && self->rows.count == 0 && !self->said_empty)
        say_error("'%s' knows no process: no series 'porthole_info' nor 'nodejs_version_info'",
                  self->server.items[0].name);
    self->said_empty = reached && self->rows.count == 0;
    if (self->rows.left_out > 0 && !self->said_left_out)
        say_error("%zu processes more than the %d that are shown", self->rows.left_out,
                  PROMROWS_MOST);
    self->said_left_out = self->rows.left_out > 0;
}

/* Only the first: where the server is away, every question fails. */
static void note(struct feed *feed, struct buf *out)
{
    const struct promfeed *self = self_of(feed);
    char word[CAUSE_BYTES];
    size_t part = 0;

    while (part < PROMFEED_ASKS && self->asks[part].cause == CAUSE_NONE)
        part++;
    if (part == PROMFEED_ASKS)
        return;
    cause_word(word, self->asks[part].cause, self->asks[part].job.status);
    buf_printf(out, "cannot ask '%s': %s%s%s", self->server.items[0].name, word,
               self->asks[part].says.len > 0 ? ": " : "", buf_text(&self->asks[part].says));
    buf_add(out, "", 1);
}

static const char *none(const struct feed *feed)
{
    const struct promfeed *self = (const struct promfeed *)feed;

    if (isnan(self->at_s) && self->running)
        return "asking ...";
    return self->asks[PROMROWS_UP].cause == CAUSE_NONE ? "the server knows no process"
                                                       : "the server does not answer";
}

static int exitcode(const struct feed *feed)
{
    const struct promfeed *self = (const struct promfeed *)feed;
    size_t good = 0, answered, all = asked(self, &answered);

    for (size_t i = 0; i < self->rows.count; i++)
        good += self->rows.rows[i]->cause == CAUSE_NONE;
    if (good == 0 || self->asks[PROMROWS_UP].cause != CAUSE_NONE)
        return EXITCODE_NONE;
    return good == self->rows.count && answered == all ? EXITCODE_FINE : EXITCODE_SOME;
}

/* ---- Life ------------------------------------------------------------------------------- */

static void close_feed(struct feed *feed)
{
    struct promfeed *self = self_of(feed);

    for (size_t i = 0; i < PROMFEED_ASKS; i++) {
        poll_drop(self->poll, &self->asks[i].job);
        buf_fini(&self->asks[i].path);
        buf_fini(&self->asks[i].says);
    }
    poll_free(self->poll);
    promrows_fini(&self->rows);
    target_fini(&self->server);
}

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

static bool read_from(struct promfeed *self, const char *from)
{
    struct target_error error = { "" };
    const char *url = from + sizeof scheme - 1;

    if (strncmp(from, scheme, sizeof scheme - 1) != 0 || !is_url(url) || strchr(url, ',')) {
        say_error("'--from %s' is not prometheus=http://HOST:PORT", from);
        return false;
    }
    if (strpbrk(url, "?#") != NULL) {
        say_error("'%s': only the address of a server is wanted, no query", url);
        return false;
    }
    if (!target_add(&self->server, url, &error) || self->server.count != 1) {
        say_error("%s", error.text[0] != '\0' ? error.text : "--from names several servers");
        target_fini(&self->server);
        return false;
    }
    return true;
}

static bool open_poll(struct promfeed *self, const struct opts *opts)
{
    struct poll_config config = { .body_limit = ANSWER_BYTES,
                                  .compressed = true,
                                  .timeout_ms =
                                      opts->timeout_given ? opts->timeout_ms : TIMEOUT_MS };
    char token[TOKEN_BYTES], why[256];

    if (opts->token_file != NULL) {
        if (!token_read(opts->token_file, token, why)) {
            say_error("%s", why);
            return false;
        }
        config.token = token;
    }
    self->poll = poll_new(&config);
    return true;
}

int promfeed_open(struct promfeed *self, const struct opts *opts, char *const *words, int count)
{
    struct buf clean = { 0 };

    *self = (struct promfeed){ .at_s = NAN };
    if (count > 0) {
        say_error("'%s' is one target too many: with --from the server knows them", words[0]);
        return EXITCODE_USAGE;
    }
    if (!read_from(self, opts->from))
        return EXITCODE_USAGE;
    if (!open_poll(self, opts)) {
        target_fini(&self->server);
        return EXITCODE_USAGE;
    }
    text_clean(&clean, opts->from, strlen(opts->from), say_charset());
    snprintf(self->from, sizeof self->from, "%s", buf_text(&clean));
    buf_fini(&clean);
    for (size_t i = 0; i < PROMFEED_ASKS; i++)
        self->asks[i].job.origin = self->server.items[0].origin;
    self->feed = (struct feed){ .from = self->from,
                                .begin = begin,
                                .step = step,
                                .say_failures = say_failures,
                                .note = note,
                                .none = none,
                                .exitcode = exitcode,
                                .close = close_feed };
    return EXITCODE_FINE;
}
