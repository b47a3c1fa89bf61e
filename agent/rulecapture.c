/* SPDX-License-Identifier: MIT */
/* Owns the way from rules of a file to capture rules. Reads the file once, at the start. */
#include "rulecapture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "rulefile.h"
#include "status.h"
#include "text.h"
#include "watched.h"

#define LIMIT 3u

static enum porthole_status refuse(porthole_error *err, const char *path, unsigned line,
                                   unsigned column, const char *what)
{
    if (line == 0)
        return ph_fail(err, PORTHOLE_EINVAL, "cannot use rule file '%s': %s", path, what);
    return ph_fail(err, PORTHOLE_EINVAL, "cannot use rule file: %s:%u:%u: %s", path, line,
                   column, what);
}

/* ---- Whom it concerns -------------------------------------------------------------- */

/* A label that the process does not know of itself is "". */
static const char *label_of(const struct porthole_config *config, const char *name)
{
    const struct {
        const char *name, *value;
    } labels[] = { { "service", config->service },
                   { "component", config->component },
                   { "ident", config->ident },
                   { "version", config->version } };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(name, labels[i].name) == 0 && labels[i].value)
            return labels[i].value;
    return "";
}

static bool admits(const struct ph_rulefile_rule *rule, const struct porthole_config *config)
{
    for (size_t i = 0; i < rule->n_where; i++)
        if (ph_rulefile_matches(rule->where[i].pattern,
                                label_of(config, rule->where[i].label)) ==
            rule->where[i].differs)
            return false;
    return true;
}

/* ---- Triggers ---------------------------------------------------------------------- */

static bool is_heap_share(const struct ph_rulefile_rule *rule)
{
    static const char *const figures[] = { "heap.used_bytes", "heap.share",
                                           "heap.used_after_full_gc_bytes" };
    const char *figure = rule->figure;

    if (strncmp(figure, "threads.", 8) == 0)
        figure += 8;
    for (size_t i = 0; i < 3; i++)
        if (strcmp(figure, figures[i]) == 0)
            return rule->percent && rule->op == PH_OP_ABOVE;
    return false;
}

/* NULL, or why it cannot be evaluated here. */
static const char *take_trigger(const struct ph_rulefile_rule *from, struct ph_rule *to)
{
    switch (from->when) {
    case PH_WHEN_BLOCKED:
        to->trigger = PH_TRIGGER_BLOCKED;
        to->over_ns = (uint64_t)(from->value * (double)PH_NS_PER_S);
        return NULL;
    case PH_WHEN_NEAR_HEAP_LIMIT:
        to->trigger = PH_TRIGGER_NEAR_LIMIT;
        return NULL;
    case PH_WHEN_THRESHOLD:
        to->trigger = PH_TRIGGER_HEAP;
        to->over_percent = 100 * from->value;
        return is_heap_share(from) ? NULL
                                   : "of thresholds a process captures by 'heap.used_bytes > "
                                     "N%' only";
    case PH_WHEN_VERDICT:
        to->trigger = (enum ph_trigger)(PH_TRIGGER_SUSPECT + from->grade - PH_SUSPECT);
        to->class_of = from->of[0] ? ph_class_named(from->of) : PH_CLASSES;
        return from->of[0] && to->class_of == PH_CLASSES
                   ? "a process captures by verdicts of a class, as 'of sockets', only"
                   : NULL;
    default:
        return "a process does not capture by this trigger; 'blocked', 'heap.used_bytes > N%', "
               "'near-heap-limit' and 'verdict' it does";
    }
}

/* ---- Rules ------------------------------------------------------------------------- */

static const char *take_action(const struct ph_rulefile_rule *rule,
                               const struct ph_rulefile_do *action, struct ph_rules *rules)
{
    struct ph_rule *to = &rules->rule[rules->n];
    const char *why;

    if (rules->n == PH_RULES)
        return "more captures than the 16 there can be";
    *to = (struct ph_rule){ .limit = rule->limit ? rule->limit : LIMIT,
                            .for_ns = (uint64_t)(rule->for_s * (double)PH_NS_PER_S),
                            .lasts_ns = (uint64_t)(action->lasts_s * (double)PH_NS_PER_S),
                            .class_of = PH_CLASSES };
    ph_text_copy(to->text, sizeof to->text, rule->name);
    if (strcmp(rule->thread, "any") == 0)
        to->thread = PH_RULE_ANY_THREAD;
    else if (rule->thread[0] && strcmp(rule->thread, "main") != 0)
        to->thread = (int)strtol(rule->thread, NULL, 10);
    to->action = action->text[0] == 's'   ? PH_ACTION_STACK
                 : action->text[0] == 'p' ? PH_ACTION_PROFILE
                                          : PH_ACTION_HISTOGRAM;
    why = take_trigger(rule, to);
    rules->n += why == NULL;
    return why;
}

static enum porthole_status take_rules(const struct ph_rulefile *file,
                                       const struct porthole_config *config,
                                       struct ph_rules *rules, porthole_error *err)
{
    for (size_t i = 0; i < file->n; i++) {
        const struct ph_rulefile_rule *rule = &file->rule[i];

        for (size_t a = 0; a < rule->n_do; a++) {
            const char *why;

            if (rule->action[a].kind != PH_DO_CAPTURE || !admits(rule, config))
                continue;
            why = take_action(rule, &rule->action[a], rules);
            if (why)
                return refuse(err, config->rules, rule->when_line, rule->when_column, why);
        }
    }
    return PORTHOLE_OK;
}

/* ---- The file ---------------------------------------------------------------------- */

/* Only a plain file: a pipe would keep the application's start waiting for who writes to it.
 * -1 with errno. */
static int open_plain(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

/* One byte more than may be, so that too much is seen; NULL with errno. */
static char *read_file(const char *path, size_t *len)
{
    int fd = open_plain(path), error;
    char *text = fd >= 0 ? malloc(PH_RULEFILE_BYTES + 1) : NULL;
    ssize_t n = 0;

    *len = 0;
    while (text && *len <= PH_RULEFILE_BYTES &&
           (n = read(fd, text + *len, PH_RULEFILE_BYTES + 1 - *len)) > 0)
        *len += (size_t)n;
    error = errno;
    if (n < 0) {
        free(text);
        text = NULL;
    }
    if (fd >= 0)
        close(fd);
    errno = error;
    return text;
}

enum porthole_status ph_rulecapture_read(const struct porthole_config *config,
                                         struct ph_rules *rules, porthole_error *err)
{
    struct ph_rulefile_error mistake;
    struct ph_rulefile file;
    enum porthole_status rc;
    char what[256];
    size_t len;
    char *text = read_file(config->rules, &len);
    bool good;

    if (!text)
        return refuse(err, config->rules, 0, 0, strerror_r(errno, what, sizeof what));
    good = ph_rulefile_parse(text, len, &file, &mistake);
    free(text);
    if (!good)
        return refuse(err, config->rules, mistake.line, mistake.column, mistake.text);
    rc = take_rules(&file, config, rules, err);
    ph_rulefile_fini(&file);
    return rc;
}
