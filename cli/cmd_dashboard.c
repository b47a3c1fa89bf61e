/* SPDX-License-Identifier: MIT */
/*
 * cmd_dashboard: asks nobody.
 */
#include "cmd_dashboard.h"

#include "dashboard.h"
#include "exitcode.h"
#include "say.h"

int cmd_dashboard(const struct opts *opts, char **arguments, int count)
{
    struct buf out = { 0 };
    bool good;

    (void)opts;
    (void)arguments;
    (void)count;
    dashboard_write(&out);
    good = say(buf_text(&out), out.len);
    buf_fini(&out);
    return good ? EXITCODE_FINE : EXITCODE_INTERNAL;
}
