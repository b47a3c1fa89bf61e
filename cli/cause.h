/* SPDX-License-Identifier: MIT */
/**
 * Why a target did not give what was asked for: one word each, part of the contract
 * (scripts match them).
 *
 * Threads: any; no state.
 */
#ifndef CAUSE_H
#define CAUSE_H

enum cause {
    CAUSE_NONE,            /* it answered */
    CAUSE_WAITING,         /* it has been asked, and its deadline is still to come */
    CAUSE_REFUSED,         /* nobody listens there */
    CAUSE_NO_SUCH_HOST,    /* the name has no address */
    CAUSE_NO_SOCKET,       /* no unix socket at that path */
    CAUSE_DENIED,          /* the socket's permissions */
    CAUSE_NO_PROCESS,      /* no living process with that pid carries an agent */
    CAUSE_UNREACHABLE,     /* no route, network down, ... */
    CAUSE_TIMEOUT_CONNECT, /* the deadline passed before there was a connection */
    CAUSE_TIMEOUT_BODY,    /* ... before the answer was complete */
    CAUSE_HTTP,            /* a status other than 2xx; its word is http-STATUS */
    CAUSE_TLS,             /* no secure connection */
    CAUSE_TRUNCATED,       /* the connection ended before the answer did */
    CAUSE_TOO_BIG,         /* body, headers or JSON beyond their ceilings */
    CAUSE_BAD_JSON,
    CAUSE_NOT_PORTHOLE,    /* some other server, or some other document */
    CAUSE_NO_SERVICE,      /* JSON, but no kang snapshot: it names no service */
    CAUSE_INTERNAL,        /* libcurl failed in a way we do not know */
};

#define CAUSE_BYTES 24

/**
 * Write the word of a cause; "" for CAUSE_NONE.
 *
 * @param status  HTTP status, used for CAUSE_HTTP only.
 *
 * Threads: any.
 */
void cause_word(char out[CAUSE_BYTES], enum cause cause, int status);

#endif /* CAUSE_H */
