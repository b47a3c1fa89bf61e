/* SPDX-License-Identifier: MIT */
/*
 * cmd_objects: which words are what, and what is said beside the table.
 */
#include "cmd_objects.h"

#include "answer.h"
#include "exitcode.h"
#include "objectask.h"
#include "objectout.h"
#include "say.h"
#include "units.h"

#include <math.h>
#include <string.h>

#define LIMIT 100
#define LIMIT_MOST 1000000
#define CAUSES_MOST 8

/* A first word that no one would call a type. */
static bool is_target(const char *word)
{
    static const char *const begins[] = { "pid:", "unix:", "http://", "https://", "@" };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (strncmp(word, begins[i], strlen(begins[i])) == 0)
            return true;
    }
    return false;
}

/* ---- What is said on stderr ----------------------------------------------------------- */

static void say_cause(const char *target, struct jsonspan thread, struct jsonspan cause)
{
    struct jsonspan name = jsonspan_find(thread, "name");
    struct buf text = { .limit = 1000 };

    if (jsonspan_kind(name) == '"') {
        buf_puts(&text, "thread ");
        jsonspan_text(&text, name);
        buf_puts(&text, ": ");
    }
    if (jsonspan_kind(cause) == '"')
        jsonspan_text(&text, cause);
    say_error("'%s' is not complete: %s", target, buf_text(&text));
    buf_fini(&text);
}

static void say_causes(const char *target, struct jsonspan causes)
{
    struct jsonspan_walk walk = jsonspan_begin(causes);
    struct jsonspan key, value;

    if (jsonspan_kind(causes) == '"')
        say_cause(target, (struct jsonspan){ NULL, 0 }, causes);
    for (int i = 0; i < CAUSES_MOST && !walk.object && jsonspan_next(&walk, &key, &value); i++)
        say_cause(target, jsonspan_find(value, "thread"), jsonspan_find(value, "cause"));
}

static void say_copies(const struct objectask *ask)
{
    for (size_t i = 0; i < ask->count; i++) {
        const char *target = ask->session.round.entries[i]->target.name;
        char age[UNITS_BYTES];

        if (!isnan(ask->answers[i].copy_ms)) {
            units_age(age, ask->answers[i].copy_ms / 1000);
            say_error("'%s' shows copies, up to %s old", target, age);
        }
        say_causes(target, ask->answers[i].causes);
    }
}

/* Nobody has it; whether that is worth an exit code depends on what was asked for. */
static int say_nothing(const struct objectask *ask, const char *word)
{
    size_t asked = 0;

    for (size_t i = 0; i < ask->count; i++)
        asked += ask->session.round.entries[i]->job.cause == CAUSE_NONE;
    if (asked == 0 || ask->objects.row_count > 0 || ask->query == NULL)
        return EXITCODE_FINE;
    say_error("no object '%s'; 'porthole objects' lists the types (-h TARGET to name a target)",
              word);
    return ask->query->has_id ? EXITCODE_SOME : EXITCODE_FINE;
}

/* ---- The command ---------------------------------------------------------------------- */

static bool print(struct objectask *ask, const struct opts *opts)
{
    struct names fields = query_fields(&opts->fields);
    bool good;

    objects_sort_types(&ask->objects);
    if (opts->json)
        good = objectout_json(ask);
    else if (ask->query == NULL)
        good = objectout_types(ask);
    else if (ask->query->has_id)
        good = objectout_whole(ask);
    else
        good = ask->objects.row_count == 0 || objectout_table(ask, &fields);
    names_fini(&fields);
    return good;
}

static int show(struct objectask *ask, const struct opts *opts, const char *word)
{
    const struct round *round = &ask->session.round;
    int code = session_exitcode(&ask->session), nothing;

    if ((code != EXITCODE_NONE || opts->json) && !print(ask, opts))
        return EXITCODE_INTERNAL;
    say_copies(ask);
    nothing = say_nothing(ask, word);
    answer_say_failures(round);
    return nothing > code ? nothing : code;
}

int cmd_objects(const struct opts *opts, char **arguments, int count)
{
    bool typed = count > 0 && !is_target(arguments[0]);
    struct query query = query_parse(typed ? arguments[0] : "");
    struct objectask ask = { .query = typed ? &query : NULL };
    uint32_t limit = opts->limit > 0 ? (uint32_t)fmin(opts->limit, LIMIT_MOST) : LIMIT;
    int code;

    if (opts->limit > LIMIT_MOST) {
        say_error("bad value '%.0f' for '--limit': more than %d", opts->limit, LIMIT_MOST);
        return EXITCODE_USAGE;
    }
    if (typed && query.type.len == 0) {
        say_error("bad object '%s': it must be TYPE or TYPE:ID", arguments[0]);
        return EXITCODE_USAGE;
    }
    code = objectask_run(&ask, opts, arguments + typed, count - typed, limit);
    if (code != EXITCODE_FINE)
        return code;
    code = show(&ask, opts, typed ? arguments[0] : "");
    objectask_end(&ask);
    return code;
}
