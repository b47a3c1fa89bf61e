/* SPDX-License-Identifier: MIT */
/*
 * ruleset: reads, and checks what the language cannot.
 */
#include "ruleset.h"

#include "agent/figure.h"
#include "fleet.h"
#include "notify.h"
#include "readfile.h"
#include "vitals.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char ruleset_builtin[] =
    "# Rules of porthole: what is trouble, and what to do about it. 'porthole rules > "
    "my.yml',\n"
    "# change it, and try it out: 'porthole rules my.yml', 'porthole check my.yml'.\n"
    "\n"
    "# The lower end of the 95 % interval of the slope counts, so noise alone is no growth.\n"
    "sockets-grow:\n"
    "  when: sockets.tcp.established grows > 100/h over 30m\n"
    "  for: 10m\n"
    "  cooldown: 1h\n"
    "  says: \"{target}: {says}; 'porthole sockets' names the peer\"\n"
    "\n"
    "listeners-grow:\n"
    "  when: listeners.total grows > 500/h over 30m\n"
    "  for: 10m\n"
    "  cooldown: 1h\n"
    "  says: \"{target}: {says}; 'porthole listeners' names the emitter\"\n"
    "\n"
    "# Heap right after full collections: what is left was reachable.\n"
    "heap-grows:\n"
    "  when: heap.used_after_full_gc_bytes grows > 50Mi/h over 1h\n"
    "  for: 15m\n"
    "  cooldown: 1h\n"
    "  says: \"{target}: {says}; 'porthole histogram' says of what\"\n"
    "\n"
    "# What the process itself has judged over hours or days; see 'porthole suspects'.\n"
    "growth-confirmed:\n"
    "  when: verdict confirmed\n"
    "  cooldown: 6h\n"
    "  says: \"{target}: {says}\"\n"
    "\n"
    "growth-urgent:\n"
    "  when: verdict urgent\n"
    "  cooldown: 1h\n"
    "  severity: critical\n"
    "  says: \"{target}: {says}\"\n"
    "\n"
    "loop-blocked:\n"
    "  when: blocked > 5s\n"
    "  cooldown: 10m\n"
    "  severity: critical\n"
    "  says: \"{target}: {says}; 'porthole stack' names the line\"\n"
    "\n"
    "descriptors-near-limit:\n"
    "  when: process.fds.open > 85%\n"
    "  for: 2m\n"
    "  cooldown: 30m\n"
    "  severity: critical\n"
    "  says: \"{target}: {says}\"\n"
    "\n"
    "# The peer has closed them and the application has not.\n"
    "close-wait:\n"
    "  when: sockets.tcp.close_wait > 100\n"
    "  for: 5m\n"
    "  cooldown: 1h\n"
    "  says: \"{target}: {says}; the application has forgotten to close them\"\n"
    "\n"
    "heap-near-limit:\n"
    "  when: near-heap-limit\n"
    "  for: 1m\n"
    "  cooldown: 30m\n"
    "  severity: critical\n"
    "  says: \"{target}: {says}\"\n"
    "\n"
    "down:\n"
    "  when: absent\n"
    "  misses: 3\n"
    "  severity: critical\n"
    "  says: \"{target} does not answer\"\n"
    "\n"
    "restarted:\n"
    "  when: restarted\n"
    "  severity: info\n"
    "  says: \"{target} has been restarted\"\n";

/* ---- Checking ---------------------------------------------------------------------- */

/* What the screen follows of each target over time is less than what rules may speak of. */
static bool check_outlier(const struct ph_rulefile_rule *rule, struct ph_rulefile_error *err)
{
    const char *figure = rule->figure;

    if (rule->when != PH_WHEN_OUTLIER ||
        fleet_trail(vitals_find(figure, strlen(figure))) != FLEET_TRAILS)
        return true;
    err->line = rule->when_line;
    err->column = rule->when_column + (unsigned)(strstr(rule->trigger, figure) - rule->trigger);
    snprintf(err->text, sizeof err->text, "'%s' is not followed over time; 'sockets.total' is",
             figure);
    return false;
}

static bool check(const struct ph_rulefile *rules, struct ph_rulefile_error *err)
{
    for (size_t i = 0; i < rules->n; i++)
        if (!ph_figure_check(&rules->rule[i], err) || !check_outlier(&rules->rule[i], err))
            return false;
    return notify_check(rules, err);
}

static void name_place(char error[RULESET_ERROR], const char *name,
                       const struct ph_rulefile_error *err)
{
    if (err->line)
        snprintf(error, RULESET_ERROR, "%s:%u:%u: %s", name, err->line, err->column, err->text);
    else
        snprintf(error, RULESET_ERROR, "%s: %s", name, err->text);
}

/* ---- Loading ----------------------------------------------------------------------- */

static bool parse(const char *name, const char *text, size_t len, struct ph_rulefile *out,
                  char error[RULESET_ERROR])
{
    struct ph_rulefile_error err;

    if (!ph_rulefile_parse(text, len, out, &err)) {
        name_place(error, name, &err);
        return false;
    }
    if (!check(out, &err)) {
        name_place(error, name, &err);
        ph_rulefile_fini(out);
        return false;
    }
    return true;
}

bool ruleset_load(const char *name, struct ph_rulefile *out, char error[RULESET_ERROR])
{
    struct buf text;
    char why[256];
    bool good;

    if (name == NULL)
        return parse("built-in", ruleset_builtin, strlen(ruleset_builtin), out, error);
    buf_init(&text, PH_RULEFILE_BYTES);
    good = readfile(name, &text, why);
    if (!good)
        snprintf(error, RULESET_ERROR, "%s", why);
    else
        good = parse(name, buf_text(&text), text.len, out, error);
    buf_fini(&text);
    return good;
}

bool ruleset_is(const char *word)
{
    struct stat st;

    return stat(word, &st) == 0 && S_ISREG(st.st_mode);
}
