/* SPDX-License-Identifier: MIT */
/**
 * What the user means by a target: a pure parser, no look at the system. What names a whole
 * list (@file, http_sd:, dns+...) is of sd.h.
 *
 *     host  host:port  host:9090-9105  [v6]  [v6]:port        default port 9090
 *     http://host[:port][/path]  https://...                  default ports 80 and 443
 *     host/path                                               9090; kang: 80
 *     unix:/path   pid:N   A,B,C
 *
 * Threads: any; no state.
 */
#ifndef TARGET_H
#define TARGET_H

#include "labels.h"

#include <stdbool.h>
#include <stddef.h>

struct target {
    char *name;    /* as the user wrote it; of a range, host:port */
    char *origin;  /* "http://host:port"; for unix sockets a name of their own */
    char *path;    /* "/x", or "" if none was given */
    char *socket;  /* path of a unix socket; NULL for TCP, and for an unresolved pid:N */
    unsigned pid;  /* of pid:N; else 0 */
    char *source;  /* the list it came from, "@fleet.json"; NULL: it was named itself */
    struct labels labels; /* of the list it came from */
};

struct target_list {
    struct target *items;
    size_t count;
    bool kang;     /* set before adding: host/path without a port means port 80, as in kang */
};

#define TARGET_CEILING 65536    /* targets in one list */
#define TARGET_RANGE_CEILING 4096

struct target_error {
    char text[256];
};

/**
 * Append what `spec` (a comma list) names. Zeroed memory is an empty list.
 *
 * @return false, with a message that names the target at fault; what was appended before
 *         stays.
 *
 * Threads: one.
 */
bool target_add(struct target_list *list, const char *spec, struct target_error *error);

/**
 * The same for one target that holds no comma.
 *
 * Threads: one.
 */
bool target_add_one(struct target_list *list, const char *name, struct target_error *error);

/**
 * The same for what is reached through TCP: a host or a URL.
 *
 * Threads: one.
 */
bool target_add_network(struct target_list *list, const char *name, struct target_error *error);

/**
 * The next piece of a list with commas, without the spaces around it.
 *
 * @param rest  of a text that is cut in place; not NULL. NULL afterwards: that was the last.
 *
 * Threads: any.
 */
char *target_next_piece(char **rest);

/**
 * Append a copy.
 *
 * Threads: one.
 */
void target_copy(struct target_list *to, const struct target *from);

/**
 * Append a unix socket under a name of the caller's.
 *
 * @param pid  of the process behind it; 0 if unknown.
 *
 * Threads: one.
 */
void target_add_socket(struct target_list *list, const char *name, const char *socket,
                       unsigned pid);

/**
 * Give a target its unix socket: what pid:N becomes once the process is found.
 *
 * Threads: one.
 */
void target_set_socket(struct target *target, const char *socket);

/**
 * Free the texts of one target; it is zeroed afterwards.
 *
 * Threads: one.
 */
void target_free(struct target *target);

/**
 * Free all targets; the list is empty afterwards.
 *
 * Threads: one.
 */
void target_fini(struct target_list *list);

#endif /* TARGET_H */
