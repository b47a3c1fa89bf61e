/* SPDX-License-Identifier: MIT */
/*
 * opts: the table below is the only place that knows an option. Abbreviations of long
 * options are refused: a script that uses one would break with the next option we add.
 */
#include "opts.h"

#include "text.h"
#include "units.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum kind { FLAG, ONCE, COUNT, NUMBER, DURATION, ID, STRING };

struct option_row {
    const char *name;
    const char *argument; /* NULL: takes none */
    enum kind kind;
    unsigned commands;
    size_t offset;
    const char *help;
};

#define FIELD(name) offsetof(struct opts, name)

/* What looks for longer than an answer takes, and writes a file. */
#define CAPTURES (OPTS_PROFILE | OPTS_FLAME | OPTS_HISTOGRAM | OPTS_SNAPSHOT)

#define POLLS (OPTS_STATE | OPTS_GET | OPTS_TOP | OPTS_STACK | CAPTURES | OPTS_DIFF)

static const struct option_row table[] = {
    { "once", NULL, ONCE, OPTS_TOP, FIELD(count), "print one plain frame (same as --count 1)" },
    { "count", "N", COUNT, OPTS_TOP, FIELD(count), "print N plain frames" },
    { "interval", "DURATION", DURATION, OPTS_TOP, FIELD(interval_ms),
      "time between two frames (default 2s)" },
    { "all", NULL, FLAG, OPTS_PS, FIELD(all), "list processes that are gone as well" },
    { "pretty", NULL, FLAG, OPTS_STATE | OPTS_STACK | OPTS_DEAD, FIELD(pretty),
      "indent JSON also when piped" },
    { "json", NULL, FLAG,
      OPTS_STATE | OPTS_PS | OPTS_TOP | OPTS_STACK | OPTS_DEAD | OPTS_HISTOGRAM | OPTS_DIFF,
      FIELD(json), "print JSON" },
    { "blocks", NULL, FLAG, OPTS_STACK, FIELD(blocks), "the last blocks of the loop instead" },
    { "source-maps", NULL, FLAG, OPTS_STACK, FIELD(source_maps),
      "show places as the source maps on this machine have them" },
    { "seconds", "DURATION", DURATION, OPTS_PROFILE | OPTS_FLAME, FIELD(seconds_ms),
      "how long to look (default 5s)" },
    { "thread", "ID", ID, OPTS_STACK | CAPTURES, FIELD(thread),
      "which thread (default 0, main; stack: all)" },
    { "interval-us", "N", NUMBER, OPTS_PROFILE | OPTS_FLAME, FIELD(interval_us),
      "microseconds between two samples (default 1000)" },
    { "heap", NULL, FLAG, OPTS_PROFILE | OPTS_FLAME, FIELD(heap),
      "where memory is allocated, instead of CPU time" },
    { "folded", NULL, FLAG, OPTS_PROFILE, FIELD(folded), "stacks as text, a line each" },
    { "top", "N", NUMBER, OPTS_HISTOGRAM | OPTS_DIFF, FIELD(top),
      "rows to print (default 30)" },
    { "output", "FILE", STRING, CAPTURES, FIELD(output),
      "file or folder to write to, - for stdout" },
    { "force", NULL, FLAG, CAPTURES, FIELD(force),
      "replace a file; go on where advised not to" },
    { "yes", NULL, FLAG, OPTS_SNAPSHOT, FIELD(yes), "do not ask" },
    { "timeout", "DURATION", DURATION, POLLS, FIELD(timeout_ms),
      "deadline of each target, body included (default 2s)" },
    { "token-file", "FILE", STRING, POLLS, FIELD(token_file),
      "read the token from FILE (or set PORTHOLE_TOKEN)" },
    { "no-color", NULL, FLAG, OPTS_ANY, FIELD(no_color), "no colour (or set NO_COLOR)" },
    { "help", NULL, FLAG, OPTS_ANY, FIELD(help), "show this help" },
    { "version", NULL, FLAG, OPTS_ANY, FIELD(version), "show the version" },
};

#define ROWS (sizeof table / sizeof table[0])

/* Long options begin here, above every character getopt could report. */
#define FIRST_CODE 256

/* Short forms, for those whose every other command has one. */
static const struct short_form {
    char letter;
    const char *name;
} short_forms[] = { { 'o', "output" } };

#define LETTERS ":o:"

static const char *const examples =
    "examples:\n"
    "  porthole ps                            which local processes carry an agent\n"
    "  porthole top                           watch them all on a live screen\n"
    "  porthole top web-1,web-2 db:9090-9093  watch a fleet\n"
    "  porthole state pid:4121                everything one process says about itself\n"
    "  porthole stack pid:4121                what it is doing, also while it hangs\n"
    "  porthole get localhost /metrics        any path of an agent, as curl would\n";

static const char *const targets_help =
    "targets: host, host:port, host:9090-9105, [v6]:port, http(s)://host:port/path,\n"
    "  unix:/path, pid:N, @file (one a line), lists of them with commas. Without any:\n"
    "  PORTHOLE_SOURCES, else KANG_SOURCES, else the local processes.\n";

static const char *const exit_codes =
    "exit codes: 0 fine, 1 a rule fired, 2 usage, 3 some targets failed, 4 none answered,\n"
    "  5 internal error\n";

__attribute__((format(printf, 2, 3))) static bool fail(struct opts_error *error,
                                                       const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return false;
}

/* ---- Suggestions ------------------------------------------------------------------- */

struct nearest {
    const char *word;
    const char *best;
    unsigned distance;
};

static void consider(struct nearest *n, const char *candidate)
{
    unsigned distance = text_distance(n->word, candidate);
    size_t len = strlen(n->word);

    if (len > 1 && strncmp(n->word, candidate, len) == 0)
        distance = 1; /* the beginning of a name is as good as one typing error */
    if (distance < n->distance) {
        n->distance = distance;
        n->best = candidate;
    }
}

/* Up to a third of the word may be wrong; beyond that a suggestion is noise. */
static bool close_enough(const struct nearest *n)
{
    return n->best != NULL && n->distance <= 1 + strlen(n->word) / 3;
}

static bool unknown_option(struct opts_error *error, const char *given)
{
    char name[64];
    struct nearest n = { .word = name, .distance = UINT_MAX };
    int len = (int)strcspn(given, "=");

    snprintf(name, sizeof name, "%.*s", len, given);
    if (strncmp(name, "--", 2) == 0)
        n.word += 2;
    for (size_t i = 0; n.word != name && i < ROWS; i++)
        consider(&n, table[i].name);
    if (n.best != NULL && close_enough(&n))
        return fail(error, "unknown option '%s'; did you mean '--%s'?", name, n.best);
    return fail(error, "unknown option '%s'; see 'porthole --help'", name);
}

const struct opts_command *opts_find(const struct opts_command *commands, const char *name,
                                     struct opts_error *error)
{
    struct nearest n = { .word = name, .distance = UINT_MAX };

    for (const struct opts_command *c = commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0)
            return c;
        consider(&n, c->name);
    }
    if (close_enough(&n))
        fail(error, "unknown command '%.64s'; did you mean '%s'?", name, n.best);
    else
        fail(error, "unknown command '%.64s'; see 'porthole --help'", name);
    return NULL;
}

/* ---- Parsing ----------------------------------------------------------------------- */

static bool store(const struct option_row *row, const char *value, struct opts *opts,
                  struct opts_error *error)
{
    void *field = (char *)opts + row->offset;

    switch (row->kind) {
    case FLAG:
        *(bool *)field = true;
        return true;
    case ONCE:
        *(unsigned *)field = 1;
        opts->count_given = true;
        return true;
    case COUNT:
        opts->count_given = true;
        if (!units_parse_count(value, 1, 999999999, field))
            return fail(error, "bad value '%.64s' for '--%s': not a number from 1", value,
                        row->name);
        return true;
    case NUMBER:
        if (!units_parse_count(value, 1, 999999999, field))
            return fail(error, "bad value '%.64s' for '--%s': not a number from 1", value,
                        row->name);
        return true;
    case DURATION:
        if (!units_parse_duration(value, field))
            return fail(error, "bad duration '%.64s' for '--%s'; use 2, 2s, 500ms or 5m", value,
                        row->name);
        return true;
    case ID:
        if (!units_parse_count(value, 0, 999999999, &(unsigned){ 0 }))
            return fail(error, "bad value '%.64s' for '--%s': not a number from 0", value,
                        row->name);
        *(const char **)field = value;
        return true;
    case STRING:
        *(const char **)field = value;
        return true;
    }
    return false;
}

/* The long code of a short form; every other code stays what it is. */
static int long_code(int code)
{
    for (size_t f = 0; f < sizeof short_forms / sizeof short_forms[0]; f++) {
        for (size_t i = 0; i < ROWS && code == short_forms[f].letter; i++) {
            if (strcmp(table[i].name, short_forms[f].name) == 0)
                return FIRST_CODE + (int)i;
        }
    }
    return code;
}

/* getopt reports what it dislikes by one character; find the words for it. */
static bool complain(int code, char **argv, struct opts_error *error)
{
    char letter[3] = { '-', (char)optopt, '\0' };
    const struct option_row *row = &table[code == ':' ? long_code(optopt) - FIRST_CODE : 0];

    if (code == ':')
        return fail(error, "option '--%s' needs a value: --%s %s", row->name, row->name,
                    row->argument);
    if (optopt >= FIRST_CODE)
        return fail(error, "option '--%s' takes no value", table[optopt - FIRST_CODE].name);
    return unknown_option(error, optopt != 0 ? letter : argv[optind - 1]);
}

/* Whole names only: getopt_long() itself would also take '--tim'. */
static bool is_abbreviated(const char *word, const char *name)
{
    size_t len = strcspn(word, "=");

    return strncmp(word, "--", 2) == 0 && len < strlen(name) + 2;
}

/* Walk all options; `given[row]` remembers which there were. */
static bool parse_options(int argc, char **argv, struct opts *opts, bool *given,
                          struct opts_error *error)
{
    struct option longopts[ROWS + 1] = { { 0 } };

    for (size_t i = 0; i < ROWS; i++)
        longopts[i] = (struct option){ table[i].name, table[i].argument != NULL, NULL,
                                       FIRST_CODE + (int)i };
    optind = 0; /* a fresh start also for a second call */
    opterr = 0;
    for (;;) {
        const struct option_row *row;
        const char *word;
        int code, letter = getopt_long(argc, argv, LETTERS, longopts, NULL);

        if (letter < 0)
            return true;
        code = long_code(letter);
        if (code < FIRST_CODE)
            return complain(code, argv, error);
        row = &table[code - FIRST_CODE];
        word = argv[optind - (optarg != NULL && optarg == argv[optind - 1] ? 2 : 1)];
        if (letter == code && is_abbreviated(word, row->name))
            return unknown_option(error, word);
        given[code - FIRST_CODE] = true;
        if (!store(row, optarg, opts, error))
            return false;
    }
}

static bool check_command(const struct opts_command *command, const bool *given, int arguments,
                          struct opts_error *error)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (given[i] && (table[i].commands & command->bit) == 0)
            return fail(error, "'porthole %s' has no option '--%s'", command->name,
                        table[i].name);
    }
    if (arguments < command->least_arguments)
        return fail(error, "'porthole %s' needs %s", command->name, command->arguments);
    if (command->most_arguments >= 0 && arguments > command->most_arguments)
        return fail(error, "too many arguments for 'porthole %s'; see 'porthole help %s'",
                    command->name, command->name);
    return true;
}

/* A heavy job may have to wait for its thread. */
static void set_timeout(struct opts_line *line, const bool *given)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (given[i] && table[i].offset == FIELD(timeout_ms))
            line->opts.timeout_given = true;
    }
    if (!line->opts.timeout_given && (line->command->bit & CAPTURES) != 0)
        line->opts.timeout_ms = 15000;
}

bool opts_parse(int argc, char **argv, const struct opts_command *commands,
                struct opts_line *line, struct opts_error *error)
{
    bool given[ROWS] = { false };

    line->opts = (struct opts){ .timeout_ms = 2000, .interval_ms = 2000, .seconds_ms = 5000 };
    line->command = NULL;
    line->first = argc;
    if (!parse_options(argc, argv, &line->opts, given, error))
        return false;
    if (optind < argc) {
        line->command = opts_find(commands, argv[optind], error);
        if (line->command == NULL)
            return false;
        line->first = optind + 1;
    }
    if (line->opts.help || line->opts.version)
        return true;
    if (line->command == NULL)
        return argc < 2 || fail(error, "no command given; see 'porthole --help'");
    set_timeout(line, given);
    return check_command(line->command, given, argc - line->first, error);
}

/* ---- Help -------------------------------------------------------------------------- */

static void help_options(struct buf *out, unsigned commands)
{
    buf_puts(out, "\noptions:\n");
    for (size_t i = 0; i < ROWS; i++) {
        char left[32];

        if ((table[i].commands & commands) == 0)
            continue;
        snprintf(left, sizeof left, "%s--%s%s%s",
                 long_code('o') == FIRST_CODE + (int)i ? "-o, " : "", table[i].name,
                 table[i].argument != NULL ? " " : "",
                 table[i].argument != NULL ? table[i].argument : "");
        buf_printf(out, "  %-22s %s\n", left, table[i].help);
    }
}

static void help_commands(struct buf *out, const struct opts_command *commands)
{
    buf_puts(out, "commands:\n");
    for (const struct opts_command *c = commands; c->name != NULL; c++) {
        char left[32];

        snprintf(left, sizeof left, "%s %s", c->name, c->arguments);
        buf_printf(out, "  %-22s %s\n", left, c->summary);
    }
    buf_puts(out, "\n");
}

void opts_brief(struct buf *out, const struct opts_command *commands)
{
    buf_puts(out, "usage: porthole COMMAND [options] [TARGET...]\n\n");
    help_commands(out, commands);
    buf_printf(out, "%s\n", examples);
    buf_puts(out, "see 'porthole --help' and 'porthole help COMMAND'\n");
}

void opts_help(struct buf *out, const struct opts_command *commands,
               const struct opts_command *command)
{
    if (command == NULL) {
        buf_puts(out, "porthole: look into running processes\n\n"
                      "usage: porthole COMMAND [options] [TARGET...]\n\n");
        help_commands(out, commands);
        buf_puts(out, examples);
        help_options(out, OPTS_ANY);
        buf_printf(out, "\n%s%s", targets_help, exit_codes);
        return;
    }
    buf_printf(out, "usage: porthole %s [options] %s\n\n%s\n", command->name,
               command->arguments, command->summary);
    if (command->details[0] != '\0')
        buf_printf(out, "\n%s", command->details);
    help_options(out, command->bit);
    if ((command->bit & POLLS) != 0)
        buf_printf(out, "\n%s%s", targets_help, exit_codes);
}
