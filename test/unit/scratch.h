/* SPDX-License-Identifier: MIT */
/**
 * A directory of a test's own, in memory, as a run directory has to be:
 *
 *     TestSuite(rundir, .init = scratch_init, .fini = scratch_fini);
 */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Make the directory, mode 0700. Threads: the test's, as all functions here. */
void scratch_init(void);

/** Remove it and the files in it. */
void scratch_fini(void);

/** The path of `name` in it, of the directory itself for "". Borrowed until the fourth call
 *  from now. */
const char *scratch_path(const char *name);

/** Make a file of `n` bytes of it. */
void scratch_write(const char *name, const void *bytes, size_t n);

/** Is there anything of that name? A symbolic link counts for itself. */
bool scratch_has(const char *name);

#endif /* TEST_SCRATCH_H */
