/* SPDX-License-Identifier: MIT */
/*
 * detail: four questions, each with a poller of its own, so that a stack that takes its time
 * holds up no other page.
 */
#include "detail.h"

#include "answer.h"
#include "detailpages.h"
#include "mem.h"
#include "page_gc.h"
#include "page_handles.h"
#include "page_heap.h"
#include "page_listeners.h"
#include "page_sockets.h"
#include "poll.h"
#include "porthole_wire.h"
#include "sources.h"
#include "token.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOP 50
#define WHY_BYTES 512

enum question { STATE, OBJECTS, SUSPECTS, STACK, QUESTIONS };

/* The agent is left a little less time than we have, so that its own words arrive. */
#define STACK_SHARE 0.8

struct asked {
    struct poll *poll;
    struct poll_job job;
    struct poll_job *jobs[1];
    bool wanted;            /* ask as soon as possible */
    bool running;
    struct doc *document;   /* the last one that came; NULL: none did */
    char why[WHY_BYTES];    /* why the last one did not; "" : it did. Not clean */
};

struct detail {
    const struct opts *opts;
    char name[VIEW_NAME];   /* "": none is opened */
    struct target_list targets;
    char wrong[256];        /* it cannot be asked at all */
    char stack_path[64];
    struct asked asked[QUESTIONS];
    struct look before[VIEW_PAGES], now[VIEW_PAGES];
    bool fresh[VIEW_PAGES]; /* its document has not been shown yet */
    enum view_page page;
    unsigned presses;       /* of view->asked, that are known */
    struct buf text;
};

static const struct {
    enum question question;
    void (*write)(struct page *page); /* NULL: it is no page of /state alone */
} pages[VIEW_PAGES] = {
    [VIEW_OVERVIEW] = { STATE, NULL },
    [VIEW_LOOP] = { STATE, detailpages_loop },
    [VIEW_GC] = { STATE, page_gc },
    [VIEW_HEAP] = { STATE, page_heap },
    [VIEW_HANDLES] = { STATE, page_handles },
    [VIEW_SOCKETS] = { STATE, page_sockets },
    [VIEW_LISTENERS] = { STATE, page_listeners },
    [VIEW_OBJECTS] = { OBJECTS, detailpages_objects },
    [VIEW_SUSPECTS] = { SUSPECTS, detailpages_suspects },
    [VIEW_STACK] = { STACK, detailpages_stack },
};

/* ---- Life ---------------------------------------------------------------------------- */

struct detail *detail_new(const struct opts *opts)
{
    struct detail *d = mem_new(1, sizeof *d);

    d->opts = opts;
    return d;
}

static void close_process(struct detail *d)
{
    for (size_t q = 0; q < QUESTIONS; q++) {
        struct asked *a = &d->asked[q];

        if (a->poll != NULL)
            poll_drop(a->poll, &a->job);
        poll_free(a->poll);
        doc_free(a->document);
        *a = (struct asked){ 0 };
    }
    for (size_t p = 0; p < VIEW_PAGES; p++) {
        look_fini(&d->before[p]);
        look_fini(&d->now[p]);
        d->fresh[p] = false;
    }
    target_fini(&d->targets);
    d->name[0] = d->wrong[0] = '\0';
}

void detail_free(struct detail *d)
{
    close_process(d);
    buf_fini(&d->text);
    free(d);
}

/* Find the target that a name names; false and d->wrong if it is not one, and one only. */
static bool find_target(struct detail *d, const char *name)
{
    struct target_error error;

    if (!sources_find_one(name, &d->targets, &error))
        snprintf(d->wrong, sizeof d->wrong, "%s", error.text);
    return d->wrong[0] == '\0';
}

static const char *path_of(const struct detail *d, enum question question)
{
    static const char *const paths[] = { [STATE] = PORTHOLE_PATH_STATE,
                                         [OBJECTS] = PORTHOLE_PATH_OBJECTS,
                                         [SUSPECTS] = PORTHOLE_PATH_SUSPECTS "?all" };
    const struct target *target = &d->targets.items[0];

    if (question == STATE && target->path[0] != '\0')
        return target->path;
    return question == STACK ? d->stack_path : paths[question];
}

static void open_process(struct detail *d, const char *name)
{
    char token[TOKEN_BYTES];

    close_process(d);
    snprintf(d->name, sizeof d->name, "%s", name);
    if (!token_read(d->opts->token_file, token, d->wrong) || !find_target(d, d->name))
        return;
    snprintf(d->stack_path, sizeof d->stack_path, PORTHOLE_PATH_STACK "?wait_ms=%.0f",
             fmin(fmax(STACK_SHARE * d->opts->timeout_ms, 50), 60000));
    for (size_t q = 0; q < QUESTIONS; q++) {
        const struct target *target = &d->targets.items[0];
        struct poll_config config = { .timeout_ms = d->opts->timeout_ms,
                                      .token = token[0] != '\0' ? token : NULL };

        d->asked[q].poll = poll_new(&config);
        d->asked[q].job = (struct poll_job){ .origin = target->origin,
                                             .socket = target->socket,
                                             .path = path_of(d, (enum question)q) };
    }
}

/* ---- Questions and answers ------------------------------------------------------------- */

static void start(struct detail *d, enum question question)
{
    struct asked *a = &d->asked[question];

    a->wanted = false;
    if (question != STATE && d->targets.items[0].path[0] != '\0') {
        snprintf(a->why, sizeof a->why, "its path is its own: only its state is asked");
        return;
    }
    a->running = true;
    a->jobs[0] = &a->job;
    poll_begin(a->poll, a->jobs, 1);
}

static void say_why(struct asked *a)
{
    struct doc *document = NULL;
    const char *message = "";
    char word[CAUSE_BYTES];

    cause_word(word, a->job.cause, a->job.status);
    if (a->job.cause == CAUSE_HTTP && a->job.is_porthole &&
        doc_read(buf_text(&a->job.body), a->job.body.len, &document) == CAUSE_NONE)
        message = doc_text(document, "error.message", NULL);
    if (message[0] != '\0')
        snprintf(a->why, sizeof a->why, "%s (%.400s)", word, message);
    else
        snprintf(a->why, sizeof a->why, "%s", word);
    doc_free(document);
}

static void take(struct detail *d, enum question question)
{
    struct asked *a = &d->asked[question];
    struct doc *document = answer_read(&a->job);

    a->running = false;
    if (document == NULL) {
        say_why(a);
        return;
    }
    doc_free(a->document);
    a->document = document;
    a->why[0] = '\0';
    for (size_t p = 0; p < VIEW_PAGES; p++)
        d->fresh[p] |= pages[p].question == question;
}

bool detail_is_asking(const struct detail *d)
{
    for (size_t q = 0; q < QUESTIONS; q++) {
        if (d->asked[q].running || d->asked[q].wanted)
            return true;
    }
    return false;
}

void detail_again(struct detail *d)
{
    enum question question = pages[d->page].question;

    if (d->name[0] != '\0' && d->wrong[0] == '\0' && question != STACK)
        d->asked[question].wanted = true;
}

static void follow(struct detail *d, const struct view *view)
{
    if (!view->opened && d->name[0] != '\0')
        close_process(d);
    if (!view->opened || d->presses == view->asked)
        return;
    if (strcmp(d->name, view->open) != 0)
        open_process(d, view->open);
    d->presses = view->asked;
    d->page = view->detail;
    if (d->wrong[0] == '\0')
        d->asked[pages[d->page].question].wanted = true;
}

bool detail_step(struct detail *d, const struct view *view)
{
    bool changed = false;

    follow(d, view);
    for (size_t q = 0; q < QUESTIONS; q++) {
        struct asked *a = &d->asked[q];

        if (a->wanted && !a->running) {
            start(d, (enum question)q);
            changed = true;
        }
        if (a->running && poll_step(a->poll, 0, -1) == 0) {
            take(d, (enum question)q);
            changed = true;
        }
    }
    return changed;
}

/* ---- Pages --------------------------------------------------------------------------- */

static void put_why(struct detail *d, const char *why, enum text_charset charset)
{
    struct buf clean = { 0 };

    text_clean(&clean, why, strlen(why), charset);
    buf_printf(&d->text, "! cannot ask '");
    text_clean(&d->text, d->name, strlen(d->name), charset);
    buf_printf(&d->text, "': %s\n\n", buf_text(&clean));
    buf_fini(&clean);
}

/* Two looks at one process are compared; what it was before a restart is not. */
static void compare(struct page *page, const struct look *before)
{
    double since_s = page->now->at_s - before->at_s;

    if (before->at_s > 0 && since_s > 0) {
        page->before = before;
        page->since_s = since_s;
    }
}

static void write_page(struct detail *d, enum view_page which, const struct detail_place *at)
{
    const struct fleet_row *row = at->row;
    struct look now = { .at_s = row != NULL ? row->last.captured_unix_s : NAN };
    struct page page = { .out = &d->text,
                         .state = d->asked[pages[which].question].document,
                         .width = at->width,
                         .top = TOP,
                         .charset = at->charset,
                         .now = &now,
                         .since_s = NAN };

    if (d->fresh[which]) {
        look_fini(&d->before[which]);
        d->before[which] = d->now[which];
        d->now[which] = (struct look){ 0 };
    }
    compare(&page, &d->before[which]);
    pages[which].write(&page);
    if (d->fresh[which])
        d->now[which] = now;
    else
        look_fini(&now);
    d->fresh[which] = false;
}

const char *detail_text(struct detail *d, enum view_page which, const struct detail_place *at)
{
    const struct asked *a = &d->asked[pages[which].question];

    buf_clear(&d->text);
    if (d->wrong[0] != '\0')
        put_why(d, d->wrong, at->charset);
    else if (a->why[0] != '\0')
        put_why(d, a->why, at->charset);
    if (which == VIEW_OVERVIEW)
        detailpages_overview(&d->text, at->row, at->width, at->now_s, at->charset);
    else if (a->document != NULL)
        write_page(d, which, at);
    return d->text.len > 0 ? buf_text(&d->text) : NULL;
}
