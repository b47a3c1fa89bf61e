/* SPDX-License-Identifier: MIT */
/**
 * Targets, their requests and what came back: the part of the flow that the commands
 * share, from target_list to fleet_row.
 *
 * Threads: one.
 */
#ifndef ROUND_H
#define ROUND_H

#include "doc.h"
#include "fleet.h"
#include "poll.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>

struct round_entry {
    struct target target;
    struct poll_job job;    /* holds the raw answer after a round, unless it is read at once */
    struct fleet_row row;
    enum cause said;        /* the cause that was last told to the user */
    bool listed;            /* still among the targets */
    bool late;              /* a round has ended before its answer, which is still to be read */
    unsigned failures;      /* rounds in a row */
    double asleep_until_s;  /* back-off: it is not asked before; 0: it is */
    struct round_entry *next; /* round_set_targets() only */
};

struct round {
    struct poll *poll;
    const char *path;       /* asked of targets without a path of their own */
    struct round_entry **entries;
    struct poll_job **jobs; /* the same order as `entries` */
    struct fleet_row **rows;
    size_t count;
    bool finished;          /* round_finish() has read the answers */

    /* What round_init() leaves off, and who needs it sets afterwards. */
    bool at_once;           /* read each answer as it comes and free its body: 10,000 of them
                               are never there together */
    bool back_off;          /* a target that fails again and again is asked after 1, 2, 4 ..
                               60 s; meanwhile its row, its cause and its misses stay */
    double spread_ms;       /* spread the starts of a round over so long */
    double due_s;           /* when the next round is to begin, by clock_now_s(): this one ends
                               then, see round_step(); 0: it waits for everybody */

    /* Called for every good answer, with the document, before it is freed. */
    void (*seen)(void *user, struct round_entry *entry, const struct doc *state);
    void *user;

    double began_s;
    struct poll_job **due;  /* those asked in this round */
};

/**
 * @param poll  taken over.
 * @param path  borrowed for the life of the round.
 *
 * Threads: one.
 */
void round_init(struct round *round, struct poll *poll, const char *path);

/**
 * Threads: one.
 */
void round_fini(struct round *round);

/**
 * Make `list` the targets. Those that were there before, by name, keep what is known
 * about them, and where and under which labels they are is what the new list says. Those
 * that are no longer named stay until they have not answered for
 * `patience_s`. The list is taken over and empty afterwards. Not during a round.
 *
 * Threads: one.
 */
void round_set_targets(struct round *round, struct target_list *list, double patience_s);

/**
 * Ask all but those who are late, as poll_begin() and poll_step() do. When round_step()
 * answers 0, call round_finish() to read what came.
 *
 * That is once all have answered, those as well who were late; with a `due_s` also when that
 * has come, if all have been asked, the last of them a second ago: who hangs delays nobody. Who
 * has not answered by then is late: its row says CAUSE_WAITING and how old its values are, it
 * is not asked again, round_step() goes on with it at any time, and what it answers is read
 * when it comes, or by the next round_finish().
 *
 * Threads: one.
 */
void round_begin(struct round *round);
size_t round_step(struct round *round, int wait_ms, int fd);

/**
 * Whether requests still run.
 *
 * Threads: one.
 */
bool round_is_waiting(const struct round *round);

/**
 * Turn the answers into rows, those that were not read at once. Afterwards a job's cause says
 * also what is wrong with its body, unless the job is late.
 *
 * Threads: one.
 */
void round_finish(struct round *round);

/**
 * round_begin(), steps until all is done, round_finish().
 *
 * Threads: one.
 */
void round_run(struct round *round);

/**
 * Say on stderr which targets failed, each once until its cause changes.
 *
 * Threads: one.
 */
void round_say_failures(struct round *round);

/**
 * The exit code for the last round: EXITCODE_FINE, _SOME or _NONE.
 *
 * Threads: one.
 */
int round_exitcode(const struct round *round);

#endif /* ROUND_H */
