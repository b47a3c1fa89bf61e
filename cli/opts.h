/* SPDX-License-Identifier: MIT */
/**
 * The command line: one table of options and one of sub-commands. Parsing, --help, the
 * check which command takes which option, and suggestions all come from them.
 *
 * Threads: one.
 */
#ifndef OPTS_H
#define OPTS_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Which sub-commands take an option: a set of these. */
enum {
    OPTS_STATE = 1 << 0,
    OPTS_GET = 1 << 1,
    OPTS_PS = 1 << 2,
    OPTS_TOP = 1 << 3,
    OPTS_KANG = 1 << 4,
    OPTS_OBJECTS = 1 << 5,
    OPTS_LINKS = 1 << 6,
    OPTS_STACK = 1 << 8,
    OPTS_DEAD = 1 << 9,
    OPTS_PROFILE = 1 << 10,
    OPTS_FLAME = 1 << 11,
    OPTS_HISTOGRAM = 1 << 12,
    OPTS_DIFF = 1 << 13,
    OPTS_SNAPSHOT = 1 << 14,
    OPTS_LISTENERS = 1 << 15,
    OPTS_SOCKETS = 1 << 16,
    OPTS_HANDLES = 1 << 17,
    OPTS_GC = 1 << 18,
    OPTS_HEAP = 1 << 19,
    OPTS_TRACE = 1 << 20,
    OPTS_SUSPECTS = 1 << 21,
    OPTS_HISTORY = 1 << 22,
    OPTS_TARGETS = 1 << 23,
    OPTS_CHECK = 1 << 24,
    OPTS_WATCH = 1 << 25,
    OPTS_RULES = 1 << 26,
    OPTS_DASHBOARD = 1 << 27,
    OPTS_ANY = 0xFFFFFFF,
};

/* The values of an option that may be given several times; borrowed from argv. */
struct opts_words {
    char *items[64];
    size_t count;
};

struct opts {
    double timeout_ms;      /* one absolute deadline per target, body included */
    bool timeout_given;     /* else it is the command's own default */
    double interval_ms;     /* between two frames */
    double seconds_ms;      /* how long a profile or a trace takes */
    double watch_ms;        /* between two looks; 0: one look only */
    unsigned count;         /* frames; 0 = no end */
    bool count_given;       /* --count or --once */
    bool all;
    bool json;
    bool pretty;
    bool no_color;
    bool help;
    bool version;
    bool blocks;
    bool source_maps;
    bool heap;
    bool folded;
    bool force;
    bool yes;
    bool long_listing;
    bool exact;
    bool stacks;
    bool no_looks;
    bool ever;
    unsigned interval_us;   /* between two samples; 0: the agent's default */
    unsigned top;           /* rows; 0: the command's default */
    double limit;           /* objects of a target, or of growth; 0: the command's default */
    unsigned depth;         /* steps from the first object */
    bool nagios;            /* speak as a plugin of Nagios */
    bool prometheus;        /* rules as Prometheus reads them */
    bool reverse;
    const char *from;       /* "prometheus=URL" instead of polling; NULL; from argv */
    const char *group;      /* a label to group by; NULL: no groups; from argv */
    const char *sort;       /* a column; NULL: worst first; from argv */
    const char *filter;     /* NULL: none; from argv */
    const char *serve;      /* "[HOST:]PORT" to serve at; NULL; from argv */
    const char *file;       /* to write to, again and again; NULL; from argv */
    const char *alertmanager; /* URL for every alert; NULL; from argv */
    const char *format;     /* NULL: the command's default; from argv */
    struct opts_words sources; /* targets, as lists with commas */
    struct opts_words fields;  /* as lists with commas */
    const char *series;     /* a file of recorded numbers; NULL: none; from argv */
    const char *kind;       /* of its series; NULL: by their names; from argv */
    const char *load;       /* its column of load; NULL: none; from argv */
    const char *resolution; /* of a history; NULL: the agent's default; from argv */
    const char *thread;     /* an id as given; NULL: the agent's default; from argv */
    const char *output;     /* a file, "-" for stdout; NULL: the command's; from argv */
    const char *token_file; /* NULL: none; borrowed from argv */
};

struct opts_command {
    const char *name;
    const char *arguments;  /* "[TARGET...]", as shown in the usage line */
    const char *summary;    /* one line */
    const char *details;    /* lines for `porthole help NAME`, may be "" */
    unsigned bit;           /* OPTS_STATE, ... */
    int least_arguments;
    int most_arguments;     /* -1: any number */
    int (*run)(const struct opts *opts, char **arguments, int count);
};

/* A command line, parsed. */
struct opts_line {
    struct opts opts;
    const struct opts_command *command; /* NULL: none was named */
    int first;                          /* argv[first] is its first argument */
};

struct opts_error {
    char text[256];
};

/**
 * Parse a whole command line, options and arguments in any order.
 *
 * The first word is the command, but for kang's own grammar, which has none: what looks like
 * `[-h SOURCES] [-l] [-o COLS] [-f FORMAT] TYPE[:ID]` is given to the command with the bit
 * OPTS_KANG, all words as its arguments.
 *
 * @param commands  ends with a NULL name.
 * @param argv      reordered: options first.
 *
 * @return false, with a message for say_error(), for whatever is wrong. --help and
 *         --version end all further checks.
 *
 * Threads: one; uses getopt.
 */
bool opts_parse(int argc, char **argv, const struct opts_command *commands,
                struct opts_line *line, struct opts_error *error);

/**
 * The command called `name`; NULL, with a message that suggests the nearest, if none is.
 *
 * Threads: any.
 */
const struct opts_command *opts_find(const struct opts_command *commands, const char *name,
                                     struct opts_error *error);

/**
 * Append the help page of one command, or of the whole program if `command` is NULL.
 *
 * Threads: any.
 */
void opts_help(struct buf *out, const struct opts_command *commands,
               const struct opts_command *command);

/**
 * Append the short help: usage, commands, examples.
 *
 * Threads: any.
 */
void opts_brief(struct buf *out, const struct opts_command *commands);

#endif /* OPTS_H */
