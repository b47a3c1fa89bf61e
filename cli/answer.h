/* SPDX-License-Identifier: MIT */
/**
 * Answers that are JSON documents other than /state: read after a round, and when a target
 * refused, what it said.
 *
 * Threads: one.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "doc.h"
#include "round.h"

/**
 * Ask all targets of a round and wait for them, as round_run() does; but the bodies stay
 * unread and the rows of the fleet as they are.
 *
 * Threads: one.
 */
void answer_run(struct round *round);

/**
 * Parse the body of a job that was answered. What is wrong with it becomes the job's cause.
 *
 * @return the document, to be given to doc_free(); NULL if job->cause says why not.
 *
 * Threads: one.
 */
struct doc *answer_read(struct poll_job *job);

/**
 * Say on stderr which targets failed, as round_say_failures() does, with the message of
 * their own that came with the error, "cannot reach 'x': http-404 (no thread 7)", or the
 * command that shows the last words of a local process.
 *
 * Threads: one.
 */
void answer_say_failures(const struct round *round);

#endif /* ANSWER_H */
