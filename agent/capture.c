/* SPDX-License-Identifier: MIT */
/* Owns when evidence is taken, and what /captures shows. How it is taken is in
 * capture_work.c, where it is kept in capture_store.c. Never waits for a host thread. */
#include "capture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_trigger.h"
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
    uint64_t since_ns;          /* its state has held without a break; 0: it does not */
    uint64_t again_ns;          /* COOLING, or waiting: not before */
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
    uint64_t now_unix_ns;
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
    p->fired++;
    p->last_unix_ns = c->now_unix_ns;
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
        capture.at_unix_ns = c->now_unix_ns;
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
        p->fired++;
        p->last_unix_ns = c->now_unix_ns;
        finish(c, p, PH_CAPTURE_REFUSED);
    } else if (p->waits && c->look.now_ns < p->again_ns) {
        ph_trigger_look_again(&c->look, p->again_ns - c->look.now_ns);
    } else if (t) {
        fire(c, i, t);
        if (p->waits)
            ph_trigger_look_again(&c->look, BUSY_NS);
    }
}

/* A state must have held for as long as the rule says; an event has no duration. */
static bool has_held(struct ph_captures *c, size_t i, const struct porthole_thread *t)
{
    const struct ph_rule *rule = rule_at(c, i);
    struct progress *p = &c->progress[i];
    uint64_t held_ns;

    if (!t || rule->trigger >= PH_TRIGGER_NEAR_LIMIT) {
        p->since_ns = 0;
        return true;
    }
    if (p->since_ns == 0)
        p->since_ns = c->look.now_ns;
    held_ns = c->look.now_ns - p->since_ns;
    if (held_ns < rule->for_ns)
        ph_trigger_look_again(&c->look, rule->for_ns - held_ns);
    return held_ns >= rule->for_ns;
}

static void run_rule(struct ph_captures *c, size_t i)
{
    struct progress *p = &c->progress[i];
    const struct porthole_thread *t =
        ph_trigger_find(&c->look, rule_at(c, i), p->phase == ARMED, &p->seen);

    switch (p->phase) {
    case ARMED:
        if (has_held(c, i, t))
            wait_or_fire(c, i, t);
        break;
    case CAPTURING:
        look_after(c, i);
        break;
    case COOLING:
        if (!t && c->look.now_ns >= p->again_ns) {
            p->phase = ARMED;
            p->since_ns = 0;
            c->changed = true;
        }
        break;
    }
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
    char iso[PH_ISO_BYTES];

    ph_put_text(sink, "{\"rule\":", rule->text);
    ph_put_text(sink, ",\"state\":", state_of(p));
    ph_put_text(sink, ",\"reason\":", p->reason);
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

uint64_t ph_captures_run(struct ph_captures *c, uint64_t now_ns, uint64_t now_unix_ns)
{
    if (!c)
        return UINT64_MAX;
    c->now_unix_ns = now_unix_ns;
    if (now_ns >= c->scan_due_ns) {
        ph_capture_store_scan(&c->store);
        c->scan_due_ns = now_ns + SCAN_NS;
        c->changed = true;
    }
    ph_trigger_look_begin(&c->look, c->env.board, now_ns);
    for (size_t i = 0; i < c->env.rules->n; i++)
        run_rule(c, i);
    ph_trigger_look_end(&c->look);
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
    ph_capture_store_init(&c->store, env->run_dir, env->pid);
    pthread_mutex_init(&c->lock, NULL);
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
    for (size_t i = 0; i < c->env.rules->n; i++)
        if (c->progress[i].phase == CAPTURING)
            c->env.ops->cancel(c->env.ctx, c->progress[i].run);
    ph_blob_unref(c->document);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
