/* SPDX-License-Identifier: MIT */
/*
 * profile: one request that lasts as long as the profile, and the answer in short.
 */
#include "profile.h"

#include "ask.h"
#include "exitcode.h"
#include "folded.h"
#include "outfile.h"
#include "porthole_wire.h"
#include "say.h"
#include "units.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define HOTTEST 5

static bool take(void *to, const char *bytes, size_t len)
{
    return buf_add(to, bytes, len);
}

static void write_path(struct buf *path, const struct opts *opts)
{
    buf_puts(path, opts->heap ? PORTHOLE_PATH_HEAP_PROFILE : PORTHOLE_PATH_PROFILE);
    buf_printf(path, "?seconds=%.15g", opts->seconds_ms / 1000);
    if (opts->thread != NULL)
        buf_printf(path, "&thread=%s", opts->thread);
    if (opts->interval_us > 0)
        buf_printf(path, "&interval_us=%u", opts->interval_us);
    if (opts->timeout_given) /* an answer that says why is better than a deadline */
        buf_printf(path, "&wait_ms=%.0f", fmin(fmax(opts->timeout_ms * 0.8, 50), 60000));
}

static int explain(const struct ask *ask, const struct ask_request *request,
                   const struct buf *text)
{
    char size[UNITS_BYTES];

    if (!text->full)
        return ask_explain(ask, request);
    units_bytes(size, TREEFILE_BYTES);
    say_error("cannot get %s of '%s': it has more than %s; ask for fewer '--seconds'",
              request->noun, ask->target, size);
    return EXITCODE_SOME;
}

int profile_take(const struct opts *opts, char *word, struct buf *text)
{
    struct buf path = { 0 };
    struct ask ask;
    struct ask_request request = { .noun = opts->heap ? "a heap profile" : "a profile",
                                   .doing = "profiling",
                                   .timeout_ms = opts->seconds_ms + opts->timeout_ms,
                                   .expected_s = opts->seconds_ms / 1000,
                                   .signals = -1,
                                   .take = take,
                                   .to = text };
    int code;

    buf_init(text, TREEFILE_BYTES);
    write_path(&path, opts);
    request.path = buf_text(&path);
    code = ask_open(&ask, opts, word);
    if (code == EXITCODE_FINE) {
        if (!ask_run(&ask, &request))
            code = explain(&ask, &request, text);
        ask_close(&ask);
    }
    buf_fini(&path);
    if (code != EXITCODE_FINE)
        buf_fini(text);
    return code;
}

/* ---- In short ------------------------------------------------------------------------ */

static double share(const struct treefile *profile, double self)
{
    double all = profile->tree.nodes[0].total;

    return all > 0 ? 100 * self / all : 0;
}

static void add_clean(struct buf *out, const struct buf *text)
{
    text_clean(out, buf_text(text), text->len, say_charset());
}

static void describe_thread(struct buf *out, const struct treefile *profile)
{
    if (profile->thread[0] == '\0')
        return;
    buf_puts(out, " of thread '");
    text_clean(out, profile->thread, strlen(profile->thread), say_charset());
    buf_puts(out, "'");
}

static void describe_figures(struct buf *out, const struct treefile *profile)
{
    double idle = calltree_self_of(&profile->tree, "(idle)");
    char size[UNITS_BYTES];

    if (profile->tree.unit == CALLTREE_BYTES) {
        units_bytes(size, profile->tree.nodes[0].total);
        buf_printf(out, "%s live bytes", size);
    } else {
        buf_printf(out, "%zu samples in %.1f s", profile->samples, profile->span_us / 1e6);
    }
    describe_thread(out, profile);
    if (idle > 0)
        buf_printf(out, ", %.1f%% idle", share(profile, idle));
}

static void describe_cost(struct buf *out, const struct treefile *profile)
{
    if (!isnan(profile->loop_ms))
        buf_printf(out, ", cost %.1f ms of the loop", profile->loop_ms);
    if (profile->truncated)
        buf_puts(out, ", cut at the agent's ceiling");
}

void profile_describe(struct buf *out, const struct treefile *profile, const char *file)
{
    uint32_t hottest[HOTTEST];
    size_t count = calltree_hottest(&profile->tree, hottest, HOTTEST);

    text_clean(out, file, strlen(file), say_charset());
    buf_puts(out, ": ");
    describe_figures(out, profile);
    describe_cost(out, profile);
    buf_puts(out, "\n");
    for (size_t i = 0; i < count; i++) {
        const struct functions_item *function = &profile->tree.functions.items[hottest[i]];
        struct buf name = { 0 };

        folded_name(&name, function);
        buf_printf(out, "%6.1f%%  ", share(profile, function->self));
        add_clean(out, &name);
        buf_puts(out, "\n");
        buf_fini(&name);
    }
}

/* A terminal gets nothing that could drive it. */
static int show(const struct buf *text)
{
    struct buf clean = { .limit = 6 * TREEFILE_BYTES };
    bool good;

    text_clean_lines(&clean, buf_text(text), text->len, say_charset());
    good = say(buf_text(&clean), clean.len);
    buf_fini(&clean);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}

int profile_write(const char *name, bool replace, const struct buf *text)
{
    char why[256];

    if (strcmp(name, "-") == 0 && isatty(STDOUT_FILENO) == 1)
        return show(text);
    if (outfile_save(name, replace, text, why))
        return EXITCODE_FINE;
    say_error("%s", why);
    return EXITCODE_INTERNAL;
}
