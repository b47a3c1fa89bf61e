/* SPDX-License-Identifier: MIT */
/*
 * cmd_watch: not built yet.
 */
#include "cmd_watch.h"

#include "exitcode.h"
#include "say.h"

int cmd_watch(const struct opts *opts, char **arguments, int count)
{
    (void)opts;
    (void)arguments;
    (void)count;
    say_error("'porthole watch' is not built yet");
    return EXITCODE_INTERNAL;
}
