/* SPDX-License-Identifier: MIT */
/**
 * One /state document as plain numbers.
 *
 * What is null, missing, of another type, negative or absurd is NaN, or "" for text:
 * nothing here ever makes up a zero. Texts are valid UTF-8, cut at a character, NUL
 * replaced by U+FFFD, but otherwise as sent: clean them before showing them.
 *
 * Threads: any; no state.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "cause.h"

#include <stddef.h>

enum sample_loop {
    SAMPLE_LOOP_UNKNOWN,
    SAMPLE_LOOP_IDLE,
    SAMPLE_LOOP_RUNNING,
    SAMPLE_LOOP_BLOCKED,
};

struct sample {
    char service[64];
    char component[64];
    char ident[96];
    char version[32];
    char node[32];
    char host[64];
    char started[40];       /* ISO 8601 */

    double pid;
    double uptime_s;
    double captured_unix_s; /* when the document was frozen */
    double tick;
    double rss_bytes;
    double cpu_user_s;
    double cpu_system_s;
    double fds_open;
    double fds_limit;
    double sockets;
    double tcp_established;

    /* Over all JS threads; a thread that does not know a figure is left out of it. */
    double threads;
    enum sample_loop loop;  /* the worst */
    double blocked_ms;      /* the longest */
    double utilization;     /* 0 .. 1, the highest */
    double delay_p99_ms;    /* the highest */
    double heap_used_bytes; /* sum */
    double heap_limit_bytes;/* sum */
    double heap_share;      /* used / limit, the highest */
    double gc_pause_s;      /* sum */
    double listeners;       /* sum */
    double handles;         /* sum */
};

/**
 * Read a document.
 *
 * @return CAUSE_NONE and `*out`; else CAUSE_BAD_JSON, _TRUNCATED (it ends too early),
 *         _TOO_BIG (beyond JSONSCAN_VALUES or JSONSCAN_DEPTH), _NOT_PORTHOLE (JSON, but
 *         no /state document, or of a schema before ours).
 *
 * Threads: any.
 */
enum cause sample_read(const char *text, size_t len, struct sample *out);

/**
 * A sample in which nothing is known.
 *
 * Threads: any.
 */
void sample_clear(struct sample *out);

#endif /* SAMPLE_H */
