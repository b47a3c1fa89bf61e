/* SPDX-License-Identifier: MIT */
/*
 * pollfeed: a session as a feed.
 */
#include "pollfeed.h"

#include "exitcode.h"
#include "porthole_wire.h"
#include "sample.h"

#include <math.h>
#include <string.h>

/* So many targets are asked as fast as it goes. */
#define SPREAD_FROM 1000
#define SPREAD_MOST_MS 2000

static struct pollfeed *self_of(struct feed *feed)
{
    return (struct pollfeed *)feed;
}

static void show_rows(struct pollfeed *self)
{
    self->feed.rows = self->session.round.rows;
    self->feed.count = self->session.round.count;
}

static void begin(struct feed *feed)
{
    struct session *session = &self_of(feed)->session;

    session_refresh(session);
    session->round.due_s = feed->due_s;
    round_begin(&session->round);
    show_rows(self_of(feed));
}

static size_t step(struct feed *feed, int wait_ms, int fd)
{
    struct round *round = &self_of(feed)->session.round;
    bool was_open = !round->finished;
    size_t left = round_step(round, wait_ms, fd);

    if (left == 0 && was_open)
        round_finish(round);
    return left;
}

static void say_failures(struct feed *feed)
{
    struct session *session = &self_of(feed)->session;

    session_say_none(session);
    session_say(session);
    round_say_failures(&session->round);
}

static void note(struct feed *feed, struct buf *out)
{
    const struct sources *sources = &self_of(feed)->session.sources;
    struct sdsays says;

    for (size_t i = 0; sources_failure(sources, i, &says); i++)
        buf_add(out, says.text, strlen(says.text) + 1);
}

static const char *none(const struct feed *feed)
{
    const struct sources *sources = &((const struct pollfeed *)feed)->session.sources;

    if (sources->local)
        return "no local process carries an agent; waiting for one";
    return sources_are_partial(sources) ? "no list of targets could be read yet"
                                        : "what was named holds no target";
}

static int exitcode(const struct feed *feed)
{
    return session_exitcode(&((const struct pollfeed *)feed)->session);
}

static void close_feed(struct feed *feed)
{
    session_close(&self_of(feed)->session);
    buf_fini(&self_of(feed)->path);
}

/* Rounds that come again spare those who do not answer, and do not ask all at once: a tenth of
 * the interval is enough for the switches between. */
static void pace(struct round *round, const struct opts *opts)
{
    bool again = !opts->count_given || opts->count != 1;

    round->at_once = true;
    round->back_off = again;
    if (again && round->count > SPREAD_FROM)
        round->spread_ms = fmin(opts->interval_ms / 10, SPREAD_MOST_MS);
}

int pollfeed_open(struct pollfeed *self, const struct opts *opts, char *const *words, int count)
{
    int code;

    self->path = (struct buf){ 0 };
    buf_puts(&self->path, PORTHOLE_PATH_STATE);
    sample_query(&self->path);
    code = session_open(&self->session, opts, buf_text(&self->path), words, count);
    if (code != EXITCODE_FINE) {
        buf_fini(&self->path);
        return code;
    }
    pace(&self->session.round, opts);
    self->feed = (struct feed){ .from = "",
                                .begin = begin,
                                .step = step,
                                .say_failures = say_failures,
                                .note = note,
                                .none = none,
                                .exitcode = exitcode,
                                .close = close_feed };
    show_rows(self);
    return EXITCODE_FINE;
}
