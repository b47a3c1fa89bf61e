/* SPDX-License-Identifier: MIT */
/* Owns the tests' host threads. As a real host it only ever waits for events, which here are
 * summons. */
#include "fake_host.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

#include "agent/clock.h"

#define TRACED "{\"sampled_one_in\":1,\"added\":3,\"rows\":[]}"
#define BLOCK_BYTES 50000 /* no power of two: the pipe's end comes in the middle of one */

static void ring(struct fake_host *fake, bool *flag)
{
    pthread_mutex_lock(&fake->lock);
    *flag = true;
    pthread_cond_signal(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static void summon(void *ctx, bool urgent)
{
    struct fake_host *fake = ctx;

    atomic_fetch_add(&fake->summoned, 1);
    if (urgent)
        atomic_fetch_add(&fake->urged, 1);
    ring(fake, urgent ? &fake->wants_now : &fake->wants_loop);
}

/* ---- Answers ----------------------------------------------------------------------- */

static void give_stack(porthole_task *task)
{
    const struct porthole_frame inner = { "spin", "/app/x.js", 3, 5, PORTHOLE_FRAME_JS, false };
    const struct porthole_frame outer = { "main", "/app/x.js", 9, 1, PORTHOLE_FRAME_JS, true };

    porthole_task_frame(task, &inner);
    porthole_task_frame(task, &outer);
    porthole_task_async(task, 5, 1);
}

static void give_tree(porthole_task *task)
{
    const struct porthole_node root = { .id = 1, .function = "(root)", .file = "" };
    const struct porthole_node spin = { .id = 2,
                                        .parent = 1,
                                        .function = "spin",
                                        .file = "/app/x.js",
                                        .line = 2,
                                        .hits = 2,
                                        .self_bytes = 96 };

    porthole_task_node(task, &root);
    porthole_task_node(task, &spin);
}

static void give_listeners(porthole_task *task)
{
    static const struct porthole_listener_kind kinds[] = {
        { "Feed", "data", 12, 3, 10 },
        { "Socket", "error", 5000, 40, 4961 },
        { "", "", 1, 1, 1 },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        porthole_task_listeners(task, &kinds[i]);
    porthole_task_emitters(task, 77);
}

static void give(porthole_task *task)
{
    switch (porthole_task_kind_of(task)) {
    case PORTHOLE_TASK_STACK:
        give_stack(task);
        break;
    case PORTHOLE_TASK_HISTOGRAM:
        porthole_task_row(task, "Few", 3, PORTHOLE_UNKNOWN);
        porthole_task_row(task, "Many", 1000, PORTHOLE_UNKNOWN);
        porthole_task_row(task, "ArrayBuffer", 20, 4096);
        porthole_task_gc_ns(task, 7 * PH_NS_PER_MS);
        break;
    case PORTHOLE_TASK_PROFILE_STOP:
        give_tree(task);
        porthole_task_span(task, 1000, 3000);
        porthole_task_sample(task, 2, 1500);
        porthole_task_sample(task, 2, 2500);
        break;
    case PORTHOLE_TASK_HEAP_PROFILE_STOP:
        give_tree(task);
        porthole_task_allocation(task, 2, 48, 2);
        break;
    case PORTHOLE_TASK_LISTENERS:
        give_listeners(task);
        break;
    case PORTHOLE_TASK_TRACE_STOP:
        porthole_task_json(task, TRACED, strlen(TRACED));
        break;
    default:
        break;
    }
}

/* Is it asked for? What is not an object is, if its type is. */
static bool is_asked(const struct porthole_objects_ask *ask, const struct porthole_fragment *f)
{
    if (ask->type && (!f->type || strcmp(ask->type, f->type) != 0))
        return false;
    if (f->kind != PORTHOLE_FRAGMENT_OBJECT)
        return true;
    return ask->want == PORTHOLE_WANT_VALUES && f->place > ask->after &&
           (!ask->id ||
            (ask->id_bytes == f->id_bytes && memcmp(ask->id, f->id, f->id_bytes) == 0));
}

/* The next slice of them; false if more are left. */
static bool give_fragments(struct fake_host *fake, porthole_task *task,
                           const struct porthole_fragment *all, size_t n)
{
    uint64_t *at = porthole_task_cursor(task);
    unsigned given = 0;

    while (*at < n) {
        if (!porthole_task_wanted(task) || (fake->per_slice && given == fake->per_slice))
            return !porthole_task_wanted(task);
        given++;
        if (is_asked(porthole_task_objects(task), &all[*at]) &&
            !porthole_task_fragment(task, &all[*at]))
            return true;
        ++*at;
    }
    return true;
}

static bool perform(void *ctx, porthole_task *task, bool on_loop)
{
    struct fake_host *fake = ctx;
    enum porthole_task_kind kind = porthole_task_kind_of(task);
    unsigned nth = atomic_fetch_add(&fake->performed[kind], 1) + 1;
    bool bulk = kind == PORTHOLE_TASK_HISTOGRAM, done = true;

    if (fake->perform)
        done = fake->perform(fake, task, on_loop);
    else if (fake->fails)
        porthole_task_fail(task, fake->fails);
    else if (kind == PORTHOLE_TASK_OBJECTS)
        done = give_fragments(fake, task, fake->objects, fake->n_objects);
    else if (kind == PORTHOLE_TASK_PROVIDED)
        done = give_fragments(fake, task, fake->provided, fake->n_provided);
    else if (bulk && on_loop && nth < fake->slices && porthole_task_wanted(task))
        done = false;
    else
        give(task);
    if (done || (!on_loop && kind < PORTHOLE_TASK_OBJECTS))
        atomic_fetch_add(&fake->finished[kind], 1);
    return done;
}

char fake_stream_byte(uint64_t at)
{
    return (char)('a' + (at ^ at >> 8 ^ at >> 16) % 26);
}

static void stream(void *ctx, bool (*write)(void *to, const char *bytes, size_t n), void *to)
{
    struct fake_host *fake = ctx;
    char block[BLOCK_BYTES];

    for (uint64_t at = 0; at < fake->stream_bytes;) {
        size_t n = fake->stream_bytes - at < sizeof block ? (size_t)(fake->stream_bytes - at)
                                                          : sizeof block;

        for (size_t i = 0; i < n; i++)
            block[i] = fake_stream_byte(at + i);
        if (!write(to, block, n)) {
            atomic_store(&fake->stream_refused, true);
            return;
        }
        at += n;
        atomic_store(&fake->streamed, at);
    }
}

/* ---- The thread -------------------------------------------------------------------- */

static void join(struct fake_host *fake)
{
    const struct porthole_host host = { .name = fake->name ? fake->name : "main",
                                        .id = fake->id,
                                        .ctx = fake,
                                        .summon = summon,
                                        .perform = perform,
                                        .stream = stream };
    enum porthole_status rc = fake->agent
                                  ? porthole_thread_join(fake->agent, &host, &fake->thread)
                                  : ph_board_join(fake->board, &host, &fake->thread);

    cr_assert_eq(rc, PORTHOLE_OK);
    porthole_thread_provides(fake->thread, fake->provides);
    if (fake->blocked_ns)
        porthole_loop_after_poll(fake->thread, ph_clock_ns() - fake->blocked_ns);
    else
        porthole_loop_before_poll(fake->thread, ph_clock_ns(), 0);
}

/* Is there anything to come for? Takes it. With the lock held. */
static bool is_called(struct fake_host *fake, bool *on_loop)
{
    if (atomic_load(&fake->deaf))
        return false;
    *on_loop = !fake->wants_now;
    if (fake->wants_now) {
        fake->wants_now = false;
        return true;
    }
    if (!fake->wants_loop || atomic_load(&fake->stuck))
        return false;
    fake->wants_loop = false;
    return true;
}

static void *run(void *arg)
{
    struct fake_host *fake = arg;
    bool on_loop;

    join(fake);
    pthread_mutex_lock(&fake->lock);
    fake->joined = true;
    pthread_cond_broadcast(&fake->changed);
    while (!fake->ending) {
        if (!is_called(fake, &on_loop)) {
            pthread_cond_wait(&fake->changed, &fake->lock);
            continue;
        }
        fake->busy = true;
        pthread_mutex_unlock(&fake->lock);
        if (porthole_thread_serve(fake->thread, on_loop))
            ring(fake, &fake->wants_loop);
        pthread_mutex_lock(&fake->lock);
        fake->busy = false;
        pthread_cond_broadcast(&fake->changed);
    }
    pthread_mutex_unlock(&fake->lock);
    porthole_thread_leave(fake->thread);
    return NULL;
}

void fake_start(struct fake_host *fake, porthole_agent *agent, struct ph_board *board)
{
    fake->agent = agent;
    fake->board = board;
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    cr_assert_eq(pthread_create(&fake->pthread, NULL, run, fake), 0);
    pthread_mutex_lock(&fake->lock);
    while (!fake->joined)
        pthread_cond_wait(&fake->changed, &fake->lock);
    pthread_mutex_unlock(&fake->lock);
}

void fake_deafen(struct fake_host *fake)
{
    atomic_store(&fake->deaf, true);
    pthread_mutex_lock(&fake->lock);
    while (fake->busy)
        pthread_cond_wait(&fake->changed, &fake->lock);
    pthread_mutex_unlock(&fake->lock);
}

void fake_nudge(struct fake_host *fake)
{
    pthread_mutex_lock(&fake->lock);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

void fake_stop(struct fake_host *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->ending = true;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
    pthread_join(fake->pthread, NULL);
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->lock);
}

void fake_await(atomic_uint *counter, unsigned least)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    uint64_t until_ns = ph_clock_ns() + 10 * PH_NS_PER_S;

    while (atomic_load(counter) < least && ph_clock_ns() < until_ns)
        nanosleep(&moment, NULL);
    cr_assert_geq(atomic_load(counter), least);
}
