/* SPDX-License-Identifier: MIT */
#ifndef PH_CAPTURE_WORK_H
#define PH_CAPTURE_WORK_H

#include "board.h"
#include "capture.h"
#include "jobs.h"

/**
 * The actions of capture rules: the same stacks, profiles and histograms as over HTTP, and
 * shared with who asks there.
 */
struct ph_capture_work {
    struct ph_board *board;
    struct ph_jobs *jobs;
};

/** For a ph_capture_env whose ctx is a struct ph_capture_work. Threads: see capture.h. */
extern const struct ph_capture_ops ph_capture_work;

#endif
