/* SPDX-License-Identifier: MIT */
#ifndef PH_POLICY_H
#define PH_POLICY_H

#include <stdbool.h>

#include "porthole.h"
#include "request.h"

/**
 * What of a request's head decides whether it is answered at all. Strings are borrowed
 * for the length of the request.
 *
 * Threads: http thread, as all functions here.
 */
struct ph_head {
    const char *method, *url;                  /* url: the decoded path */
    const char *host, *authorization, *accept; /* NULL without such a header */
    unsigned hosts;                            /* how many Host headers there are */
    bool local;   /* came by the unix socket, from a permitted user */
    bool has_nul; /* a NUL inside a name or a value */
    bool has_body;
};

/** Note one header. */
void ph_policy_see(struct ph_head *head, const char *name, const char *value);

/** Fill in the refusal of a request that no route shall see; false if it may pass. */
bool ph_policy_refuses(const struct ph_head *head, const struct porthole_config *config,
                       struct ph_reply *reply);

/** Who may ask for a path over TCP. (The unix socket is its owner's, and root's.) */
enum ph_access {
    PH_ACCESS_OPEN,   /* anybody, unless everything is protected */
    PH_ACCESS_TOKEN,  /* the token's bearer, when one is set */
    PH_ACCESS_SECRET, /* the token's bearer; without a token nobody */
};

/** May the sender see what a path shows? If not, the refusal is in `reply`. */
bool ph_policy_may_see(const struct ph_head *head, const struct porthole_config *config,
                       enum ph_access access, struct ph_reply *reply);

#endif
