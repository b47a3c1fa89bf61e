/* SPDX-License-Identifier: MIT */
#ifndef PH_THREAD_H
#define PH_THREAD_H

#include <pthread.h>

#include "porthole.h"

/**
 * Start a thread of ours: small stack, name visible to ps and gdb (at most 15 bytes),
 * and with every signal blocked from its first instruction on, so that none of the
 * host's handlers ever runs on it.
 *
 * @return PORTHOLE_OK; _ESYSTEM.
 *
 * Threads: any; the caller's signal mask is as before on return.
 */
enum porthole_status ph_thread_start(pthread_t *out, const char *name, void *(*run)(void *),
                                     void *arg, porthole_error *err);

#endif
