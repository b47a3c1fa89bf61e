/* SPDX-License-Identifier: MIT */
/*
 * progress: writes nothing but a carriage return, its own words and numbers, so that it
 * works on any terminal.
 */
#include "progress.h"

#include "buf.h"
#include "clock.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define PAUSE_S 0.125

/* What is done sooner needs no line. */
#define PATIENCE_S 0.5

void progress_begin(struct progress *progress)
{
    progress->began_s = clock_now_s();
    progress->shown_s = progress->began_s + PATIENCE_S - PAUSE_S;
    progress->first_byte_s = 0;
    progress->width = 0;
    progress->terminal = isatty(STDERR_FILENO) == 1;
}

static void describe(const struct progress *progress, double bytes, struct buf *line)
{
    double now_s = clock_now_s(), elapsed_s = now_s - progress->began_s;
    double receiving_s = now_s - progress->first_byte_s;
    char size[UNITS_BYTES], rate[UNITS_BYTES];

    if (bytes > 0) {
        units_bytes(size, bytes);
        units_bytes(rate, receiving_s > 0 ? bytes / receiving_s : NAN);
        buf_printf(line, "receiving: %s, %s/s, %.0f s", size, rate, elapsed_s);
    } else if (isnan(progress->expected_s)) {
        buf_printf(line, "%s: %.0f s", progress->what, elapsed_s);
    } else if (elapsed_s <= progress->expected_s) {
        buf_printf(line, "%s: %.0f of %.0f s", progress->what, elapsed_s, progress->expected_s);
    } else {
        buf_printf(line, "%s: %.0f s, waiting for the answer", progress->what, elapsed_s);
    }
}

/* Write over what stands there. */
static void draw(struct progress *progress, const struct buf *line)
{
    size_t gap = progress->width > line->len ? progress->width - line->len : 0;

    fprintf(stderr, "\r%s%*s", buf_text(line), (int)gap, "");
    fflush(stderr);
    progress->width = line->len;
}

void progress_show(struct progress *progress, double bytes)
{
    struct buf line = { 0 };
    double now_s = clock_now_s();

    if (bytes > 0 && progress->first_byte_s == 0)
        progress->first_byte_s = now_s;
    if (!progress->terminal || now_s - progress->shown_s < PAUSE_S)
        return;
    progress->shown_s = now_s;
    describe(progress, bytes, &line);
    draw(progress, &line);
    buf_fini(&line);
}

void progress_end(struct progress *progress)
{
    if (progress->width > 0)
        fprintf(stderr, "\r%*s\r", (int)progress->width, "");
    progress->width = 0;
}
