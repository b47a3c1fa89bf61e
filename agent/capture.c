/* SPDX-License-Identifier: MIT */
/* Owns when evidence is taken, and what /captures shows. How it is taken is in
 * capture_work.c, where it is kept in capture_store.c. Never waits for a host thread. */
#include "capture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_trigger.h"
#include "capture_watch.h"
#include "clock.h"
#include "put.h"

#define COOL_NS (60 * PH_NS_PER_S)
#define BUSY_NS PH_NS_PER_S             /* another heavy job is in the way: ask so often */
#define POLL_NS (20 * PH_NS_PER_MS)
#define SCAN_NS (60 * PH_NS_PER_S)      /* somebody may have removed files */
#define DOCUMENT_BYTES (256u << 10)

enum phase { ARMED, CAPTURING, COOLING };

struct progress {
    enum phase  phase;
    enum ph_capture_ending ending; /* of the last try */
    bool     waits;             /* it would fire, but for another heavy job */
    uint64_t seen;              /* as ph_trigger_find() */
    uint64_t again_ns;          /* COOLING, or waiting: not before */
    struct ph_capture_watch watch; /* of a rule file's */
    double   took_s;            /* when what was taken last had fired; with `fired` */
    uint64_t fired;
    uint64_t last_unix_ns;
    void    *run;
    char     reason[PH_CAPTURE_WHY];
};

struct ph_captures {
    struct ph_capture_env env;          /* immutable */

    /* Tick thread only. */
    struct ph_capture_store store;
    struct progress progress[PH_RULES];
    struct ph_trigger_look look;
    struct ph_capture_now now;
    uint64_t scan_due_ns;
    bool     changed;                   /* the document is older than what it shows */

    pthread_mutex_t lock;               /* leaf; guards the pointer below */
    struct ph_blob *document;           /* a reference; NULL if memory was out */
};

/* ---- A rule's life ----------------------------------------------------------------- */

static const struct ph_rule *rule_at(const struct ph_captures *c, size_t i)
{
    return &c->env.rules->rule[i];
}

static struct ph_capture capture_of(const struct ph_captures *c, size_t i)
{
    return (struct ph_capture){ .rule = (unsigned)i + 1, .limit = rule_at(c, i)->limit };
}

/* A try is over: cool down, with a file or a reason. */
static void finish(struct ph_captures *c, struct progress *p, enum ph_capture_ending ending)
{
    p->phase = COOLING;
    p->ending = ending;
    p->waits = false;
    p->run = NULL;
    p->again_ns = c->look.now_ns + COOL_NS;
    if (ending == PH_CAPTURE_KEPT)
        p->reason[0] = '\0';
    c->changed = true;
}

static void note_firing(const struct ph_captures *c, struct progress *p)
{
    p->fired++;
    p->last_unix_ns = c->now.unix_ns;
    p->took_s = p->watch.hold.fired_s;
}

static void fire(struct ph_captures *c, size_t i, const struct porthole_thread *t)
{
    struct progress *p = &c->progress[i];
    struct ph_capture capture = capture_of(c, i);
    enum ph_capture_answer answer = PH_CAPTURE_FAILED;
    enum ph_capture_ending ending;

    ph_capture_store_scan(&c->store);
    ending = ph_capture_store_room(&c->store, &capture, 0, p->reason);
    if (ending == PH_CAPTURE_KEPT) {
        ending = PH_CAPTURE_REFUSED;
        answer = c->env.ops->start(c->env.ctx, rule_at(c, i), t->host.id, &p->run, p->reason);
    }
    c->changed = true;
    if (answer == PH_CAPTURE_BUSY) {
        snprintf(p->reason, sizeof p->reason, "another heavy job is under way");
        p->waits = true;
        p->again_ns = c->look.now_ns + BUSY_NS;
        return;
    }
    note_firing(c, p);
    if (answer == PH_CAPTURE_RUNNING) {
        p->phase = CAPTURING;
        p->waits = false;
        p->reason[0] = '\0';
        ph_trigger_look_again(&c->look, 0);
    } else {
        finish(c, p, ending);
    }
}

static void look_after(struct ph_captures *c, size_t i)
{
    struct progress *p = &c->progress[i];
    struct ph_capture_outcome outcome = { .why = "" };
    struct ph_capture capture = capture_of(c, i);

    switch (c->env.ops->poll(c->env.ctx, p->run, &outcome)) {
    case PH_CAPTURE_RUNNING:
        ph_trigger_look_again(&c->look, POLL_NS);
        return;
    case PH_CAPTURE_DONE:
        capture.kind = outcome.kind;
        capture.body = outcome.body;
        capture.at_unix_ns = c->now.unix_ns;
        finish(c, p, ph_capture_store_put(&c->store, &capture, p->reason));
        ph_blob_unref(outcome.body);
        return;
    default:
        memcpy(p->reason, outcome.why, sizeof p->reason);
        finish(c, p, PH_CAPTURE_REFUSED);
    }
}

static void wait_or_fire(struct ph_captures *c, size_t i, const struct porthole_thread *t)
{
    struct progress *p = &c->progress[i];

    if (p->waits && !t) { /* it was not to be: the condition has ended before */
        note_firing(c, p);
        finish(c, p, PH_CAPTURE_REFUSED);
    } else if (p->waits && c->look.now_ns < p->again_ns) {
        ph_trigger_look_again(&c->look, p->again_ns - c->look.now_ns);
    } else if (t) {
        fire(c, i, t);
        if (p->waits)
            ph_trigger_look_again(&c->look, BUSY_NS);
    }
}

/* The thread on which the rule's condition holds, or NULL. */
static const struct porthole_thread *find(struct ph_captures *c, size_t i)
{
    struct progress *p = &c->progress[i];
    const struct ph_rule *rule = rule_at(c, i);
    const char *waits = rule->file ? ph_capture_watch_waits(&p->watch, rule) : NULL;
    const struct porthole_thread *t;

    if (!rule->file)
        return ph_trigger_find(&c->look, rule, p->phase == ARMED, &p->seen);
    t = ph_capture_watch_run(&p->watch, rule, &c->look, c->now.tick, c->now.s);
    c->changed = c->changed || waits != ph_capture_watch_waits(&p->watch, rule);
    return t;
}

/* Of a rule file's: it fires anew, or is quiet and would be heard at once. */
static bool is_over(const struct ph_captures *c, size_t i, const struct porthole_thread *t)
{
    const struct progress *p = &c->progress[i];
    const struct ph_rulefile_rule *rule = rule_at(c, i)->file;
    const struct ph_hold *hold = &p->watch.hold;

    if (!rule)
        return !t && c->look.now_ns >= p->again_ns;
    return hold->state == PH_HOLD_FIRING ? hold->fired_s > p->took_s
                                         : c->now.s - hold->fired_s >= rule->cooldown_s;
}

static void run_rule(struct ph_captures *c, size_t i)
{
    struct progress *p = &c->progress[i];
    const struct porthole_thread *t = find(c, i);

    if (p->phase == CAPTURING) {
        look_after(c, i);
        return;
    }
    if (p->phase == COOLING && is_over(c, i, t)) {
        p->phase = ARMED;
        c->changed = true;
    }
    if (p->phase == ARMED)
        wait_or_fire(c, i, t);
}

/* ---- What /captures shows ------------------------------------------------------------ */

static const char *state_of(const struct progress *p)
{
    if (p->phase == CAPTURING)
        return "capturing";
    if (p->ending != PH_CAPTURE_KEPT && !p->waits)
        return p->ending == PH_CAPTURE_NO_ROOM ? "exhausted" : "error";
    return p->phase == COOLING ? "cooling" : "armed";
}

/* As ISO 8601, or NULL: never. */
static const char *time_text(uint64_t unix_ns, char iso[PH_ISO_BYTES])
{
    return unix_ns ? ph_clock_iso(unix_ns, iso) : NULL;
}

static void put_rule(struct ph_sink *sink, const struct ph_rule *rule, const struct progress *p)
{
    const char *reason = p->reason;
    char iso[PH_ISO_BYTES];

    if (!reason[0] && rule->file)
        reason = ph_capture_watch_waits(&p->watch, rule);

    ph_put_text(sink, "{\"rule\":", rule->text);
    ph_put_text(sink, ",\"state\":", state_of(p));
    ph_put_text(sink, ",\"reason\":", reason);
    ph_put_number(sink, ",\"fired\":", p->fired);
    ph_put_text(sink, ",\"last_at\":", time_text(p->last_unix_ns, iso));
    ph_sink_char(sink, '}');
}

static void put_file(struct ph_sink *sink, const struct ph_captures *c,
                     const struct ph_capture_file *file)
{
    /* A predecessor with our number may have had more rules. */
    bool known = file->rule <= c->env.rules->n;
    char path[256], iso[PH_ISO_BYTES];

    snprintf(path, sizeof path, "%s/%s", c->store.run_dir, file->file);
    ph_put_text(sink, "{\"file\":", path);
    ph_put_number(sink, ",\"bytes\":", file->bytes);
    ph_put_text(sink, ",\"at\":", time_text(file->at_unix_ns, iso));
    ph_put_text(sink, ",\"rule\":", known ? rule_at(c, file->rule - 1)->text : NULL);
    ph_sink_char(sink, '}');
}

static struct ph_blob *new_document(const struct ph_captures *c)
{
    struct ph_blob *blob;
    struct ph_sink sink;

    ph_sink_init(&sink, DOCUMENT_BYTES);
    ph_sink_text(&sink, "{\"rules\":[");
    for (size_t i = 0; i < c->env.rules->n; i++) {
        ph_sink_text(&sink, i ? "," : "");
        put_rule(&sink, rule_at(c, i), &c->progress[i]);
    }
    ph_sink_text(&sink, "],\"files\":[");
    for (size_t i = 0; i < c->store.n; i++) {
        ph_sink_text(&sink, i ? "," : "");
        put_file(&sink, c, &c->store.files[i]);
    }
    ph_sink_text(&sink, "]}\n");
    blob = ph_blob_take(&sink);
    ph_sink_fini(&sink);
    return blob;
}

/* Without memory the document before stays, and this is tried again at the next look. */
static void show(struct ph_captures *c)
{
    struct ph_blob *fresh = new_document(c), *stale;

    if (!fresh)
        return;
    pthread_mutex_lock(&c->lock);
    stale = c->document;
    c->document = fresh;
    pthread_mutex_unlock(&c->lock);
    ph_blob_unref(stale);
    c->changed = false;
}

void ph_captures_json(struct ph_captures *c, struct ph_sink *sink)
{
    struct ph_blob *document = NULL;

    if (c) {
        pthread_mutex_lock(&c->lock);
        document = ph_blob_ref(c->document);
        pthread_mutex_unlock(&c->lock);
    }
    if (document)
        ph_sink_put(sink, document->bytes, document->len);
    else
        ph_sink_text(sink, "{\"rules\":[],\"files\":[]}\n");
    ph_blob_unref(document);
}

/* ---- Life -------------------------------------------------------------------------- */

uint64_t ph_captures_run(struct ph_captures *c, const struct ph_capture_now *now)
{
    if (!c)
        return UINT64_MAX;
    c->now = *now;
    if (now->ns >= c->scan_due_ns) {
        ph_capture_store_scan(&c->store);
        c->scan_due_ns = now->ns + SCAN_NS;
        c->changed = true;
    }
    ph_trigger_look_begin(&c->look, c->env.board, now->ns);
    for (size_t i = 0; i < c->env.rules->n; i++)
        run_rule(c, i);
    ph_trigger_look_end(&c->look);
    c->now.tick = NULL;
    if (c->changed)
        show(c);
    return c->look.due_ns;
}

struct ph_captures *ph_captures_new(const struct ph_capture_env *env, bool *failed)
{
    struct ph_captures *c;

    *failed = false;
    if (env->rules->n == 0)
        return NULL;
    c = calloc(1, sizeof *c);
    if (!c) {
        *failed = true;
        return NULL;
    }
    c->env = *env;
    c->look.suspects = env->suspects;
    pthread_mutex_init(&c->lock, NULL);
    for (size_t i = 0; i < env->rules->n; i++)
        *failed = !ph_capture_watch_init(&c->progress[i].watch, rule_at(c, i)) || *failed;
    if (*failed) {
        ph_captures_free(c);
        return NULL;
    }
    ph_capture_store_init(&c->store, env->run_dir, env->pid);
    for (size_t i = 0; i < env->rules->n && !env->run_dir[0]; i++) {
        struct ph_capture capture = capture_of(c, i);

        c->progress[i].ending =
            ph_capture_store_room(&c->store, &capture, 0, c->progress[i].reason);
    }
    show(c);
    return c;
}

void ph_captures_free(struct ph_captures *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->env.rules->n; i++) {
        if (c->progress[i].phase == CAPTURING)
            c->env.ops->cancel(c->env.ctx, c->progress[i].run);
        ph_capture_watch_fini(&c->progress[i].watch);
    }
    ph_blob_unref(c->document);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
