/* SPDX-License-Identifier: MIT */
/*
 * cmd_top: where the rows come from, and how they are shown.
 */
#include "cmd_top.h"

#include "exitcode.h"
#include "frames.h"
#include "live.h"
#include "pollfeed.h"
#include "promfeed.h"

#include <unistd.h>

int cmd_top(const struct opts *opts, char **arguments, int count)
{
    bool asks = opts->from != NULL;
    struct pollfeed polled;
    struct promfeed told;
    struct feed *feed = asks ? &told.feed : &polled.feed;
    int code = asks ? promfeed_open(&told, opts, arguments, count)
                    : pollfeed_open(&polled, opts, arguments, count);

    if (code != EXITCODE_FINE)
        return code;
    if (opts->count_given || opts->json || opts->format != NULL || isatty(STDOUT_FILENO) != 1)
        code = frames_run(feed, opts);
    else
        code = live(opts, feed);
    feed->close(feed);
    return code;
}
