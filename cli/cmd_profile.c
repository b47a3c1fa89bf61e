/* SPDX-License-Identifier: MIT */
/*
 * cmd_profile: the profile goes into the file as it came; it is read only to tell the
 * operator at once what is hot.
 */
#include "cmd_profile.h"

#include "exitcode.h"
#include "folded.h"
#include "outfile.h"
#include "profile.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *suffix(const struct opts *opts)
{
    if (opts->folded)
        return ".folded";
    return opts->heap ? ".heapprofile" : ".cpuprofile";
}

/* On stdout the profile itself leaves no room for words. */
static bool tell(const struct treefile *profile, const char *name)
{
    struct buf out = { 0 };
    bool good = true;

    profile_describe(&out, profile, strcmp(name, "-") == 0 ? "standard output" : name);
    if (strcmp(name, "-") == 0)
        fputs(buf_text(&out), stderr);
    else
        good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good;
}

/* Keep what came, folded or as it is. */
static int keep(const struct opts *opts, const char *name, const struct buf *text,
                const struct treefile *profile)
{
    struct buf folded = { .limit = TREEFILE_BYTES };
    int code;

    if (!opts->folded)
        return profile_write(name, opts->force, text);
    if (folded_write(&folded, &profile->tree)) {
        code = profile_write(name, opts->force, &folded);
    } else {
        say_error("cannot fold the profile: its stacks are too deep; leave '--folded' out");
        code = EXITCODE_INTERNAL;
    }
    buf_fini(&folded);
    return code;
}

static int finish(const struct opts *opts, const char *target, const struct buf *text)
{
    struct outfile_origin origin = { "", NAN, "", suffix(opts) };
    struct treefile profile;
    char why[128], *name;
    int code;

    if (!treefile_read(buf_text(text), text->len, &profile, why)) {
        say_error("cannot read the profile of '%s': %s", target, why);
        return EXITCODE_SOME;
    }
    origin.service = profile.service;
    origin.pid = profile.pid;
    origin.at = profile.at;
    name = outfile_name(opts->output, &origin);
    code = keep(opts, name, text, &profile);
    if (code == EXITCODE_FINE && !tell(&profile, name))
        code = EXITCODE_INTERNAL;
    free(name);
    treefile_fini(&profile);
    return code;
}

int cmd_profile(const struct opts *opts, char **arguments, int count)
{
    struct buf text = { 0 };
    char why[256];
    int code;

    (void)count;
    if (opts->output != NULL && !outfile_may(opts->output, opts->force, why)) {
        say_error("%s", why);
        return EXITCODE_USAGE;
    }
    code = profile_take(opts, arguments[0], &text);
    if (code != EXITCODE_FINE)
        return code;
    code = finish(opts, arguments[0], &text);
    buf_fini(&text);
    return code;
}
