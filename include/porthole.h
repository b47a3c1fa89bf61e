/* SPDX-License-Identifier: MIT */
/**
 * porthole: the agent's C API.
 *
 * A host process starts one agent. The agent runs two threads of its own,
 * `porthole-tick` (collects, freezes, encodes) and `porthole-http` (answers), and
 * serves JSON on a side port and a unix socket. The host publishes what only it can
 * know (its event loops, heaps, handles) as plain numbers; it is never called back
 * for them, never waited for, and never waits.
 *
 *     struct porthole_config cfg;
 *     porthole_agent *agent = NULL;
 *     porthole_error err;
 *
 *     porthole_config_default(&cfg);
 *     cfg.service = "mailer";
 *     if (porthole_start(&cfg, &agent, &err) != PORTHOLE_OK)
 *         log_line(err.text);          // the host goes on without an agent
 *     ...
 *     porthole_stop(agent);
 *
 * The agent is a guest: it installs no signal handler, writes to no standard stream,
 * never aborts, leaves no descriptor to children, and does nothing in a forked child.
 *
 * Units are the last word of a name. Times called `now_ns` are CLOCK_MONOTONIC (which
 * is also what uv_hrtime() returns on Linux). Strings are UTF-8; bytes that are not are
 * shown as U+FFFD. All strings handed in are copied.
 *
 * Threads: every prototype says so in its last paragraph. "Host thread" means the one
 * thread that called porthole_thread_join() for that porthole_thread.
 */
#ifndef PORTHOLE_H
#define PORTHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "porthole_app.h"
#include "porthole_base.h"
#include "porthole_counts.h"
#include "porthole_task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Configuration ------------------------------------------------------------- */

struct porthole_config {
    /* Where to listen. */
    const char *host;           /* "127.0.0.1"; an IP literal or "localhost" */
    int         port;           /* 9090; 0 any free port; -1 no TCP listener */
    int         port_tries;     /* 100: a taken port gives way to the next, up to so many */
    const char *run_dir;        /* NULL: /dev/shm/porthole-UID; "": neither unix socket
                                   nor recorder file */

    /* Who may look. */
    const char *token;          /* NULL: none; else 16 .. 256 printable characters */
    const char *allowed_hosts;  /* NULL, or further names for the Host header, by comma */
    bool        protect_all;    /* /metrics, /healthz and /livez need the token as well */
    bool        insecure;       /* allow a non-loopback address without a token */

    /* Who we are. */
    const char *service;        /* NULL: the program's name */
    const char *component;      /* NULL: none */
    const char *ident;          /* NULL: HOSTNAME/PID */
    const char *version;        /* of the service; NULL: unknown */
    const char *runtime;        /* for example "node"; NULL: "c" */
    const char *runtime_version;/* for example "v20.20.2"; NULL: unknown */

    /* How often, how much. All have a floor and a ceiling; see porthole_start(). */
    unsigned    tick_ms;        /* 1000; 50 .. 60000 */
    unsigned    blocked_ms;     /* 200: a loop that has not turned for longer is blocked */
    unsigned    unhealthy_ms;   /* 5000: /healthz answers 503 from here on */
    unsigned    max_connections;/* 256; 4 .. 4096; the oldest idle one gives way */
    unsigned    idle_ms;        /* 10000: a connection without a complete request */
    unsigned    write_ms;       /* 30000: a client that does not read its answer */

    /* What was, and in memory that is taken at the start: 7 KB a number. */
    unsigned    history_bytes;  /* 4 MiB; 0: no history; 64 KiB .. 16 MiB */
    unsigned    test_time_scale;/* 1; for tests: the history's clock runs so many times as
                                   fast, and its stamps with it, and dear readings rest as
                                   many times shorter, 1 .. 100000 */

    /* Evidence by itself. */
    const char *capture;        /* NULL: none; else rules such as "blocked>5s:profile"; see
                                   agent/rules.h */
    const char *rules;          /* NULL: none; else a rule file, whose captures are added; see
                                   agent/rulefile.h. Read once, at the start */
    const char *notify_socket;  /* NULL: none; systemd's NOTIFY_SOCKET */
    unsigned    watchdog_ms;    /* 0: none; send WATCHDOG=1 there twice in this time, as
                                   long as the main thread's loop turns */
};

/**
 * Fill `cfg` with the defaults written beside the fields above.
 *
 * Threads: any.
 */
PORTHOLE_API void porthole_config_default(struct porthole_config *cfg);

/* ---- Life ---------------------------------------------------------------------- */

/**
 * Start the agent of this process.
 *
 * A taken port is no failure: the next free one of `port .. port + port_tries - 1` is
 * used (read it back with porthole_url()). Without a usable run directory the agent
 * serves TCP only and porthole_socket() is "".
 *
 * @param err  may be NULL; filled on failure only.
 *
 * @return PORTHOLE_OK and `*out`; _EINVAL for an option out of range; _EREFUSED for a
 *         non-loopback host without token or `insecure`; _ESYSTEM if the TCP listener
 *         (or, without one, the unix listener) could not be opened, or a thread or the
 *         HTTP server not started; _ENOMEM. On failure nothing is left behind: no
 *         thread, no descriptor, no file.
 *
 * Threads: any; start and stop must not race each other.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_start(const struct porthole_config *cfg, porthole_agent **out, porthole_error *err);

/**
 * Stop both threads, close every connection, remove the socket and the recorder file,
 * write the history's, which stays for the next life of this service, free the agent.
 * NULL is allowed. Returns within a fraction of a second: no thread of ours ever waits for
 * the host. In a forked child it does nothing at all.
 *
 * Every porthole_thread must have left before. porthole_series pointers die here.
 *
 * Threads: any, once.
 */
PORTHOLE_API void porthole_stop(porthole_agent *agent);

/**
 * "http://127.0.0.1:9090", or "" without a TCP listener. Borrowed, lives as long as the
 * agent.
 *
 * Threads: any.
 */
PORTHOLE_API const char *porthole_url(const porthole_agent *agent);

/**
 * Path of the unix socket, or "" without one. Borrowed, lives as long as the agent.
 *
 * Threads: any.
 */
PORTHOLE_API const char *porthole_socket(const porthole_agent *agent);

/**
 * Copy the current /state document (compact JSON, one line, NUL-terminated).
 *
 * Waits, at most one second, only for a tick that has seen every thread that has joined;
 * such a tick is started at once.
 *
 * @return PORTHOLE_OK with `*json` (owned by the caller: free()) and `*len` without the
 *         NUL; _ENOMEM; _ESTOPPED.
 *
 * Threads: any.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status porthole_state(porthole_agent *agent,
                                                                  char **json, size_t *len);

/**
 * Copy the present growth verdicts: the document of /suspects, compact JSON, one line,
 * NUL-terminated.
 *
 * @return PORTHOLE_OK with `*json` (owned by the caller: free()) and `*len` without the
 *         NUL; _ENOMEM; _ESTOPPED.
 *
 * Threads: any. Waits for nothing.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status porthole_suspects(porthole_agent *agent,
                                                                     char **json, size_t *len);

/**
 * A number that grows when a series becomes suspect, confirmed or urgent, or is not so any
 * more: cheap to ask on every tick whether porthole_suspects() has news.
 *
 * Threads: any. One atomic load.
 */
PORTHOLE_API uint64_t porthole_suspects_serial(const porthole_agent *agent);

/* ---- Host threads: one per event loop ------------------------------------------- */

/**
 * What the agent may ask about a host thread at any time, from its own threads.
 */
struct porthole_host {
    const char *name;                   /* "main", "worker 3" */
    int         id;                     /* shown as threads[].id; 0 is the main thread */

    /* Total time this loop has spent waiting for events, including the wait it is in
     * now. NULL if the host cannot tell. Called on both agent threads, even while the
     * host thread is stuck; must be quick, must not call porthole_*. Not called any
     * more once porthole_thread_leave() has returned. */
    uint64_t  (*idle_ns)(void *ctx);
    void       *ctx;

    /* Tasks. All NULL if the host serves none; else summon and perform are needed. */

    /* Bring the host thread to call porthole_thread_serve(). `urgent`: also in the middle
     * of running code; else from the event loop. Comes again when the first call was not
     * followed within a while. Agent threads, under the same rules as idle_ns. */
    void      (*summon)(void *ctx, bool urgent);

    /* Do one task, or a slice of at most a millisecond of it; false: there is more to do,
     * call again. If not `on_loop`, tasks other than PORTHOLE_TASK_OBJECTS and _LISTENERS
     * are done in one go. Host thread, from porthole_thread_serve(). */
    bool      (*perform)(void *ctx, porthole_task *task, bool on_loop);

    /* Write the heap snapshot that was taken; ends early when write() returns false. An
     * agent thread, while the host thread goes on with its own work; porthole_thread_leave()
     * makes write() return false and waits for it. */
    void (*stream)(void *ctx, bool (*write)(void *to, const char *bytes, size_t n), void *to);
};

/**
 * Make the calling thread a host of `agent`.
 *
 * @return PORTHOLE_OK and `*out`; _ELIMIT beyond PORTHOLE_MAX_THREADS; _ENOMEM;
 *         _ESTOPPED.
 *
 * Threads: the thread that is joining.
 */
PORTHOLE_API PORTHOLE_CHECKED enum porthole_status
porthole_thread_join(porthole_agent *agent, const struct porthole_host *host,
                     porthole_thread **out);

/**
 * End the membership; `thread` is freed. After return no function of its
 * porthole_host runs or will run. NULL is allowed.
 *
 * Threads: host thread. Waits for a running idle_ns() only.
 */
PORTHOLE_API void porthole_thread_leave(porthole_thread *thread);

/**
 * The loop is about to wait for events (libuv: a prepare handle). Ends a turn.
 *
 * @param idle_ns  what porthole_host.idle_ns would return now; 0 if there is none.
 *
 * Threads: host thread. A few plain stores; no lock, no system call.
 */
PORTHOLE_API void porthole_loop_before_poll(porthole_thread *thread, uint64_t now_ns,
                                            uint64_t idle_ns);

/**
 * The loop has come back from waiting (libuv: a check handle).
 *
 * Threads: as porthole_loop_before_poll().
 */
PORTHOLE_API void porthole_loop_after_poll(porthole_thread *thread, uint64_t now_ns);

/**
 * A timer that repeats every `interval_ns` fired `delay_ns` late. A delay longer than
 * the interval also counts for the ticks it swallowed, so that percentiles say what an
 * event arriving at a random moment would have met (the correction for coordinated
 * omission of HdrHistogram). interval_ns = 0: no correction.
 *
 * Threads: host thread. Plain stores.
 */
PORTHOLE_API void porthole_loop_delayed(porthole_thread *thread, uint64_t delay_ns,
                                        uint64_t interval_ns);

/**
 * The host-thread part of this tick is complete: stamps its age, and adds the time it
 * took to the cost the agent reports about itself.
 *
 * Threads: host thread. Plain stores.
 */
PORTHOLE_API void porthole_thread_published(porthole_thread *thread, uint64_t now_ns,
                                            uint64_t spent_ns);

#define PORTHOLE_MAX_THREADS 512

#ifdef __cplusplus
}
#endif

#endif /* PORTHOLE_H */
