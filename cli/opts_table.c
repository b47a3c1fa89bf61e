/* SPDX-License-Identifier: MIT */
/*
 * opts_table: a new option is one row here and one field of struct opts.
 */
#include "opts_table.h"

#include <string.h>

const struct opts_row opts_table[OPTS_ROWS] = {
    { "once", NULL, ONCE, OPTS_TOP | OPTS_WATCH | OPTS_TARGETS, OPTS_FIELD(count),
      "print one plain frame (same as --count 1)" },
    { "count", "N", COUNT, OPTS_TOP | OPTS_COUNTS | OPTS_SUSPECTS | OPTS_WATCH,
      OPTS_FIELD(count), "print N plain frames" },
    { "interval", "DURATION", DURATION, OPTS_TOP | OPTS_WATCH | OPTS_TARGETS,
      OPTS_FIELD(interval_ms), "time between two rounds (default 2s; watch 15s)" },
    { "watch", "DURATION", DURATION, OPTS_COUNTS | OPTS_SUSPECTS, OPTS_FIELD(watch_ms),
      "look again and again, so long apart" },
    { "no-looks", NULL, FLAG, OPTS_COUNTS, OPTS_FIELD(no_looks),
      "keep no look for the next run (or set PORTHOLE_NO_LOOKS)" },
    { "all", NULL, FLAG, OPTS_PS | OPTS_SUSPECTS, OPTS_FIELD(all),
      "processes that are gone as well; all series that are judged" },
    { "series", "FILE", STRING, OPTS_SUSPECTS, OPTS_FIELD(series),
      "judge recorded numbers: CSV with a column 'seconds'; - is stdin" },
    { "kind", "KIND", STRING, OPTS_SUSPECTS, OPTS_FIELD(kind),
      "heap, bytes, count or rate (default: by the name of a column)" },
    { "load", "COLUMN", STRING, OPTS_SUSPECTS, OPTS_FIELD(load),
      "the column that says how much there was to do" },
    { "ever", NULL, FLAG, OPTS_SUSPECTS, OPTS_FIELD(ever),
      "exit code 1 if anything ever had a grade, not only at the end" },
    { "resolution", "R", STRING, OPTS_HISTORY, OPTS_FIELD(resolution),
      "1s, 15s, 1m (default), 5m, 20m, 1h or 4h" },
    { "pretty", NULL, FLAG, OPTS_STATE | OPTS_STACK | OPTS_DEAD | OPTS_COUNTS | OPTS_HISTORY,
      OPTS_FIELD(pretty), "indent JSON also when piped" },
    { "json", NULL, FLAG,
      OPTS_STATE | OPTS_PS | OPTS_TOP | OPTS_STACK | OPTS_DEAD | OPTS_HISTOGRAM | OPTS_DIFF |
          OPTS_OBJECTS | OPTS_LINKS | OPTS_COUNTS | OPTS_TRACE | OPTS_SUSPECTS | OPTS_HISTORY |
          OPTS_CHECK | OPTS_RULES | OPTS_TARGETS,
      OPTS_FIELD(json), "print JSON" },
    { "blocks", NULL, FLAG, OPTS_STACK, OPTS_FIELD(blocks),
      "the last blocks of the loop instead" },
    { "source-maps", NULL, FLAG, OPTS_STACK, OPTS_FIELD(source_maps),
      "show places as the source maps on this machine have them" },
    { "exact", NULL, FLAG, OPTS_LISTENERS, OPTS_FIELD(exact),
      "count all of one TARGET; says first how long it stops" },
    { "stacks", NULL, FLAG, OPTS_TRACE, OPTS_FIELD(stacks), "whole stacks behind the table" },
    { "seconds", "DURATION", DURATION, OPTS_PROFILE | OPTS_FLAME | OPTS_TRACE,
      OPTS_FIELD(seconds_ms), "how long to look (default 5s)" },
    { "thread", "ID", ID, OPTS_STACK | OPTS_CAPTURES | OPTS_THREADS | OPTS_TRACE | OPTS_HISTORY,
      OPTS_FIELD(thread), "which thread (default 0, main; stack and tables: all)" },
    { "interval-us", "N", NUMBER, OPTS_PROFILE | OPTS_FLAME, OPTS_FIELD(interval_us),
      "microseconds between two samples (default 1000)" },
    { "heap", NULL, FLAG, OPTS_PROFILE | OPTS_FLAME, OPTS_FIELD(heap),
      "where memory is allocated, instead of CPU time" },
    { "folded", NULL, FLAG, OPTS_PROFILE, OPTS_FIELD(folded), "stacks as text, a line each" },
    { "top", "N", NUMBER, OPTS_HISTOGRAM | OPTS_DIFF | OPTS_COUNTS | OPTS_TRACE,
      OPTS_FIELD(top), "rows of a table (default 15; histogram and diff 30)" },
    { "output", "FILE", STRING, OPTS_CAPTURES, OPTS_FIELD(output),
      "file or folder to write to, - for stdout" },
    { "sources", "TARGETS", LIST, OPTS_READS, OPTS_FIELD(sources),
      "where to look; may be repeated" },
    { "long", NULL, FLAG, OPTS_KANG, OPTS_FIELD(long_listing), "all fields, not only the ids" },
    { "fields", "COLS", LIST, OPTS_KANG | OPTS_OBJECTS, OPTS_FIELD(fields),
      "fields to show, with commas" },
    { "format", "FORMAT", STRING, OPTS_KANG | OPTS_HISTORY | OPTS_TOP, OPTS_FIELD(format),
      "text (default), json, csv or kang's ndjson" },
    { "limit", "N", AMOUNT, OPTS_OBJECTS | OPTS_SUSPECTS, OPTS_FIELD(limit),
      "objects to read (default 100); of suspects where growth ends: 4G" },
    { "depth", "N", NUMBER, OPTS_LINKS, OPTS_FIELD(depth), "steps to follow (default 3)" },
    { "force", NULL, FLAG, OPTS_CAPTURES | OPTS_LISTENERS, OPTS_FIELD(force),
      "replace a file; go on where advised not to" },
    { "yes", NULL, FLAG, OPTS_SNAPSHOT, OPTS_FIELD(yes), "do not ask" },
    { "from", "WHERE", STRING, OPTS_TOP, OPTS_FIELD(from),
      "prometheus=URL: rows from a Prometheus or VictoriaMetrics" },
    { "group", "LABEL", STRING, OPTS_TOP, OPTS_FIELD(group),
      "one row for each service, version, host, ... or label" },
    { "sort", "COLUMN", STRING, OPTS_TOP, OPTS_FIELD(sort),
      "sort by this column (default: worst first)" },
    { "reverse", NULL, FLAG, OPTS_TOP, OPTS_FIELD(reverse), "the other way round" },
    { "filter", "TEXT", STRING, OPTS_TOP, OPTS_FIELD(filter),
      "only rows with this text, or LABEL=PATTERN; !: all others" },
    { "nagios", NULL, FLAG, OPTS_CHECK, OPTS_FIELD(nagios),
      "one line and exit codes as plugins of Nagios have them" },
    { "alertmanager", "URL", STRING, OPTS_WATCH, OPTS_FIELD(alertmanager),
      "send every alert there as well" },
    { "prometheus", NULL, FLAG, OPTS_RULES, OPTS_FIELD(prometheus),
      "print them as a rule file of Prometheus" },
    { "serve", "[HOST:]PORT", STRING, OPTS_TARGETS, OPTS_FIELD(serve),
      "answer http_sd of Prometheus there" },
    { "file", "FILE", STRING, OPTS_TARGETS, OPTS_FIELD(file),
      "keep FILE up to date for file_sd of Prometheus" },
    { "timeout", "DURATION", DURATION, OPTS_POLLS, OPTS_FIELD(timeout_ms),
      "deadline of each target, body included (default 2s)" },
    { "token-file", "FILE", STRING, OPTS_POLLS, OPTS_FIELD(token_file),
      "read the token from FILE (or set PORTHOLE_TOKEN)" },
    { "no-color", NULL, FLAG, OPTS_ANY, OPTS_FIELD(no_color), "no colour (or set NO_COLOR)" },
    { "help", NULL, FLAG, OPTS_ANY, OPTS_FIELD(help), "show this help" },
    { "version", NULL, FLAG, OPTS_ANY, OPTS_FIELD(version), "show the version" },
};

/* Short forms, for those whose every other command has one, and kang's. A letter may stand
 * for several options: the command takes one of them. */
static const struct short_form {
    char letter;
    const char *name;
} short_forms[] = {
    { 'o', "output" }, { 'o', "fields" }, { 'h', "sources" },
    { 'l', "long" },   { 'f', "format" },
};

#define FORMS (sizeof short_forms / sizeof short_forms[0])
size_t opts_row(const char *name)
{
    size_t i = 0;

    while (strcmp(opts_table[i].name, name) != 0)
        i++;
    return i;
}

/* The letter of an option; NUL: it has none. */
char opts_letter(size_t row)
{
    for (size_t f = 0; f < FORMS; f++) {
        if (strcmp(opts_table[row].name, short_forms[f].name) == 0)
            return short_forms[f].letter;
    }
    return '\0';
}
