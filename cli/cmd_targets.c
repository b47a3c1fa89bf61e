/* SPDX-License-Identifier: MIT */
/*
 * cmd_targets: not built yet.
 */
#include "cmd_targets.h"

#include "exitcode.h"
#include "say.h"

int cmd_targets(const struct opts *opts, char **arguments, int count)
{
    (void)opts;
    (void)arguments;
    (void)count;
    say_error("'porthole targets' is not built yet");
    return EXITCODE_INTERNAL;
}
