/* SPDX-License-Identifier: MIT */
/**
 * The limit of descriptors. The usual soft one of 1024 exists for select(), which this command
 * does not use; what it starts may.
 *
 * Threads: one; the limit is the process's.
 */
#ifndef NOFILE_H
#define NOFILE_H

/**
 * Raise the soft limit to the hard one, and remember what it was the first time.
 *
 * Threads: one.
 */
void nofile_raise(void);

/**
 * Until the next nofile_raise(): as it was before the first. What is open stays so, but another
 * thread that opens something meanwhile may be refused it: be quick.
 *
 * Threads: one.
 */
void nofile_lower(void);

#endif /* NOFILE_H */
