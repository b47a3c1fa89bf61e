/* SPDX-License-Identifier: MIT */
/**
 * An agent to try things on, and an HTTP client that says exactly the bytes it is told to.
 * A failed step of the client's own fails the test; what the agent does wrong is in the
 * answer.
 */
#ifndef TEST_CLIENT_H
#define TEST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "porthole.h"

struct answer {
    int    status;              /* 0: the connection ended without a complete answer */
    char   head[4096];          /* status line and headers, NUL-terminated */
    char   body[256 * 1024];    /* NUL-terminated */
    size_t len;                 /* bytes in `body`; of Content-Length for HEAD */
};

/* Threads: the test's, as all functions here. */

/** The defaults, but any free port, ticks of 50 ms, and no run directory. */
void live_config(struct porthole_config *config);

/** Start an agent and wait for its first state. NULL: live_config(). */
porthole_agent *live_start(const struct porthole_config *config);

int live_port(const porthole_agent *agent);

/** Connect to the agent; close() when done. Patience of ten seconds in all that follows. */
int client_tcp(const porthole_agent *agent);
int client_unix(const char *path);

void client_send(int fd, const char *text);

/** Ask for `target` over TCP and do not wait: the connection. */
int client_ask(const porthole_agent *agent, const char *target);
void client_send_bytes(int fd, const void *bytes, size_t n);

/** Read one answer, that to HEAD if `headless`. Returns its status. */
int client_read(int fd, struct answer *out, bool headless);

/**
 * Ask on a connection of its own by TCP and read the answer. Returns its status.
 *
 * @param headers  whole lines with CR LF; "" for none but Host.
 */
int client_get(const porthole_agent *agent, const char *target, const char *headers,
               struct answer *out);

/** The value of a header, "" without one; borrowed until the thread's next call. */
const char *client_header(const struct answer *answer, const char *name);

/** Wait until the agent has ended the connection: milliseconds that took, -1 if it did not
 *  happen within `patience_ms`. What arrives meanwhile is read and forgotten if `reading`. */
int client_await_end(int fd, int patience_ms, bool reading);

#endif /* TEST_CLIENT_H */
