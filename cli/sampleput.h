/* SPDX-License-Identifier: MIT */
/**
 * What a sample is, and how single values get into it: both readers of /state, the one of
 * parsed documents and the one of their text, put by these, and so agree.
 *
 * Threads: any; no state.
 */
#ifndef SAMPLEPUT_H
#define SAMPLEPUT_H

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

#define SAMPLE_COUNT_MOST 1e12
#define SAMPLE_RATE_MOST 1e15
#define SAMPLE_PID_MOST 4194304
#define SAMPLE_SUSPECTS_MOST 4096

/* In front of the names of vitals that every thread has. */
#define SAMPLEPUT_OF_THREADS "threads."
#define SAMPLEPUT_OF_THREADS_LEN (sizeof SAMPLEPUT_OF_THREADS - 1)

/* Where the texts of /state go. */
#define SAMPLEPUT_TEXTS 7

struct sampleput_place {
    const char *path;
    size_t offset; /* in a sample */
    size_t room;
};

extern const struct sampleput_place sampleput_texts[SAMPLEPUT_TEXTS];

/**
 * A sample in which nothing is known.
 *
 * Threads: any.
 */
void sample_clear(struct sample *out);

/**
 * A text, NUL replaced by U+FFFD, cut at a character.
 *
 * Threads: any.
 */
void sampleput_text(char *out, size_t room, const char *text, size_t len);

/**
 * The number, or NaN unless it is from 0 to `most`.
 *
 * Threads: any.
 */
double sampleput_in_range(double number, double most);

/**
 * Add the value of a thread to what is known of those before; NaN adds nothing.
 *
 * Threads: any.
 */
void sampleput_fold(double *total, double value, enum vital_fold how);

/**
 * What a word says about a loop.
 *
 * Threads: any.
 */
enum sample_loop sampleput_loop(const char *state);

/**
 * Add `times` delays of at most `le_ms`; absurd ones count for nothing.
 *
 * Threads: any.
 */
void sampleput_delay(struct sample *out, double le_ms, double times);

/**
 * Count a suspect of that grade; "" is none.
 *
 * Threads: any.
 */
void sampleput_grade(struct sample *out, const char *grade);

#endif /* SAMPLEPUT_H */
