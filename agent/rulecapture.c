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
#include "figure.h"
#include "rulefile.h"
#include "status.h"
#include "text.h"

#define LIMIT 3u
#define COOLDOWN_S 60.0

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

/* NULL, or why it cannot be evaluated here. */
static const char *refuse_trigger(const struct ph_rulefile_rule *rule)
{
    switch (rule->when) {
    case PH_WHEN_ABSENT:
        return "a process cannot see that it is absent; 'absent' is for 'porthole watch'";
    case PH_WHEN_RESTARTED:
        return "a process does not live to see its restart; 'restarted' is for 'porthole "
               "watch'";
    case PH_WHEN_OUTLIER:
        return "a process does not see its peers; 'outlier' is for 'porthole watch'";
    case PH_WHEN_RATE:
    case PH_WHEN_GROWS:
        return strcmp(rule->thread, "any") == 0
                   ? "this is followed of one thread, or of all together: 'thread: any' is "
                     "neither"
                   : NULL;
    default:
        return NULL;
    }
}

/* How the loop and V8 are looked at: see capture_watch.c. */
static void take_trigger(const struct ph_rulefile_rule *from, struct ph_rule *to)
{
    if (from->when == PH_WHEN_BLOCKED)
        to->over_ns = (uint64_t)(from->value * (double)PH_NS_PER_S);
    to->trigger = from->when == PH_WHEN_BLOCKED ? PH_TRIGGER_BLOCKED : PH_TRIGGER_NEAR_LIMIT;
}

/* ---- Rules ------------------------------------------------------------------------- */

static bool captures(const struct ph_rulefile_rule *rule)
{
    for (size_t i = 0; i < rule->n_do; i++)
        if (rule->action[i].kind == PH_DO_CAPTURE)
            return true;
    return false;
}

static enum porthole_status check(const struct ph_rulefile *file, const char *path,
                                  porthole_error *err)
{
    for (size_t i = 0; i < file->n; i++) {
        const struct ph_rulefile_rule *rule = &file->rule[i];
        const char *why = captures(rule) ? refuse_trigger(rule) : NULL;
        struct ph_rulefile_error mistake;

        if (why)
            return refuse(err, path, rule->when_line, rule->when_column, why);
        if (!ph_figure_check(rule, &mistake))
            return refuse(err, path, mistake.line, mistake.column, mistake.text);
    }
    return PORTHOLE_OK;
}

/* Only what this process does stays, and less memory with it. */
static void keep_own(struct ph_rulefile *file, const struct porthole_config *config)
{
    struct ph_rulefile_rule *less;
    size_t kept = 0;

    for (size_t i = 0; i < file->n; i++)
        if (captures(&file->rule[i]) && admits(&file->rule[i], config))
            file->rule[kept++] = file->rule[i];
    file->n = kept;
    less = kept ? realloc(file->rule, kept * sizeof *file->rule) : NULL;
    file->rule = less ? less : file->rule;
}

static void take_action(const struct ph_rulefile_rule *rule,
                        const struct ph_rulefile_do *action, struct ph_rules *rules)
{
    struct ph_rule *to = &rules->rule[rules->n++];

    *to = (struct ph_rule){ .file = rule,
                            .limit = rule->limit ? rule->limit : LIMIT,
                            .lasts_ns = (uint64_t)(action->lasts_s * (double)PH_NS_PER_S),
                            .class_of = PH_CLASSES,
                            .thread = PH_RULE_ANY_THREAD };
    ph_text_copy(to->text, sizeof to->text, rule->name);
    if (rule->thread[0] && strcmp(rule->thread, "any") != 0)
        to->thread = (int)strtol(rule->thread, NULL, 10); /* 0: main */
    to->action = action->text[0] == 's'   ? PH_ACTION_STACK
                 : action->text[0] == 'p' ? PH_ACTION_PROFILE
                                          : PH_ACTION_HISTOGRAM;
    take_trigger(rule, to);
}

static enum porthole_status take_rules(struct ph_rules *rules, const char *path,
                                       porthole_error *err)
{
    for (size_t i = 0; i < rules->file.n; i++) {
        struct ph_rulefile_rule *rule = &rules->file.rule[i];

        if (rule->cooldown_s == 0)
            rule->cooldown_s = COOLDOWN_S;
        for (size_t a = 0; a < rule->n_do; a++) {
            if (rule->action[a].kind != PH_DO_CAPTURE)
                continue;
            if (rules->n == PH_RULES)
                return refuse(err, path, rule->when_line, rule->when_column,
                              "more captures than the 16 there can be");
            take_action(rule, &rule->action[a], rules);
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
    enum porthole_status rc;
    char what[256];
    size_t len;
    char *text = read_file(config->rules, &len);
    bool good;

    if (!text)
        return refuse(err, config->rules, 0, 0, strerror_r(errno, what, sizeof what));
    good = ph_rulefile_parse(text, len, &rules->file, &mistake);
    free(text);
    if (!good)
        return refuse(err, config->rules, mistake.line, mistake.column, mistake.text);
    rc = check(&rules->file, config->rules, err);
    if (rc == PORTHOLE_OK) {
        keep_own(&rules->file, config);
        rc = take_rules(rules, config->rules, err);
    }
    if (rc)
        ph_rules_fini(rules);
    return rc;
}
