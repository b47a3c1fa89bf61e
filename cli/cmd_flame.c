/* SPDX-License-Identifier: MIT */
/*
 * cmd_flame: a word that is a file's name is a file; everything else is a target.
 */
#include "cmd_flame.h"

#include "exitcode.h"
#include "flame_page.h"
#include "outfile.h"
#include "profile.h"
#include "readfile.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The profile's text, from where it is. */
static int get(const struct opts *opts, char *word, struct buf *text)
{
    char why[256];

    if (!readfile_is(word))
        return profile_take(opts, word, text);
    buf_init(text, TREEFILE_BYTES);
    if (readfile(word, text, why))
        return EXITCODE_FINE;
    say_error("%s", why);
    return EXITCODE_NONE;
}

static bool tell(const struct treefile *profile, const char *name)
{
    struct buf out = { 0 };
    bool good = true;

    if (strcmp(name, "-") != 0) {
        profile_describe(&out, profile, name);
        good = say(buf_text(&out), out.len);
    }
    buf_fini(&out);
    return good;
}

static int write_page(const struct opts *opts, const struct treefile *profile)
{
    struct outfile_origin origin = { profile->service, profile->pid, profile->at, ".html" };
    char *name = outfile_name(opts->output, &origin);
    struct buf page = { .limit = 2 * TREEFILE_BYTES };
    int code = EXITCODE_INTERNAL;

    if (flame_page_write(&page, profile))
        code = profile_write(name, opts->force, &page);
    else
        say_error("cannot write '%s': the profile is too big for one page", name);
    buf_fini(&page);
    if (code == EXITCODE_FINE && !tell(profile, name))
        code = EXITCODE_INTERNAL;
    free(name);
    return code;
}

int cmd_flame(const struct opts *opts, char **arguments, int count)
{
    struct buf text = { 0 };
    struct treefile profile;
    char why[256];
    int code;

    (void)count;
    if (opts->output != NULL && !outfile_may(opts->output, opts->force, why)) {
        say_error("%s", why);
        return EXITCODE_USAGE;
    }
    code = get(opts, arguments[0], &text);
    if (code == EXITCODE_FINE && !treefile_read(buf_text(&text), text.len, &profile, why)) {
        say_error("cannot read the profile in '%s': %s", arguments[0], why);
        code = EXITCODE_SOME;
    } else if (code == EXITCODE_FINE) {
        code = write_page(opts, &profile);
        treefile_fini(&profile);
    }
    buf_fini(&text);
    return code;
}
