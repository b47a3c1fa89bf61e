/* SPDX-License-Identifier: MIT */
/*
 * promrules: a stub; H7's goes here.
 */
#include "promrules.h"

#include "exitcode.h"

#include <stdio.h>

int promrules_write(struct buf *out, const struct ph_rulefile *rules, char error[256])
{
    (void)out;
    (void)rules;
    snprintf(error, 256, "'porthole rules --prometheus' is not built yet");
    return EXITCODE_INTERNAL;
}
