/* SPDX-License-Identifier: MIT */
/**
 * `porthole stack [TARGET...]`: what every JavaScript thread is doing.
 *
 * Threads: one.
 */
#ifndef CMD_STACK_H
#define CMD_STACK_H

#include "opts.h"

/**
 * Print the stacks that targets have now, or those of their last blocks, as text or as the
 * documents they answered.
 *
 * @return an exitcode. A thread that could not be reached is part of an answer, no failure.
 *
 * Threads: one.
 */
int cmd_stack(const struct opts *opts, char **arguments, int count);

#endif /* CMD_STACK_H */
