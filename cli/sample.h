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

#include "buf.h"
#include "cause.h"
#include "doc.h"
#include "vitals.h"

#include <stddef.h>

enum sample_loop {
    SAMPLE_LOOP_UNKNOWN,
    SAMPLE_LOOP_IDLE,
    SAMPLE_LOOP_RUNNING,
    SAMPLE_LOOP_BLOCKED,
};

/* Delays of event loops by octave: the first ends at SAMPLE_OCTAVE_MS, each next at twice as
 * much. */
#define SAMPLE_OCTAVES 24
#define SAMPLE_OCTAVE_MS 0.125

/* A growth verdict of the process itself. */
struct sample_suspect {
    char series[64];        /* "": there is none */
    char class_of[16];
    char grade[12];         /* "suspect", "confirmed", "urgent" */
    char says[192];
    double slope_per_h;
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
    double captured_unix_s; /* when the document was frozen */
    double tick;
    enum sample_loop loop;  /* of the worst thread */

    /* Of threads put together as vitals.h says; a thread that does not know a figure is left
     * out of it. */
    double v[VITALS];

    /* Of all threads, the last ten ticks; all 0: not known (agents before 0.2 do not say). */
    float delays[SAMPLE_OCTAVES];

    struct sample_suspect suspect; /* the worst */
    double suspects;        /* that have a grade */
    double suspects_confirmed; /* of these, confirmed or urgent */
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
 * The same of a document that is parsed already.
 *
 * Threads: any.
 */
enum cause sample_of(const struct doc *state, struct sample *out);

/**
 * Append "?fields=..." to the path of /state: an agent then sends what is read here, a fifth of
 * the document. What it does not know it leaves out; another server may send all.
 *
 * Threads: any.
 */
void sample_query(struct buf *out);

/**
 * A sample in which nothing is known.
 *
 * Threads: any.
 */
void sample_clear(struct sample *out);

#endif /* SAMPLE_H */
