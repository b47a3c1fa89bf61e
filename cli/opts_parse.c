/* SPDX-License-Identifier: MIT */
/*
 * opts_parse: the words of a command line against the table of options. Abbreviations of long
 * options are refused: a script that uses one would break with the next option we add.
 */
#include "opts.h"

#include "opts_table.h"
#include "text.h"
#include "units.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long options begin here, above every character getopt could report. */
#define FIRST_CODE 256

enum given { NOT_GIVEN, BY_NAME, BY_LETTER };

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
    for (size_t i = 0; n.word != name && i < OPTS_ROWS; i++)
        consider(&n, opts_table[i].name);
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

static bool add_word(struct opts_words *words, const struct opts_row *row, char *value,
                     struct opts_error *error)
{
    if (words->count == sizeof words->items / sizeof words->items[0])
        return fail(error, "'--%s' is there more than %zu times; use commas", row->name,
                    words->count);
    words->items[words->count++] = value;
    return true;
}

static bool store(const struct opts_row *row, const char *value, struct opts *opts,
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
    case AMOUNT:
        if (!units_parse_amount(value, field))
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
    case LIST:
        return add_word(field, row, (char *)value, error);
    }
    return false;
}

/* The long code of a letter, of the first if it has several; other codes stay. */
static int long_code(int code)
{
    for (size_t i = 0; i < OPTS_ROWS; i++) {
        if (code == opts_letter(i))
            return FIRST_CODE + (int)i;
    }
    return code;
}

/* getopt reports what it dislikes by one character; find the words for it. */
static bool complain(int code, char **argv, struct opts_error *error)
{
    char letter[3] = { '-', (char)optopt, '\0' };
    const struct opts_row *row = &opts_table[code == ':' ? long_code(optopt) - FIRST_CODE : 0];

    if (code == ':' && optopt == 'h')
        return fail(error, "option '-h' names targets: -h TARGETS; for help use --help");
    if (code == ':')
        return fail(error, "option '--%s' needs a value: --%s %s", row->name, row->name,
                    row->argument);
    if (optopt >= FIRST_CODE)
        return fail(error, "option '--%s' takes no value",
                    opts_table[optopt - FIRST_CODE].name);
    return unknown_option(error, optopt != 0 ? letter : argv[optind - 1]);
}

/* Whole names only: getopt_long() itself would also take '--tim'. */
static bool is_abbreviated(const char *word, const char *name)
{
    size_t len = strcspn(word, "=");

    return strncmp(word, "--", 2) == 0 && len < strlen(name) + 2;
}

/* All options of a letter; which of them was meant, only the command can say. */
static bool store_letter(char letter, const char *value, struct opts *opts, enum given *given,
                         struct opts_error *error)
{
    for (size_t i = 0; i < OPTS_ROWS; i++) {
        if (opts_letter(i) != letter)
            continue;
        if (given[i] == NOT_GIVEN)
            given[i] = BY_LETTER;
        if (!store(&opts_table[i], value, opts, error))
            return false;
    }
    return true;
}

/* Walk all options; `given[row]` remembers which there were. */
static bool parse_options(int argc, char **argv, struct opts *opts, enum given *given,
                          struct opts_error *error)
{
    struct option longopts[OPTS_ROWS + 1] = { { 0 } };

    for (size_t i = 0; i < OPTS_ROWS; i++)
        longopts[i] = (struct option){ opts_table[i].name, opts_table[i].argument != NULL, NULL,
                                       FIRST_CODE + (int)i };
    optind = 0; /* a fresh start also for a second call */
    opterr = 0;
    for (;;) {
        const struct opts_row *row;
        const char *word;
        int code, letter = getopt_long(argc, argv, OPTS_LETTERS, longopts, NULL);

        if (letter < 0)
            return true;
        code = long_code(letter);
        if (code < FIRST_CODE)
            return complain(code, argv, error);
        row = &opts_table[code - FIRST_CODE];
        word = argv[optind - (optarg != NULL && optarg == argv[optind - 1] ? 2 : 1)];
        if (letter == code && is_abbreviated(word, row->name))
            return unknown_option(error, word);
        if (letter == code)
            given[code - FIRST_CODE] = BY_NAME;
        if (letter == code ? !store(row, optarg, opts, error)
                           : !store_letter((char)letter, optarg, opts, given, error))
            return false;
    }
}

static bool takes(const struct opts_command *command, size_t row)
{
    return (opts_table[row].commands & command->bit) != 0;
}

/* Given by a letter, and the command takes another option of that letter. */
static bool is_other(const struct opts_command *command, const enum given *given, size_t row)
{
    for (size_t i = 0; i < OPTS_ROWS && given[row] == BY_LETTER; i++) {
        if (opts_letter(i) == opts_letter(row) && takes(command, i))
            return true;
    }
    return false;
}

/* ---- kang's grammar ---------------------------------------------------------------- */

/* Whether options were given that only kang's grammar and `command` (NULL: none) know. */
static bool asks_kang(const struct opts_command *command, const enum given *given)
{
    static const char *const names[] = { "sources", "long", "format" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t row = opts_row(names[i]);

        if (given[row] != NOT_GIVEN && (command == NULL || !takes(command, row)))
            return true;
    }
    return command == NULL && given[opts_row("fields")] != NOT_GIVEN;
}

/* A word without options is a query if no command could be meant. */
static bool is_query(const struct opts_command *commands, const char *word)
{
    const char *sources = getenv("KANG_SOURCES");
    struct nearest n = { .word = word, .distance = UINT_MAX };

    if (strchr(word, ':') != NULL)
        return true;
    for (const struct opts_command *c = commands; c->name != NULL; c++)
        consider(&n, c->name);
    return sources != NULL && sources[0] != '\0' && !close_enough(&n);
}

/* The command for kang's grammar if `word` is a query; NULL: it names a command. */
static const struct opts_command *find_kang(const struct opts_command *commands,
                                            const char *word, const enum given *given)
{
    const struct opts_command *kang = NULL, *named = NULL;

    for (const struct opts_command *c = commands; c->name != NULL; c++) {
        kang = c->bit == OPTS_KANG ? c : kang;
        named = strcmp(c->name, word) == 0 ? c : named;
    }
    if (asks_kang(named, given) || (named == NULL && is_query(commands, word)))
        return kang;
    return NULL;
}

static bool check_command(const struct opts_command *command, const enum given *given,
                          int arguments, struct opts_error *error)
{
    for (size_t i = 0; i < OPTS_ROWS; i++) {
        if (given[i] != NOT_GIVEN && !takes(command, i) && !is_other(command, given, i))
            return fail(error, "'porthole %s' has no option '--%s'", command->name,
                        opts_table[i].name);
    }
    if (arguments < command->least_arguments)
        return fail(error, "'porthole %s' needs %s", command->name, command->arguments);
    if (command->most_arguments >= 0 && arguments > command->most_arguments)
        return fail(error, "too many arguments for 'porthole %s'; see 'porthole help %s'",
                    command->name, command->name);
    return true;
}

/* A heavy job may have to wait for its thread. */
static void set_timeout(struct opts_line *line, const enum given *given)
{
    for (size_t i = 0; i < OPTS_ROWS; i++) {
        if (given[i] != NOT_GIVEN && opts_table[i].offset == OPTS_FIELD(timeout_ms))
            line->opts.timeout_given = true;
    }
    if (!line->opts.timeout_given && (line->command->bit & (OPTS_CAPTURES | OPTS_TRACE)) != 0)
        line->opts.timeout_ms = 15000;
}

/* What nobody looks at need not come every two seconds. */
static void set_interval(struct opts_line *line, const enum given *given)
{
    if (given[opts_row("interval")] == NOT_GIVEN &&
        (line->command->bit & (OPTS_TARGETS | OPTS_WATCH)) != 0)
        line->opts.interval_ms = 15000;
}

bool opts_parse(int argc, char **argv, const struct opts_command *commands,
                struct opts_line *line, struct opts_error *error)
{
    enum given given[OPTS_ROWS] = { NOT_GIVEN };

    line->opts = (struct opts){
        .timeout_ms = 2000, .interval_ms = 2000, .seconds_ms = 5000, .depth = 3
    };
    line->command = NULL;
    line->first = argc;
    if (!parse_options(argc, argv, &line->opts, given, error))
        return false;
    if (optind < argc) {
        line->first = optind;
        line->command = find_kang(commands, argv[optind], given);
        if (line->command == NULL) {
            line->command = opts_find(commands, argv[optind], error);
            line->first++;
        }
        if (line->command == NULL)
            return false;
    }
    if (line->opts.help || line->opts.version)
        return true;
    if (line->command == NULL)
        return argc < 2 || fail(error, "no command given; see 'porthole --help'");
    set_timeout(line, given);
    set_interval(line, given);
    return check_command(line->command, given, argc - line->first, error);
}
