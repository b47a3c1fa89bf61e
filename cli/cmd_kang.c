/* SPDX-License-Identifier: MIT */
/*
 * cmd_kang: kang 0.0.3 without its ways to lose what it has: one target that fails costs
 * nothing but its own objects.
 */
#include "cmd_kang.h"

#include "exitcode.h"
#include "kangask.h"
#include "kangout.h"
#include "query.h"
#include "say.h"

#include <stdlib.h>

#define NAMED_TYPES 8

/* What there is instead, when there is nothing of the type asked for. */
static void say_empty(const struct kangset *set, const struct query *query)
{
    uint32_t *order = kangset_order(&set->names);
    struct buf text = { 0 };

    buf_puts(&text, "no object '");
    buf_add(&text, query->type.text, query->type.len);
    if (query->has_id) {
        buf_puts(&text, ":");
        buf_add(&text, query->id.text, query->id.len);
    }
    buf_puts(&text, "'; types:");
    for (uint32_t i = 0; i < set->names.count && i < NAMED_TYPES; i++) {
        buf_puts(&text, i > 0 ? ", " : " ");
        buf_add(&text, set->names.items[order[i]].text, set->names.items[order[i]].len);
    }
    say_error("%s%s", buf_text(&text), set->names.count > NAMED_TYPES ? ", ..." : "");
    buf_fini(&text);
    free(order);
}

static int show(const struct kangask *ask, const struct query *query, struct kangout out)
{
    struct kangrow_list list =
        kangrow_find(&ask->set, query->type, query->has_id ? &query->id : NULL);
    bool good = true;

    out.list = &list;
    if (ask->set.origin_count > 0) {
        good = kangout_print(&out);
        if (list.count == 0)
            say_empty(&ask->set, query);
    }
    kangrow_fini(&list);
    return good ? kangask_conclude(ask) : EXITCODE_INTERNAL;
}

int cmd_kang(const struct opts *opts, char **arguments, int count)
{
    struct query query = query_parse(arguments[0]);
    struct names fields = query_fields(&opts->fields);
    struct kangout out = { .fields = &fields, .long_listing = opts->long_listing };
    struct kangask ask;
    int code;

    (void)count;
    if (opts->format != NULL && !kangout_find(opts->format, &out.format)) {
        say_error("bad format '%s': text, json, ndjson or csv", opts->format);
        names_fini(&fields);
        return EXITCODE_USAGE;
    }
    code = kangask_run(&ask, opts, NULL, 0, &query.type);
    if (code == EXITCODE_FINE) {
        code = show(&ask, &query, out);
        kangask_end(&ask);
    }
    names_fini(&fields);
    return code;
}
