/* SPDX-License-Identifier: MIT */
/*
 * notify: one line of deliveries in the order in which they came. Each receiver has
 * one under way at a time, programs as many as there are children; nobody waits for
 * another's receiver. Alertmanagers keep their own table.
 */
#include "notify.h"

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "notify_am.h"
#include "notify_exec.h"
#include "notify_json.h"
#include "notify_post.h"
#include "notify_url.h"
#include "say.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 10000.0
#define RESEND_S 60.0
#define LOOK_MS 10          /* between two looks at several things that are under way */
#define REST_MS 250         /* ... at what is to be tried again later */

struct receiver {
    struct receiver *next;
    enum ph_do kind;
    char *text;             /* URL, or words each ended by a NUL */
    size_t len;
    unsigned n_words;
    struct notify_post *post;
    struct notify_am *am;
    char said[NOTIFY_EXEC_REASON]; /* a program's last trouble */
    bool taken;             /* in this pass: one of its deliveries is before the others */
};

struct delivery {
    struct delivery *next;
    struct receiver *to;
    struct buf json;
    struct buf variables;   /* of programs */
    unsigned tries;
    double due_s;
    bool under_way;
    struct notify_child child;
};

struct notify {
    struct notify_config config;
    char *extra_url;
    struct receiver *receivers;
    struct delivery *first;
    size_t waiting;         /* deliveries in the line */
    size_t bytes;           /* of their texts */
    unsigned under_way;
    unsigned children;
    size_t lost;
    bool said_full, said_fault;
    double now_unix_s;
};

/* ---- Receivers --------------------------------------------------------------------- */

bool notify_check(const struct ph_rulefile *file, struct ph_rulefile_error *err)
{
    for (size_t i = 0; i < file->n; i++) {
        for (size_t k = 0; k < file->rule[i].n_do; k++) {
            const struct ph_rulefile_do *action = &file->rule[i].action[k];
            const char *fault = NULL;

            if (action->kind == PH_DO_WEBHOOK || action->kind == PH_DO_ALERTMANAGER)
                fault = notify_url_fault(action->text, action->kind == PH_DO_ALERTMANAGER);
            if (fault == NULL)
                continue;
            *err = (struct ph_rulefile_error){ .line = action->line, .column = action->column };
            snprintf(err->text, sizeof err->text, "cannot use this URL: %s", fault);
            return false;
        }
    }
    return true;
}

static size_t words_len(const struct ph_rulefile_do *action)
{
    size_t len = 0;

    for (unsigned i = 0; i < action->words && len < sizeof action->text; i++)
        len += strnlen(action->text + len, sizeof action->text - 1 - len) + 1;
    return len;
}

static void open_receiver(const struct notify *n, struct receiver *to)
{
    const struct notify_config *config = &n->config;

    if (to->kind == PH_DO_WEBHOOK)
        to->post = notify_post_new(to->text, "", config->timeout_ms);
    else if (to->kind == PH_DO_ALERTMANAGER)
        to->am = notify_am_new(to->text, config->resend_s, config->timeout_ms);
}

/* The same words to the same end are the same receiver, in whatever rule they stand. */
static struct receiver *receiver_of(struct notify *n, const struct ph_rulefile_do *action)
{
    size_t len = action->kind == PH_DO_EXEC ? words_len(action) : strlen(action->text);
    struct receiver **at = &n->receivers;

    while (*at != NULL && ((*at)->kind != action->kind || (*at)->len != len ||
                           memcmp((*at)->text, action->text, len) != 0))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = mem_new(1, sizeof **at);
        (*at)->kind = action->kind;
        (*at)->text = mem_new(len + 1, 1);
        memcpy((*at)->text, action->text, len);
        (*at)->len = len;
        (*at)->n_words = action->words;
        open_receiver(n, *at);
    }
    return *at;
}

static void free_receivers(struct notify *n)
{
    while (n->receivers != NULL) {
        struct receiver *to = n->receivers;

        n->receivers = to->next;
        notify_post_free(to->post);
        notify_am_free(to->am);
        free(to->text);
        free(to);
    }
}

/* A program's trouble, once until it changes. */
static void tell_trouble(struct receiver *to, const char *reason)
{
    if (reason[0] != '\0' && strcmp(reason, to->said) != 0)
        say_error("cannot tell of an alert by '%s': %s", to->text, reason);
    snprintf(to->said, sizeof to->said, "%s", reason);
}

/* ---- The line ---------------------------------------------------------------------- */

/* Take `*at` out of the line. */
static void drop(struct notify *n, struct delivery **at)
{
    struct delivery *d = *at;

    *at = d->next;
    n->waiting--;
    n->bytes -= d->json.len + d->variables.len;
    buf_fini(&d->json);
    buf_fini(&d->variables);
    free(d);
}

/* Make room by dropping the oldest that is not under way. */
static void keep_ceilings(struct notify *n)
{
    struct delivery **at = &n->first;

    while (*at != NULL && (n->waiting > NOTIFY_QUEUE || n->bytes > NOTIFY_QUEUE_BYTES)) {
        if ((*at)->under_way) {
            at = &(*at)->next;
            continue;
        }
        if (!n->said_full)
            say_error("too many alerts wait to be told: dropping the oldest");
        n->said_full = true;
        n->lost++;
        drop(n, at);
    }
}

static void append(struct notify *n, struct receiver *to, const struct alert *alert)
{
    struct delivery *d = mem_new(1, sizeof *d), **at = &n->first;

    d->to = to;
    notify_json_alert(&d->json, alert);
    buf_puts(&d->json, "\n");
    if (to->kind == PH_DO_EXEC)
        notify_json_environment(&d->variables, alert);
    while (*at != NULL)
        at = &(*at)->next;
    *at = d;
    n->waiting++;
    n->bytes += d->json.len + d->variables.len;
    keep_ceilings(n);
}

static void tell_alertmanager(struct notify *n, struct receiver *to, const struct alert *alert)
{
    if (notify_am_tell(to->am, alert, n->now_unix_s))
        return;
    if (!n->said_full)
        say_error("too many alerts for one Alertmanager: it is not told of all");
    n->said_full = true;
    n->lost++;
}

static void tell_line(const struct alert *alert)
{
    struct buf line = { 0 };

    notify_json_alert(&line, alert);
    buf_puts(&line, "\n");
    say(buf_text(&line), line.len);
    buf_fini(&line);
}

static void act(struct notify *n, const struct ph_rulefile_do *action,
                const struct alert *alert)
{
    bool is_am = action->kind == PH_DO_ALERTMANAGER;
    const char *fault = notify_url_fault(action->text, is_am);

    if (action->kind == PH_DO_CAPTURE || action->kind == PH_DO_STDOUT)
        return;
    if (action->kind != PH_DO_EXEC && fault != NULL) {
        if (!n->said_fault)
            say_error("line %u: cannot use this URL: %s", action->line, fault);
        n->said_fault = true;
        n->lost++;
        return;
    }
    if (is_am)
        tell_alertmanager(n, receiver_of(n, action), alert);
    else
        append(n, receiver_of(n, action), alert);
}

void notify_tell(struct notify *n, const struct alert *alert, double now_unix_s)
{
    const struct ph_rulefile_rule *rule = alert->rule;
    struct ph_rulefile_do extra = { .kind = PH_DO_ALERTMANAGER };
    bool line = n->config.lines;

    n->now_unix_s = now_unix_s;
    if (alert->state != ALERT_FIRING && alert->state != ALERT_RESOLVED)
        return;
    for (size_t i = 0; i < rule->n_do; i++) {
        line = line || rule->action[i].kind == PH_DO_STDOUT;
        act(n, &rule->action[i], alert);
    }
    if (line)
        tell_line(alert);
    if (n->extra_url == NULL)
        return;
    snprintf(extra.text, sizeof extra.text, "%s", n->extra_url);
    act(n, &extra, alert);
}

/* ---- Going on ---------------------------------------------------------------------- */

static void start_program(struct notify *n, struct delivery *d)
{
    struct notify_exec program = {
        .words = d->to->text,
        .n_words = d->to->n_words,
        .variables = buf_text(&d->variables),
        .variables_len = d->variables.len,
        .input = buf_text(&d->json),
        .input_len = d->json.len,
        .timeout_s = n->config.timeout_ms / 1000,
    };
    int error = notify_exec_start(&d->child, &program);
    char reason[TEXT_REASON_BYTES];

    if (error != 0) {
        text_reason(reason, error);
        tell_trouble(d->to, reason);
        n->lost++;
        return;
    }
    d->under_way = true;
    n->under_way++;
    n->children++;
}

/* @return whether the delivery is over. */
static bool go_on_program(struct notify *n, struct delivery *d)
{
    char reason[NOTIFY_EXEC_REASON];

    if (!d->under_way) {
        if (n->children >= NOTIFY_CHILDREN)
            return false;
        start_program(n, d);
        return !d->under_way;
    }
    if (!notify_exec_done(&d->child, reason))
        return false;
    n->under_way--;
    n->children--;
    n->lost += reason[0] != '\0';
    tell_trouble(d->to, reason);
    return true;
}

/* @return false: it is not time yet. */
static bool start_post(struct notify *n, struct delivery *d)
{
    /* further off than any pause: the clock was set back */
    if (d->due_s > n->now_unix_s && d->due_s - n->now_unix_s <= NOTIFY_POST_PAUSE_MOST_S)
        return false;
    notify_post_start(d->to->post, buf_text(&d->json), d->json.len);
    d->under_way = true;
    n->under_way++;
    return true;
}

/* @return whether the delivery is over. */
static bool end_post(struct notify *n, struct delivery *d, enum notify_post_outcome outcome)
{
    d->under_way = false;
    n->under_way--;
    d->tries++;
    d->due_s = n->now_unix_s + notify_post_pause_s(d->to->post, d->tries);
    if (outcome == NOTIFY_POST_LATER && d->tries < NOTIFY_TRIES)
        return false;
    n->lost += outcome != NOTIFY_POST_TAKEN;
    return true;
}

/* @return whether the delivery is over. */
static bool go_on_post(struct notify *n, struct delivery *d)
{
    enum notify_post_outcome outcome;

    if (!d->under_way && !start_post(n, d))
        return false;
    outcome = notify_post_step(d->to->post);
    return outcome != NOTIFY_POST_BUSY && end_post(n, d, outcome);
}

static void go_on(struct notify *n)
{
    struct delivery **at = &n->first;

    for (struct receiver *to = n->receivers; to != NULL; to = to->next)
        to->taken = false;
    while (*at != NULL) {
        struct delivery *d = *at;
        bool over = false;

        if (d->to->kind == PH_DO_EXEC)
            over = go_on_program(n, d);
        else if (!d->to->taken)
            over = go_on_post(n, d);
        d->to->taken = !over;
        if (over)
            drop(n, at);
        else
            at = &d->next;
    }
    n->said_full = n->said_full && n->waiting > NOTIFY_QUEUE / 2;
}

/* @return how many Alertmanagers are being told. */
static unsigned go_on_alertmanagers(struct notify *n)
{
    unsigned busy = 0;

    for (struct receiver *to = n->receivers; to != NULL; to = to->next) {
        if (to->am == NULL)
            continue;
        busy += notify_am_step(to->am, n->now_unix_s);
        n->lost += notify_am_lost(to->am);
    }
    return busy;
}

/* Of several things under way none can be waited for alone. */
static void rest(const struct notify *n, int wait_ms, unsigned busy)
{
    unsigned under_way = n->under_way + busy;
    int most = under_way > 0 ? LOOK_MS : REST_MS;

    if (under_way != 1 || n->children > 0) {
        poll(NULL, 0, wait_ms < most ? wait_ms : most);
        return;
    }
    for (const struct receiver *to = n->receivers; to != NULL; to = to->next) {
        if (to->post != NULL)
            notify_post_wait(to->post, wait_ms);
        else if (to->am != NULL)
            notify_am_wait(to->am, wait_ms);
    }
}

static size_t count_untold(const struct notify *n)
{
    size_t untold = n->waiting;

    for (const struct receiver *to = n->receivers; to != NULL; to = to->next)
        untold += to->am != NULL ? notify_am_untold(to->am) : 0;
    return untold;
}

size_t notify_step(struct notify *n, int wait_ms, double now_unix_s)
{
    unsigned busy;

    n->now_unix_s = now_unix_s;
    go_on(n);
    busy = go_on_alertmanagers(n);
    if (wait_ms > 0) {
        rest(n, wait_ms, busy);
        go_on(n);
    }
    return count_untold(n);
}

/* ---- Life -------------------------------------------------------------------------- */

struct notify *notify_new(const struct notify_config *config)
{
    struct notify *n = mem_new(1, sizeof *n);

    n->config = *config;
    if (!(n->config.timeout_ms > 0))
        n->config.timeout_ms = TIMEOUT_MS;
    if (!(n->config.resend_s > 0))
        n->config.resend_s = RESEND_S;
    if (config->extra_url != NULL)
        n->extra_url = mem_text(config->extra_url, strlen(config->extra_url));
    return n;
}

static void try_once_more(struct notify *n, int wait_ms)
{
    double from_s = clock_now_s(), from_unix_s = n->now_unix_s, left_ms = wait_ms;

    for (struct delivery *d = n->first; d != NULL; d = d->next)
        d->due_s = 0;
    for (struct receiver *to = n->receivers; to != NULL; to = to->next) {
        if (to->am != NULL)
            notify_am_hurry(to->am);
    }
    do {
        double passed_s = clock_now_s() - from_s;

        left_ms = wait_ms - 1000 * passed_s;
        if (notify_step(n, left_ms > 1 ? (int)left_ms : 1, from_unix_s + passed_s) == 0)
            break;
    } while (left_ms > 0);
}

void notify_free(struct notify *n, int wait_ms)
{
    if (n == NULL)
        return;
    if (count_untold(n) > 0)
        try_once_more(n, wait_ms);
    n->lost += count_untold(n);
    if (n->lost > 0)
        say_error("%zu alert%s could not be told", n->lost, n->lost == 1 ? "" : "s");
    while (n->first != NULL) {
        notify_exec_kill(&n->first->child);
        drop(n, &n->first);
    }
    free_receivers(n);
    free(n->extra_url);
    free(n);
}
