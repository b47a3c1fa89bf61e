/* SPDX-License-Identifier: MIT */
/*
 * sdhttp: one request with a poller of its own. The token of agents is not for this server.
 */
#include "sdhttp.h"

#include "cause.h"
#include "mem.h"
#include "poll.h"
#include "sdlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_CEILING ((size_t)8 << 20)
#define STEP_MS 50 /* how long `stop` may go unseen */

struct own {
    struct target_list url; /* one target: the grammar of URLs is the same */
    struct poll *poll;
    struct poll_job job;
};

static bool open_http(struct sdask *ask, struct target_error *error)
{
    struct poll_config config = { .timeout_ms = ask->timeout_ms, .body_limit = BODY_CEILING };
    struct target_list url = { .kang = false };
    struct own *own;

    if (!target_add_network(&url, ask->rest, error))
        return false;
    if (url.count != 1) {
        target_fini(&url);
        snprintf(error->text, sizeof error->text, "bad target '%.100s': a URL has one port",
                 ask->spec);
        return false;
    }
    own = mem_new(1, sizeof *own);
    own->url = url;
    own->poll = poll_new(&config);
    own->job.origin = url.items[0].origin;
    own->job.path = url.items[0].path[0] != '\0' ? url.items[0].path : "/";
    ask->own = own;
    return true;
}

static void close_http(struct sdask *ask)
{
    struct own *own = ask->own;

    if (own == NULL)
        return;
    poll_drop(own->poll, &own->job);
    poll_free(own->poll);
    target_fini(&own->url);
    free(own);
}

static enum sdlook take(struct sdask *ask, const struct buf *body)
{
    if (!sdlist_read(&ask->list, ask->spec, buf_text(body), body->len, &ask->says))
        return SDLOOK_FAILED;
    sdlist_unique(&ask->list);
    return SDLOOK_NEW;
}

static enum sdlook look_http(struct sdask *ask)
{
    struct own *own = ask->own;
    struct poll_job *job = &own->job, *const jobs[] = { job };
    char word[CAUSE_BYTES];
    enum sdlook result;

    poll_begin(own->poll, jobs, 1);
    while (poll_step(own->poll, STEP_MS, -1) > 0) {
        if (atomic_load_explicit(&ask->stop, memory_order_relaxed))
            break;
    }
    if (!job->done) {
        result = SDLOOK_FAILED;
    } else if (job->cause == CAUSE_NONE) {
        result = take(ask, &job->body);
    } else {
        cause_word(word, job->cause, job->status);
        snprintf(ask->says.text, sizeof ask->says.text, "cannot read '%.200s': %s", ask->spec,
                 word);
        result = SDLOOK_FAILED;
    }
    buf_fini(&job->body);
    return result;
}

const struct sdkind sdhttp = {
    .prefix = "http_sd:",
    .pace_s = 60,
    .open = open_http,
    .look = look_http,
    .close = close_http,
};
