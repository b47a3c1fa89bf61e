/* SPDX-License-Identifier: MIT */
/*
 * sd: the table of kinds, and a watcher for each list. Between the owner and a watcher's
 * thread passes only what is marked so, by swaps under the lock.
 */
#include "sd.h"

#include "mem.h"
#include "names.h"
#include "sddns.h"
#include "sdfile.h"
#include "sdhttp.h"
#include "sdlist.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GRACE_MS 200 /* for a thread to see that it is late, or unwanted */

static const struct sdkind *const kinds[] = { &sdfile, &sdhttp, &sddns_srv, &sddns_a };

/* A list that can change. */
struct watcher {
    const struct sdkind *kind; /* immutable */
    char *spec;                /* immutable */
    pthread_mutex_t lock;
    pthread_cond_t bell;       /* rings when one of those below changes */
    pthread_t thread;          /* owner only */
    bool started;              /* owner only */

    /* Whose thread it is that looks: the owner's until `started`. */
    struct sdask ask;
    uint64_t hash;             /* of the list that was handed over last */
    struct sdsays before;      /* what was said last */

    /* Guarded by lock. */
    struct target_list fresh;
    struct sdsays says;
    bool is_fresh;
    bool looked;
    bool known;                /* some look gave a list */
    bool failing;
    struct sdsays why;         /* ... it does */
    bool quit;                 /* the owner does not want it any more */
    bool orphan;               /* ... and has gone: the thread frees */
    bool ended;
};

/* What was named at one place of the command line. */
struct source {
    struct watcher *watcher;   /* NULL: targets that cannot change */
    struct target_list list;   /* what it names now */
};

struct sd {
    double timeout_ms;
    bool kang;
    struct source *sources;
    size_t count;
    bool taken;                /* sd_take() has been called */
    bool cut;                  /* more than TARGET_CEILING, and that is said */
    struct sdsays says;        /* of the whole */
};

/* ---- A watcher ------------------------------------------------------------------------ */

static struct watcher *watcher_new(const struct sd *sd, const struct sdkind *kind,
                                   const char *spec)
{
    struct watcher *w = mem_new(1, sizeof *w);
    pthread_condattr_t attributes;

    w->kind = kind;
    w->spec = mem_text(spec, strlen(spec));
    w->ask.spec = w->spec;
    w->ask.rest = w->spec + strlen(kind->prefix);
    w->ask.timeout_ms = sd->timeout_ms;
    w->ask.kang = sd->kang;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->bell, &attributes);
    pthread_condattr_destroy(&attributes);
    return w;
}

static void watcher_free(struct watcher *w)
{
    if (w->kind->close != NULL)
        w->kind->close(&w->ask);
    target_fini(&w->ask.list);
    target_fini(&w->fresh);
    pthread_cond_destroy(&w->bell);
    pthread_mutex_destroy(&w->lock);
    free(w->spec);
    free(w);
}

static void swap(struct target_list *a, struct target_list *b)
{
    struct target_list c = *a;

    *a = *b;
    *b = c;
}

/* Hand over what a look has found. */
static void publish(struct watcher *w, enum sdlook result)
{
    uint64_t hash = result == SDLOOK_NEW ? sdlist_hash(&w->ask.list) : 0;
    bool says = result != SDLOOK_SAME && strcmp(w->ask.says.text, w->before.text) != 0;

    if (result != SDLOOK_SAME)
        w->before = w->ask.says;
    pthread_mutex_lock(&w->lock);
    if (result == SDLOOK_NEW && (!w->known || hash != w->hash)) {
        swap(&w->fresh, &w->ask.list);
        w->hash = hash;
        w->is_fresh = w->known = true;
    }
    if (says)
        w->says = w->ask.says;
    if (result != SDLOOK_SAME) {
        w->failing = result == SDLOOK_FAILED;
        w->why = w->ask.says;
    }
    w->looked = true;
    pthread_cond_broadcast(&w->bell);
    pthread_mutex_unlock(&w->lock);
    target_fini(&w->ask.list);
}

static enum sdlook look(struct watcher *w)
{
    enum sdlook result;

    w->ask.says.text[0] = '\0';
    w->ask.list.kang = w->ask.kang;
    result = w->kind->look(&w->ask);
    publish(w, result);
    return result;
}

static struct timespec in_ms(double ms)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)((ms - (double)(time_t)(ms / 1000) * 1000) * 1e6);
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Wait with the lock held until `*flag` is set, or so long. */
static bool wait_for(struct watcher *w, const bool *flag, double ms)
{
    struct timespec end = in_ms(ms);
    int wrong = 0;

    while (!*flag && wrong == 0)
        wrong = pthread_cond_timedwait(&w->bell, &w->lock, &end);
    return *flag;
}

static void *run(void *user)
{
    struct watcher *w = user;
    bool orphan, quit = false;

    while (!quit) {
        look(w);
        pthread_mutex_lock(&w->lock);
        quit = wait_for(w, &w->quit, w->kind->pace_s * 1000);
        pthread_mutex_unlock(&w->lock);
    }
    pthread_mutex_lock(&w->lock);
    w->ended = true;
    orphan = w->orphan;
    pthread_cond_broadcast(&w->bell);
    pthread_mutex_unlock(&w->lock);
    if (orphan)
        watcher_free(w);
    return NULL;
}

/* Signals are the command's; without a thread the list stays as it is. */
static void start(struct watcher *w)
{
    sigset_t all, before;

    if (w->started)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->started = pthread_create(&w->thread, NULL, run, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop(struct watcher *w)
{
    if (!w->started) {
        watcher_free(w);
        return;
    }
    atomic_store_explicit(&w->ask.stop, true, memory_order_relaxed);
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    pthread_cond_broadcast(&w->bell);
    w->orphan = !wait_for(w, &w->ended, GRACE_MS);
    if (w->orphan) {
        pthread_detach(w->thread);
        pthread_mutex_unlock(&w->lock);
        return;
    }
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    watcher_free(w);
}

/* ---- Life ----------------------------------------------------------------------------- */

struct sd *sd_new(double timeout_ms, bool kang)
{
    struct sd *sd = mem_new(1, sizeof *sd);

    sd->timeout_ms = timeout_ms;
    sd->kang = kang;
    return sd;
}

void sd_free(struct sd *sd)
{
    if (sd == NULL)
        return;
    for (size_t i = 0; i < sd->count; i++) {
        target_fini(&sd->sources[i].list);
        if (sd->sources[i].watcher != NULL)
            stop(sd->sources[i].watcher);
    }
    free(sd->sources);
    free(sd);
}

static struct source *append(struct sd *sd)
{
    sd->sources = mem_resize(sd->sources, sd->count + 1, sizeof *sd->sources);
    sd->sources[sd->count] = (struct source){ .list = { .kang = sd->kang } };
    return &sd->sources[sd->count++];
}

static bool add_list(struct sd *sd, const struct sdkind *kind, const char *spec,
                     struct target_error *error)
{
    struct watcher *w = watcher_new(sd, kind, spec);

    if (kind->open != NULL && !kind->open(&w->ask, error)) {
        watcher_free(w);
        return false;
    }
    append(sd)->watcher = w;
    if (!kind->early || look(w) != SDLOOK_FAILED)
        return true;
    snprintf(error->text, sizeof error->text, "%.255s", w->ask.says.text);
    return false;
}

static bool add_one(struct sd *sd, const char *spec, struct target_error *error)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(spec, kinds[i]->prefix, strlen(kinds[i]->prefix)) == 0)
            return add_list(sd, kinds[i], spec, error);
    }
    if (sd->count == 0 || sd->sources[sd->count - 1].watcher != NULL)
        append(sd);
    return target_add_one(&sd->sources[sd->count - 1].list, spec, error);
}

bool sd_add(struct sd *sd, const char *spec, struct target_error *error)
{
    char *text = mem_text(spec, strlen(spec)), *rest = text;
    bool good = true, any = false;

    while (good && rest != NULL) {
        const char *piece = target_next_piece(&rest);

        if (piece[0] == '\0')
            continue;
        any = true;
        good = add_one(sd, piece, error);
    }
    free(text);
    if (good && !any)
        snprintf(error->text, sizeof error->text, "bad target '%.100s': it is empty", spec);
    return good && any;
}

/* ---- Looks ---------------------------------------------------------------------------- */

static void say_late(struct watcher *w)
{
    w->failing = true;
    snprintf(w->says.text, sizeof w->says.text, "cannot read '%.200s': no answer in time",
             w->spec);
    w->why = w->says;
}

void sd_wait(struct sd *sd)
{
    struct timespec now = in_ms(0);
    double end_ms =
        (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6 + sd->timeout_ms + GRACE_MS;

    for (size_t i = 0; i < sd->count; i++) {
        if (sd->sources[i].watcher != NULL && !sd->sources[i].watcher->kind->early)
            start(sd->sources[i].watcher);
    }
    for (size_t i = 0; i < sd->count; i++) {
        struct watcher *w = sd->sources[i].watcher;
        double left_ms;

        if (w == NULL)
            continue;
        now = in_ms(0);
        left_ms = end_ms - ((double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6);
        pthread_mutex_lock(&w->lock);
        if (!wait_for(w, &w->looked, left_ms > 0 ? left_ms : 0))
            say_late(w);
        pthread_mutex_unlock(&w->lock);
    }
}

static bool fetch(struct source *source)
{
    struct watcher *w = source->watcher;
    struct target_list old = { 0 };
    bool fresh;

    pthread_mutex_lock(&w->lock);
    fresh = w->is_fresh;
    w->is_fresh = false;
    if (fresh)
        swap(&old, &w->fresh);
    pthread_mutex_unlock(&w->lock);
    if (fresh) {
        target_fini(&source->list);
        source->list = old;
    }
    return fresh;
}

/* What is named again, by whichever list, is the target that it was already: the first one to
 * name it says where it is and under which labels. */
static void add_new(struct target_list *list, struct names *seen, const struct target *target)
{
    uint32_t known = seen->count;

    if (names_add(seen, slice_of(target->name)) == known)
        target_copy(list, target);
}

/* false: there are more than TARGET_CEILING. */
static bool copy_all(struct sd *sd, struct target_list *list)
{
    struct names seen = { 0 };

    for (size_t i = 0; i < sd->count; i++) {
        const struct source *source = &sd->sources[i];

        for (size_t t = 0; t < source->list.count && seen.count <= TARGET_CEILING; t++) {
            struct target *target = &source->list.items[t];

            if (source->watcher != NULL && target->source == NULL)
                target->source = mem_text(source->watcher->spec, strlen(source->watcher->spec));
            add_new(list, &seen, target);
        }
    }
    names_fini(&seen);
    if (list->count <= TARGET_CEILING)
        return true;
    target_free(&list->items[--list->count]);
    return false;
}

bool sd_take(struct sd *sd, struct target_list *list)
{
    bool changed = !sd->taken, cut;

    for (size_t i = 0; i < sd->count; i++) {
        if (sd->sources[i].watcher == NULL)
            continue;
        if (sd->taken)
            start(sd->sources[i].watcher);
        changed |= fetch(&sd->sources[i]);
    }
    sd->taken = true;
    if (!changed)
        return false;
    cut = !copy_all(sd, list);
    if (cut && !sd->cut)
        snprintf(sd->says.text, sizeof sd->says.text, "more than %d targets; cut there",
                 TARGET_CEILING);
    sd->cut = cut;
    return true;
}

/* ---- What there is to say ------------------------------------------------------------- */

static bool take_says(struct sdsays *from, struct sdsays *to)
{
    *to = *from;
    from->text[0] = '\0';
    return to->text[0] != '\0';
}

bool sd_says(struct sd *sd, struct sdsays *says)
{
    bool any = take_says(&sd->says, says);

    for (size_t i = 0; i < sd->count && !any; i++) {
        struct watcher *w = sd->sources[i].watcher;

        if (w == NULL)
            continue;
        pthread_mutex_lock(&w->lock);
        any = take_says(&w->says, says);
        pthread_mutex_unlock(&w->lock);
    }
    return any;
}

bool sd_failure(struct sd *sd, size_t which, struct sdsays *says)
{
    bool found = false;

    for (size_t i = 0; i < sd->count && !found; i++) {
        struct watcher *w = sd->sources[i].watcher;

        if (w == NULL)
            continue;
        pthread_mutex_lock(&w->lock);
        found = w->failing && which-- == 0;
        if (found)
            *says = w->why;
        pthread_mutex_unlock(&w->lock);
    }
    return found;
}

static bool any_of(struct sd *sd, bool (*is)(const struct watcher *))
{
    bool any = false;

    for (size_t i = 0; i < sd->count && !any; i++) {
        struct watcher *w = sd->sources[i].watcher;

        if (w == NULL)
            continue;
        pthread_mutex_lock(&w->lock);
        any = is(w);
        pthread_mutex_unlock(&w->lock);
    }
    return any;
}

static bool is_failing(const struct watcher *w)
{
    return w->failing;
}

static bool is_unknown(const struct watcher *w)
{
    return !w->known;
}

bool sd_is_failing(struct sd *sd)
{
    return any_of(sd, is_failing);
}

bool sd_is_partial(struct sd *sd)
{
    return any_of(sd, is_unknown);
}
