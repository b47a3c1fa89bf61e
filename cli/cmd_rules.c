/* SPDX-License-Identifier: MIT */
/*
 * cmd_rules: not built yet.
 */
#include "cmd_rules.h"

#include "exitcode.h"
#include "say.h"

int cmd_rules(const struct opts *opts, char **arguments, int count)
{
    (void)opts;
    (void)arguments;
    (void)count;
    say_error("'porthole rules' is not built yet");
    return EXITCODE_INTERNAL;
}
