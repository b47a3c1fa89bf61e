/* SPDX-License-Identifier: MIT */
/*
 * notify_post: of an answer only its status is of interest. Its body is read as far as
 * BODY_MOST and never kept; a receiver that goes on is cut off. Of the URL only the
 * origin is shown: the path of a webhook is often its password.
 */
#include "notify_post.h"

#include "cause.h"
#include "mem.h"
#include "notify_url.h"
#include "poll.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

#define BODY_MOST ((size_t)64 << 10)

struct notify_post {
    struct poll *poll;
    struct poll_job job;
    struct poll_job *jobs[1];
    char *origin;
    char *path;
    bool busy;
    char said[CAUSE_BYTES]; /* the trouble that was told; "": none */
};

static bool drop_bytes(void *to, const char *bytes, size_t len)
{
    const struct notify_post *post = to;

    (void)bytes;
    return post->job.received + (double)len <= (double)BODY_MOST;
}

static char *with_tail(char *path, const char *tail)
{
    size_t len = strlen(path), more = strlen(tail);

    if (more == 0 || (len >= more && strcmp(path + len - more, tail) == 0))
        return path;
    while (len > 0 && path[len - 1] == '/')
        len--;
    path = mem_resize(path, len + more + 1, 1);
    memcpy(path + len, tail, more + 1);
    return path;
}

struct notify_post *notify_post_new(const char *url, const char *tail, double timeout_ms)
{
    struct poll_config config = { .timeout_ms = timeout_ms, .body_limit = BODY_MOST };
    struct notify_post *post = mem_new(1, sizeof *post);

    notify_url_split(url, &post->origin, &post->path);
    post->path = with_tail(post->path, tail);
    post->poll = poll_new(&config);
    post->jobs[0] = &post->job;
    post->job.origin = post->origin;
    post->job.path = post->path;
    post->job.take = drop_bytes;
    post->job.to = post;
    return post;
}

void notify_post_free(struct notify_post *post)
{
    if (post == NULL)
        return;
    poll_drop(post->poll, &post->job);
    poll_free(post->poll);
    free(post->origin);
    free(post->path);
    free(post);
}

void notify_post_start(struct notify_post *post, const char *json, size_t len)
{
    post->job.post = json;
    post->job.post_len = len;
    post->busy = true;
    poll_begin(post->poll, post->jobs, 1);
}

static enum notify_post_outcome outcome_of(const struct poll_job *job)
{
    if (job->status >= 200 && job->status <= 299)
        return NOTIFY_POST_TAKEN;
    if (job->status >= 300 && job->status <= 499 && job->status != 408 && job->status != 429)
        return NOTIFY_POST_NEVER;
    return NOTIFY_POST_LATER;
}

static void tell_trouble(struct notify_post *post, enum notify_post_outcome outcome)
{
    char word[CAUSE_BYTES] = "";

    if (outcome != NOTIFY_POST_TAKEN)
        cause_word(word, post->job.cause, post->job.status);
    if (strcmp(word, post->said) == 0)
        return;
    if (word[0] == '\0')
        say_error("'%s' takes alerts again", post->origin);
    else if (outcome == NOTIFY_POST_NEVER)
        say_error("'%s' does not take the alert: %s", post->origin, word);
    else
        say_error("cannot tell '%s' of alerts: %s; trying again", post->origin, word);
    memcpy(post->said, word, sizeof word);
}

enum notify_post_outcome notify_post_step(struct notify_post *post)
{
    enum notify_post_outcome outcome;

    if (!post->busy)
        return NOTIFY_POST_IDLE;
    if (poll_step(post->poll, 0, -1) > 0)
        return NOTIFY_POST_BUSY;
    post->busy = false;
    outcome = outcome_of(&post->job);
    tell_trouble(post, outcome);
    return outcome;
}

void notify_post_wait(struct notify_post *post, int wait_ms)
{
    if (post->busy && !post->job.done)
        poll_step(post->poll, wait_ms, -1);
}

double notify_post_pause_s(const struct notify_post *post, unsigned tries)
{
    unsigned pause = tries > 9 ? NOTIFY_POST_PAUSE_MOST_S : 1u << (tries > 0 ? tries - 1 : 0);

    if (pause < post->job.retry_after_s)
        pause = post->job.retry_after_s;
    return pause < NOTIFY_POST_PAUSE_MOST_S ? pause : NOTIFY_POST_PAUSE_MOST_S;
}
