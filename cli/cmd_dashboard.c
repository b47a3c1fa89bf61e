/* SPDX-License-Identifier: MIT */
/*
 * cmd_dashboard: not built yet.
 */
#include "cmd_dashboard.h"

#include "exitcode.h"
#include "say.h"

int cmd_dashboard(const struct opts *opts, char **arguments, int count)
{
    (void)opts;
    (void)arguments;
    (void)count;
    say_error("'porthole dashboard' is not built yet");
    return EXITCODE_INTERNAL;
}
