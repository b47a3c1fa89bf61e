/* SPDX-License-Identifier: MIT */
/**
 * The exit codes of `porthole`: a promise to scripts, listed in --help.
 *
 * A live screen or a stream ended by a signal ends with that signal.
 *
 * Threads: none.
 */
#ifndef EXITCODE_H
#define EXITCODE_H

enum exitcode {
    EXITCODE_FINE = 0,     /* every target answered */
    EXITCODE_RULE = 1,     /* a rule fired */
    EXITCODE_USAGE = 2,    /* command line, environment, token file or terminal */
    EXITCODE_SOME = 3,     /* some targets failed; the others are shown */
    EXITCODE_NONE = 4,     /* no target answered */
    EXITCODE_INTERNAL = 5, /* out of memory, or standard output failed */
};

#endif /* EXITCODE_H */
