/* SPDX-License-Identifier: MIT */
/*
 * ruleset: reads, and checks what the language cannot.
 */
#include "ruleset.h"

#include "agent/rulevalue.h"
#include "judgewhen.h"
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

/* Figures that are no vitals, as far as this version knows; "threads." is left out. */
static const char *const others[] = {
    "process.virtual_bytes",
    "process.threads",
    "process.page_faults_major",
    "process.context_switches_involuntary",
    "loop.turns",
    "loop.delay_ms.mean",
    "loop.delay_ms.p90",
    "loop.delay_ms.max",
    "loop.blocks.longest_ms",
    "heap.total_bytes",
    "heap.physical_bytes",
    "heap.array_buffers_bytes",
    "heap.malloced_bytes",
    "heap.allocated_bytes",
    "heap.promoted_bytes",
    "heap.native_contexts",
    "heap.detached_contexts",
    "heap.near_limit",
    "gc.num_inc_gc",
    "gc.num_minor_gc",
    "gc.heap_compactions",
    "gc.usage_trend",
    "gc.estimated_base",
    "gc.time_share",
    "gc.allocated_bytes_per_s",
    "gc.promoted_bytes_per_s",
    "handles.active",
    "handles.timers",
    "handles.immediates",
    "listeners.low",
    "listeners.high",
    "listeners.emitters",
    "http.server.finished",
    "http.server.aborted",
    "http.server.errors",
    "http.client.started",
    "http.client.finished",
    "http.client.aborted",
    "sockets.tcp.syn_sent",
    "sockets.tcp.syn_recv",
    "sockets.tcp.fin_wait1",
    "sockets.tcp.fin_wait2",
    "sockets.tcp.close",
    "sockets.tcp.last_ack",
    "sockets.tcp.listen",
    "sockets.tcp.closing",
    "sockets.udp",
    "sockets.unix",
    "sockets.other",
    "sockets.recv_queue_bytes",
    "sockets.send_queue_bytes",
    "sockets.oldest_s",
    "sockets.close_wait.count",
    "sockets.close_wait.oldest_s",
};

#define OTHERS (sizeof others / sizeof others[0])

static const char *bare(const char *figure)
{
    return strncmp(figure, "threads.", 8) == 0 ? figure + 8 : figure;
}

/* NULL: it is one we know, or nothing is near, and a later agent may have it. Names that
 * applications choose are like nothing. */
static const char *near_figure(const char *figure)
{
    static const char *const free_names[] = { "objects.", "metrics.", "resources." };
    const char *names[VITALS + OTHERS];
    size_t n = 0;

    figure = bare(figure);
    for (size_t i = 0; i < 3; i++)
        if (strncmp(figure, free_names[i], strlen(free_names[i])) == 0)
            return NULL;
    for (size_t i = 0; i < VITALS; i++)
        names[n++] = bare(vitals[i].name);
    for (size_t i = 0; i < OTHERS; i++)
        names[n++] = others[i];
    for (size_t i = 0; i < n; i++)
        if (strcmp(figure, names[i]) == 0)
            return NULL;
    return ph_rulevalue_near(figure, names, n);
}

static bool has_limit(const char *figure)
{
    enum vital vital = vitals_find(figure, strlen(figure));

    return vital != VITAL_NONE &&
           (vitals[vital].limit != VITAL_NONE || vitals[vital].unit == VITAL_RATIO);
}

static bool check_rule(const struct ph_rulefile_rule *rule, char what[192])
{
    const char *near;

    what[0] = '\0';
    if (rule->figure[0] == '\0')
        return true;
    near = near_figure(rule->figure);
    if (near != NULL || !judgewhen_is_figure(rule->figure)) {
        snprintf(what, 192, "no figure is called '%s'%s%s%s", rule->figure,
                 near ? "; is it '" : "", near ? near : "", near ? "'?" : "");
    } else if (rule->percent && !has_limit(rule->figure)) {
        snprintf(what, 192, "'%s' has no limit that it could be a share of", rule->figure);
    } else if (rule->when == PH_WHEN_OUTLIER &&
               fleet_trail(vitals_find(rule->figure, strlen(rule->figure))) == FLEET_TRAILS) {
        snprintf(what, 192, "'%s' is not followed over time; 'sockets.total' is", rule->figure);
    }
    return what[0] == '\0';
}

static bool check(const char *name, const struct ph_rulefile *rules, char error[RULESET_ERROR])
{
    char what[192];

    for (size_t i = 0; i < rules->n; i++) {
        const struct ph_rulefile_rule *rule = &rules->rule[i];
        const char *at = strstr(rule->trigger, rule->figure);

        if (check_rule(rule, what))
            continue;
        snprintf(error, RULESET_ERROR, "%s:%u:%u: %s", name, rule->when_line,
                 rule->when_column + (unsigned)(at ? at - rule->trigger : 0), what);
        return false;
    }
    return true;
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
    if (!check(name, out, error)) {
        ph_rulefile_fini(out);
        return false;
    }
    if (!notify_check(out, &err)) {
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
