/* SPDX-License-Identifier: MIT */
/**
 * How the command speaks: `porthole: ` messages on stderr, results on stdout.
 *
 * Threads: one.
 */
#ifndef SAY_H
#define SAY_H

#include "text.h"

#include <stdbool.h>

/**
 * Print "porthole: MESSAGE" on stderr, one line, cleaned by text_clean(), so that names
 * from files and targets may be part of it.
 *
 * Threads: one.
 */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * Write to stdout and flush it.
 *
 * A reader that went away ends the command quietly by SIGPIPE, as if it had never been
 * ignored; any other failure is said on stderr.
 *
 * @return false if standard output failed: end with EXITCODE_INTERNAL.
 *
 * Threads: one.
 */
bool say(const char *text, size_t len);

/**
 * The character set of the locale that main() has set.
 *
 * Threads: one.
 */
enum text_charset say_charset(void);

#endif /* SAY_H */
