/* SPDX-License-Identifier: MIT */
/*
 * nofile: owns the soft limit that was found.
 */
#include "nofile.h"

#include <stdbool.h>
#include <sys/resource.h>

static rlim_t found;
static bool is_raised;

void nofile_raise(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (!is_raised)
        found = limit.rlim_cur;
    is_raised = true;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void nofile_lower(void)
{
    struct rlimit limit;

    if (!is_raised || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = found;
    setrlimit(RLIMIT_NOFILE, &limit);
}
