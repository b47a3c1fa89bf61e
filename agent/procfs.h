/* SPDX-License-Identifier: MIT */
#ifndef PH_PROCFS_H
#define PH_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * Reading small kernel files. Files that are read every tick stay open, so that a
 * process which has run out of descriptors can still be looked into.
 *
 * Threads: all functions here: any.
 */

/** Open for reading, close-on-exec. -1 if not there. */
int ph_proc_open(const char *path);
int ph_proc_open_at(int dir, const char *name);

/** Read the file from its beginning, NUL-terminated, at most cap - 1 bytes. The number of
 *  bytes, or -1. */
ssize_t ph_proc_read(int fd, char *buf, size_t cap);

/** Open, read, close. */
ssize_t ph_proc_read_path(const char *path, char *buf, size_t cap);

/**
 * The number behind "NAME" at the start of a line ("VmRSS:   1234 kB" gives 1234), or
 * PORTHOLE_UNKNOWN.
 */
uint64_t ph_proc_field(const char *text, const char *name);

/** The number at the start of `text`, or PORTHOLE_UNKNOWN ("max", ""). */
uint64_t ph_proc_number(const char *text);

/** Field `n` of a /proc/PID/stat line (n >= 3; the name in field 2 may hold anything), or
 *  PORTHOLE_UNKNOWN. */
uint64_t ph_proc_stat_field(const char *stat, unsigned n);

#endif
