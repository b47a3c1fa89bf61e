/* SPDX-License-Identifier: MIT */
/*
 * cmd_check: not built yet.
 */
#include "cmd_check.h"

#include "exitcode.h"
#include "say.h"

int cmd_check(const struct opts *opts, char **arguments, int count)
{
    (void)opts;
    (void)arguments;
    (void)count;
    say_error("'porthole check' is not built yet");
    return EXITCODE_INTERNAL;
}
