/* SPDX-License-Identifier: MIT */
/*
 * poll: which request runs when. libcurl's cost per request grows with the connections of a
 * multi handle (10,000 in one: 5.9 CPU-s per round; in 40: 0.2, measured), so targets are
 * dealt to shards with a handle each. A target stays with its shard: that has its connection.
 * One epoll watches the sockets of all. Rounds may overlap: a job knows which one it is of.
 */
#include "poll.h"

#include "clock.h"
#include "mem.h"
#include "nofile.h"

#include <curl/curl.h>
#include <math.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define SHARD_JOBS 250u
#define EVENTS 256
#define BODY_LIMIT ((size_t)8 << 20)

/* Requests that may run at once: so many, for what 512 take of libcurl's and of the kernel's
 * memory is no longer in the cache when their answers come, and twice as many whenever all of
 * them together have kept us idle for so long: targets that hang, or are far away, hold up
 * nobody. */
#define WINDOW 128u
#define WIDEN_S 0.1

/* Descriptors for everything else. */
#define OTHER_FDS 64u

struct shard {
    CURLM *multi;
    struct poll *poll;
    unsigned number;     /* from 0 */
    unsigned jobs;       /* that belong here */
    double due_s;        /* when libcurl wants to be called; NaN: it does not */
};

struct poll {
    struct request_kit *kit;
    struct shard **shards;
    unsigned shard_count;
    unsigned maybe_free; /* no shard before this one has room */
    int epoll;
    void (*ended)(void *user, struct poll_job *job);
    void *user;
    double spread_s;

    struct poll_job *const *jobs; /* of this round */
    size_t count;
    size_t started;
    size_t finished;
    unsigned round;      /* its number */
    size_t in_flight;    /* of this round and of those before */
    size_t window;
    size_t most_in_flight;
    double began_s;
    double asked_s;      /* when the last one was started */
    double idle_s;       /* spent waiting since the window last grew, while it was full */
};

/* ---- Shards ------------------------------------------------------------------------ */

/* libcurl's: what it wants to hear about a socket. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known)
{
    struct shard *shard = user;
    struct epoll_event event = { .data.u64 = (uint64_t)shard->number << 32 | (uint32_t)fd };

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(shard->poll->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events =
        (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(shard->poll->epoll, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd,
                  &event) != 0)
        return -1;
    curl_multi_assign(shard->multi, fd, shard);
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *user)
{
    struct shard *shard = user;

    (void)multi;
    shard->due_s = ms < 0 ? NAN : clock_now_s() + (double)ms / 1000;
    return 0;
}

static struct shard *add_shard(struct poll *poll)
{
    struct shard *shard = mem_new(1, sizeof *shard);

    *shard = (struct shard){ .poll = poll, .number = poll->shard_count, .due_s = NAN };
    shard->multi = curl_multi_init();
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
    poll->shards = mem_resize(poll->shards, poll->shard_count + 1, sizeof(struct shard *));
    poll->shards[poll->shard_count++] = shard;
    return shard;
}

/* Give a job that has none its place. */
static void settle(struct poll *poll, struct poll_job *job)
{
    if (job->shard != 0)
        return;
    while (poll->maybe_free < poll->shard_count &&
           poll->shards[poll->maybe_free]->jobs >= SHARD_JOBS)
        poll->maybe_free++;
    if (poll->maybe_free == poll->shard_count)
        add_shard(poll);
    poll->shards[poll->maybe_free]->jobs++;
    job->shard = poll->maybe_free + 1;
}

static void unsettle(struct poll *poll, struct poll_job *job)
{
    unsigned number = job->shard - 1;

    if (job->shard == 0)
        return;
    job->shard = 0;
    poll->shards[number]->jobs--;
    if (number < poll->maybe_free)
        poll->maybe_free = number;
}

/* ---- Requests ---------------------------------------------------------------------- */

static void finish(struct poll *poll, struct poll_job *job)
{
    job->done = true;
    poll->finished += job->round == poll->round;
}

static void complete(struct poll *poll, struct poll_job *job)
{
    finish(poll, job);
    if (poll->ended != NULL)
        poll->ended(poll->user, job);
}

static void release(struct poll *poll, struct request *request)
{
    curl_multi_remove_handle(poll->shards[request->job->shard - 1]->multi, request->easy);
    request_free(poll->kit, request);
    poll->in_flight--;
}

static void collect(struct poll *poll, struct shard *shard)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(shard->multi, &left)) != NULL) {
        struct request *request = NULL;
        struct poll_job *job;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
        job = request->job;
        request_finish(request, (int)message->data.result);
        release(poll, request);
        complete(poll, job);
    }
}

static void start(struct poll *poll, struct poll_job *job)
{
    struct request *request = NULL;

    job->cause = job->origin[0] == '\0' ? CAUSE_NO_PROCESS : CAUSE_INTERNAL;
    if (job->origin[0] != '\0')
        request = request_new(poll->kit, job);
    if (request != NULL &&
        curl_multi_add_handle(poll->shards[job->shard - 1]->multi, request->easy) != CURLM_OK) {
        request_free(poll->kit, request);
        request = NULL;
    }
    if (request != NULL) {
        job->cause = CAUSE_NONE;
        poll->in_flight++;
    } else {
        complete(poll, job);
    }
}

/* Jobs whose turn has come, by the clock. */
static size_t ripe(const struct poll *poll, double now_s)
{
    double share = poll->spread_s > 0 ? (now_s - poll->began_s) / poll->spread_s : 1;

    return share < 1 ? (size_t)(share * (double)poll->count) + 1 : poll->count;
}

static void start_some(struct poll *poll)
{
    double now_s = clock_now_s();
    size_t most = ripe(poll, now_s);

    if (poll->idle_s >= WIDEN_S) {
        poll->window *= 2;
        poll->idle_s = 0;
    }
    if (poll->window > poll->most_in_flight)
        poll->window = poll->most_in_flight;
    while (poll->started < most && poll->started < poll->count &&
           poll->in_flight < poll->window) {
        start(poll, poll->jobs[poll->started++]);
        poll->asked_s = now_s;
    }
}

/* ---- A round ----------------------------------------------------------------------- */

/* Half of the descriptors for requests, the rest for connections that wait for the next. Where
 * all targets can keep theirs they do: a cache one short of what goes through it in turn loses
 * each just before it is wanted. A target has one connection, whether it is asked or waits. */
static void share_descriptors(struct poll *poll)
{
    struct rlimit limit;
    size_t most = 1024, kept;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        most = limit.rlim_cur < 1000000 ? (size_t)limit.rlim_cur : 1000000;
    /* with few of them most are needed for what is not a connection */
    most = most > 2 * OTHER_FDS ? most - OTHER_FDS : most / 4;
    poll->most_in_flight = most > 2 ? most / 2 : 1;
    kept = poll->shard_count > 0 ? most / 2 / poll->shard_count : 1;
    if ((size_t)poll->shard_count * SHARD_JOBS <= most)
        kept = SHARD_JOBS;
    kept = kept < 1 ? 1 : kept > SHARD_JOBS ? SHARD_JOBS : kept;
    for (unsigned i = 0; i < poll->shard_count; i++)
        curl_multi_setopt(poll->shards[i]->multi, CURLMOPT_MAXCONNECTS, (long)kept);
}

void poll_watch(struct poll *poll, void (*ended)(void *user, struct poll_job *job), void *user)
{
    poll->ended = ended;
    poll->user = user;
}

void poll_spread(struct poll *poll, double ms)
{
    poll->spread_s = ms / 1000;
}

void poll_begin(struct poll *poll, struct poll_job *const *jobs, size_t count)
{
    poll->jobs = jobs;
    poll->count = count;
    poll->started = poll->finished = 0;
    poll->round++;
    /* who hangs since the round before takes no place of this one's */
    poll->window = WINDOW + poll->in_flight;
    poll->idle_s = 0;
    poll->began_s = poll->asked_s = clock_now_s();
    for (size_t i = 0; i < count; i++) {
        settle(poll, jobs[i]);
        request_reset(poll->kit, jobs[i]);
        jobs[i]->round = poll->round;
    }
    share_descriptors(poll);
}

double poll_asked_s(const struct poll *poll)
{
    return poll->started < poll->count ? NAN : poll->asked_s;
}

bool poll_is_busy(const struct poll *poll)
{
    return poll->in_flight > 0;
}

static void run_timers(struct poll *poll)
{
    double now_s = clock_now_s();

    for (unsigned i = 0; i < poll->shard_count; i++) {
        struct shard *shard = poll->shards[i];
        int running;

        if (!(shard->due_s <= now_s))
            continue;
        shard->due_s = NAN;
        curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        collect(poll, shard);
    }
}

static void run_events(struct poll *poll, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        struct shard *shard = poll->shards[events[i].data.u64 >> 32];
        int fd = (int)(uint32_t)events[i].data.u64, what = 0, running;

        what |= events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0;
        what |= events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
        what |= events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
        curl_multi_socket_action(shard->multi, fd, what, &running);
        collect(poll, shard);
    }
}

/* Whether jobs wait for others to end. */
static bool is_full(const struct poll *poll)
{
    return poll->started < poll->count && poll->in_flight >= poll->window;
}

/* Until when to wait, at most `end_s`. */
static double next_due(const struct poll *poll, double end_s)
{
    if (is_full(poll) && poll->window < poll->most_in_flight)
        end_s = fmin(end_s, clock_now_s() + WIDEN_S - poll->idle_s);
    else if (!is_full(poll) && poll->started < poll->count)
        end_s = fmin(end_s, poll->began_s +
                                poll->spread_s * (double)poll->started / (double)poll->count);
    for (unsigned i = 0; i < poll->shard_count; i++)
        end_s = fmin(end_s, poll->shards[i]->due_s); /* which passes NaN over */
    return end_s;
}

static int ms_until(double until_s)
{
    double ms = ceil((until_s - clock_now_s()) * 1000);

    return ms > 0 ? (int)ms : 0;
}

/* Wait, at most until then, and see to what came. Without `fd` epoll waits itself. */
static void run_until(struct poll *self, int fd, double until_s)
{
    struct pollfd fds[2] = { { .fd = self->epoll, .events = POLLIN },
                             { .fd = fd, .events = POLLIN } };
    struct epoll_event events[EVENTS];
    double began_s = clock_now_s();
    int count;

    if (fd >= 0)
        poll(fds, 2, ms_until(until_s));
    count = epoll_wait(self->epoll, events, EVENTS, fd >= 0 ? 0 : ms_until(until_s));
    if (is_full(self))
        self->idle_s += clock_now_s() - began_s;
    run_events(self, events, count);
}

size_t poll_step(struct poll *poll, int wait_ms, int fd)
{
    bool open = poll->finished < poll->count;
    double end_s = clock_now_s() + (double)wait_ms / 1000;

    start_some(poll);
    run_timers(poll);
    /* a round that has just ended has nothing to wait for */
    if (open ? poll->finished < poll->count : wait_ms > 0) {
        run_until(poll, fd, next_due(poll, end_s));
        run_timers(poll);
    }
    return poll->count - poll->finished;
}

void poll_round(struct poll *poll, struct poll_job *const *jobs, size_t count)
{
    poll_begin(poll, jobs, count);
    while (poll_step(poll, 1000, -1) > 0)
        continue;
}

void poll_drop(struct poll *poll, struct poll_job *job)
{
    if (job->running != NULL) {
        release(poll, job->running);
        finish(poll, job);
    }
    unsettle(poll, job);
    request_forget(job);
    buf_fini(&job->body);
}

/* ---- Life -------------------------------------------------------------------------- */

struct poll *poll_new(const struct poll_config *config)
{
    struct request_config common = { .timeout_ms = config->timeout_ms,
                                     .body_limit = config->body_limit,
                                     .compressed = config->compressed,
                                     .token = config->token };
    struct poll *poll = mem_new(1, sizeof *poll);

    nofile_raise();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (common.body_limit == 0)
        common.body_limit = BODY_LIMIT;
    poll->kit = request_kit_new(&common);
    poll->epoll = epoll_create1(EPOLL_CLOEXEC);
    return poll;
}

void poll_free(struct poll *poll)
{
    if (poll == NULL)
        return;
    request_kit_free(poll->kit);
    for (unsigned i = 0; i < poll->shard_count; i++) {
        curl_multi_cleanup(poll->shards[i]->multi);
        free(poll->shards[i]);
    }
    free(poll->shards);
    close(poll->epoll);
    curl_global_cleanup();
    free(poll);
}
