/* SPDX-License-Identifier: MIT */
/*
 * answer: from a job's body to a document, or to the reason why there is none.
 */
#include "answer.h"

#include "buf.h"
#include "say.h"

#include <stdbool.h>

void answer_run(struct round *round)
{
    round_begin(round);
    while (round_step(round, 1000, -1) > 0)
        continue;
}

struct doc *answer_read(struct poll_job *job)
{
    struct doc *document = NULL;

    if (job->cause != CAUSE_NONE)
        return NULL;
    job->cause = doc_read(buf_text(&job->body), job->body.len, &document);
    /* a page of HTML is no broken JSON, it is another server */
    if ((job->cause == CAUSE_BAD_JSON || job->cause == CAUSE_TRUNCATED) && !job->is_porthole &&
        !job->is_json)
        job->cause = CAUSE_NOT_PORTHOLE;
    return document;
}

/* A local process that does not answer has left its last words all the same. */
static bool may_be_dead(const struct round_entry *entry)
{
    switch (entry->job.cause) {
    case CAUSE_REFUSED:
    case CAUSE_NO_SOCKET:
    case CAUSE_NO_PROCESS:
    case CAUSE_TIMEOUT_CONNECT:
    case CAUSE_TIMEOUT_BODY:
        return entry->target.pid != 0;
    default:
        return false;
    }
}

static void say_failure(const struct round_entry *entry)
{
    const struct poll_job *job = &entry->job;
    struct doc *document = NULL;
    const char *message = "";
    char word[CAUSE_BYTES];

    cause_word(word, job->cause, job->status);
    if (job->cause == CAUSE_HTTP && job->is_porthole &&
        doc_read(buf_text(&job->body), job->body.len, &document) == CAUSE_NONE)
        message = doc_text(document, "error.message", NULL);
    if (message[0] != '\0')
        say_error("cannot reach '%s': %s (%.512s)", entry->target.name, word, message);
    else if (may_be_dead(entry))
        say_error("cannot reach '%s': %s (see 'porthole dead %u')", entry->target.name, word,
                  entry->target.pid);
    else
        say_error("cannot reach '%s': %s", entry->target.name, word);
    doc_free(document);
}

void answer_say_failures(const struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        if (round->entries[i]->job.cause != CAUSE_NONE)
            say_failure(round->entries[i]);
    }
}
