/* SPDX-License-Identifier: MIT */
/**
 * What a kind of target list is: the row of the table in sd.c, and what its functions are
 * given. A kind knows nothing of threads, paces and other lists.
 *
 * Threads: none.
 */
#ifndef SDASK_H
#define SDASK_H

#include "target.h"

#include <stdatomic.h>
#include <stdbool.h>

#define SDASK_SAYS_BYTES 320

/* A message with the name of the list in it, for say_error(). "": nothing to say. */
struct sdsays {
    char text[SDASK_SAYS_BYTES];
};

enum sdlook {
    SDLOOK_SAME,   /* nothing has changed: the list of before counts */
    SDLOOK_NEW,    /* sdask.list is the list, maybe with something to say about it */
    SDLOOK_FAILED, /* the list of before counts, and sdsays tells why */
};

/* One list that was named. All but `stop` is whose thread it is that looks. */
struct sdask {
    const char *spec;        /* "dns+a:web:9090"; immutable */
    const char *rest;        /* "web:9090"; immutable */
    double timeout_ms;       /* of one look; immutable */
    bool kang;               /* see struct target_list; immutable */
    atomic_bool stop;        /* relaxed: give up soon, nobody wants the list any more */
    struct target_list list; /* empty before a look; the caller takes what is in it */
    struct sdsays says;
    void *own;               /* the kind's; NULL before open() */
};

struct sdkind {
    const char *prefix;
    double pace_s;           /* from the end of a look to the next */
    bool early;              /* looked at while the command line is read: what is wrong then
                                is the user's slip, and the command does not begin */

    /* Check the grammar. false: with a message. NULL: nothing to check. Quick. */
    bool (*open)(struct sdask *ask, struct target_error *error);

    /* Find the list; may take as long as the timeout. */
    enum sdlook (*look)(struct sdask *ask);

    /* Free `own`. NULL: there is none. */
    void (*close)(struct sdask *ask);
};

#endif /* SDASK_H */
