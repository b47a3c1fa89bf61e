/* SPDX-License-Identifier: MIT */
#ifndef PH_WATCHED_H
#define PH_WATCHED_H

#include <stdbool.h>
#include <stddef.h>

#include "classes.h"
#include "verdict.h"

/**
 * The table of the series that are judged: as what, against which limit, and how a sentence
 * calls them.
 */

/** What may end the growth. */
enum ph_limit { PH_LIMIT_NONE, PH_LIMIT_HEAP, PH_LIMIT_MEMORY, PH_LIMIT_DESCRIPTORS };

/** The place of a series in the story: what is behind what (suspects_order.c). Of one story
 *  the later ones are effects of the earlier ones, or parts of them. */
enum ph_role {
    PH_ROLE_LISTENERS,      /* all of a thread */
    PH_ROLE_LISTENERS_PART, /* of a kind, or of one emitter */
    PH_ROLE_OBJECTS,
    PH_ROLE_SOCKETS,        /* of a state or family */
    PH_ROLE_SOCKETS_PART,   /* of a peer, or an HTTP agent */
    PH_ROLE_TIMERS,
    PH_ROLE_HANDLES_KIND,
    PH_ROLE_HANDLES,
    PH_ROLE_RESOURCES,
    PH_ROLE_DESCRIPTORS,
    PH_ROLE_DESCRIPTORS_PART,
    PH_ROLE_HEAP,
    PH_ROLE_BUFFERS,
    PH_ROLE_EXTERNAL,
    PH_ROLE_MALLOC,
    PH_ROLE_ANONYMOUS,
    PH_ROLES
};

struct ph_watched_as {
    const char *pattern;    /* of the series; one '*' stands for anything */
    enum ph_class class_of;
    enum ph_role role;
    enum ph_growth_kind kind;
    enum ph_limit limit;
    const char *noun;       /* "sockets to *": what the pattern's star stood for */
    bool plural;            /* they grow; else: it grows */
};

/** NULL: it is not judged. Threads: any, as all here. */
const struct ph_watched_as *ph_watched_find(const char *series);

/** May the counter be what makes something else grow? */
bool ph_watched_is_cause(const char *series);

/**
 * Does the series have that form?
 *
 * @param star  what the star stands for in it, not terminated; NULL: not wanted.
 */
bool ph_watched_matches(const char *pattern, const char *series, const char **star,
                        size_t *star_len);

const char *ph_class_name(enum ph_class class_of);

/** PH_CLASSES: there is no such class. */
enum ph_class ph_class_named(const char *name);

#endif
