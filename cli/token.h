/* SPDX-License-Identifier: MIT */
/**
 * The token that agents ask for: from a file or the environment, never from the command
 * line, where every user of the machine could read it.
 *
 * Threads: one.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

#define TOKEN_BYTES 260

/**
 * Read the token from `file`, or, if that is NULL, from PORTHOLE_TOKEN.
 *
 * @return true, and "" if there is none; false with a message in `error` (256 bytes) if
 *         the file cannot be read or does not hold one line of 1 .. 256 printable
 *         characters.
 *
 * Threads: one.
 */
bool token_read(const char *file, char token[TOKEN_BYTES], char error[256]);

#endif /* TOKEN_H */
